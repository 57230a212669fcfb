// Starts the page. What goes wrong before there is a page, or to the page itself,
// is told here: nothing else is left to tell it.

function tell(problem) {
  const place = document.getElementById('page-problem');
  place.querySelector('p').textContent = problem;
  place.querySelector('button').onclick = () => location.reload();
  place.hidden = false;
}

addEventListener('error', ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    tell('The page stopped because of a fault in it. Load it again to go on; the browser\u2019s console says more.');
  }
});

function style(href) {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  return new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

// The catalogue to look at is code of its own, fetched once an address asks for it.
let browse;
self.showBrowse = async (into, address, tool, ask) => {
  browse ??= import('./browse.js').then(async (module) => {
    await style('browse.css');
    await module.default({ module_or_path: new URL('./browse_bg.wasm', import.meta.url) });
    return module.Browse;
  });
  // What failed to load is tried again the next time.
  browse.catch(() => { browse = undefined; });
  return new (await browse)(into, address, tool, ask);
};

if (typeof WebAssembly !== 'object') {
  tell('Usher needs WebAssembly, and this browser has none or does not allow it. Open the page in a current browser.');
} else {
  try {
    const { default: init, start_page } = await import('./usher.js');
    await init({ module_or_path: new URL('./usher_bg.wasm', import.meta.url) });
    start_page();
  } catch (error) {
    console.error(error);
    tell(`The page\u2019s code did not start (${error.message}). Check the connection, then load the page again.`);
  }
}
