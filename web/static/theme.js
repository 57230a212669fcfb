// Before anything is drawn: the theme that was chosen here last time.
try {
  const theme = localStorage.getItem('usher-theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden. The system's preference holds then.
}
