// Keys for everything, and the list of them: `?` shows it. Each does what a button or a
// link of the page does.

const KEPT = 'usher-keys';
const dialog = document.getElementById('keys');
const on = document.getElementById('keys-on');
const question = () => document.getElementById('question');

try {
  on.checked = localStorage.getItem(KEPT) !== 'off';
} catch {
  // Storage may be forbidden: they are on.
}
on.addEventListener('change', () => {
  try {
    localStorage.setItem(KEPT, on.checked ? 'on' : 'off');
  } catch {
    // It holds as long as the page, then.
  }
});

/** Presses the first of what these selectors find that can be seen. */
const press = (selector) => {
  const found = [...document.querySelectorAll(selector)].findLast((button) => button.checkVisibility());
  found?.click();
  return found;
};
const go = (address) => { location.hash = address; };

function show() {
  document.getElementById('keys-style') ?? document.head.append(
    Object.assign(document.createElement('link'), { id: 'keys-style', rel: 'stylesheet', href: 'keys.css' }),
  );
  if (!dialog.open) dialog.showModal();
}

const ACTIONS = {
  '?': show,
  '/': () => question()?.focus(),
  n() {
    go('');
    if (!press('[data-testid="start-over"]')) question()?.focus();
  },
  c: () => go(''),
  k: () => go('#/chats'),
  b: () => go('#/items'),
  d: () => press('.steps-line'),
  s: () => press('.top [aria-haspopup="dialog"]'),
};

const isTyping = (target) => target.isContentEditable
  || (target.matches('input, textarea, select') && !target.matches('[type="checkbox"], [type="radio"], [type="file"]'));

addEventListener('keydown', (event) => {
  const { key, target, defaultPrevented, isComposing, ctrlKey, altKey, metaKey } = event;
  if (defaultPrevented || isComposing || ctrlKey || altKey || metaKey) return;
  if (key === 'Escape' && target === question() && !document.querySelector('.turn[aria-busy="true"]')) {
    target.blur();
    return;
  }
  const act = on.checked && !event.repeat && Object.hasOwn(ACTIONS, key.toLowerCase()) && ACTIONS[key.toLowerCase()];
  if (!act || isTyping(target) || document.querySelector('dialog[open]')) return;
  // The sign is not typed where the focus goes.
  event.preventDefault();
  act();
});

document.getElementById('settings-keys').addEventListener('click', () => {
  document.getElementById('settings').close();
  show();
});
