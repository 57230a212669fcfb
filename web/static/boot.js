// Starts the page. What goes wrong before there is a page, or to the page itself,
// is told here and in first.js: nothing else is left to tell it.

import { filled, learn, t } from './messages.js';

const tell = self.tellProblem;

addEventListener('error', ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    tell(t('The page stopped because of a fault in it. Load it again to go on; the browser\u2019s console says more.'));
  }
});

function style(href) {
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href });
  return new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

// The settings are code of their own, fetched once they are opened; before the page
// starts, where they say that a model answers.
let settings;
const loadSettings = () => {
  settings ??= import('./settings.js');
  settings.catch(() => { settings = undefined; });
  return settings;
};
/** Whether a model answers. Storage may be forbidden: then none does. */
const answers = () => {
  try { return localStorage.getItem('usher-model-answers') !== null; } catch { return false; }
};
let kept = null;
self.attachSettings = (useModel, ask) => {
  let attached = kept;
  if (attached) attached.attach(useModel, ask); else useModel();
  addEventListener('click', async ({ target }) => {
    if (!target.closest?.('[data-opens="settings"]')) return;
    try {
      const { attach, open } = await loadSettings();
      attached ??= attach(useModel, ask) ?? true;
      open();
    } catch {
      tell(t('The code for this did not load. Check the connection, then open it again.'));
    }
  });
};

// The catalogue to look at is code of its own, fetched once an address asks for it, or
// an answer has something to be drawn.
let browse;
const loadBrowse = () => {
  browse ??= import('./browse.js').then(async (module) => {
    await style('browse.css');
    await module.default({ module_or_path: new URL('./browse_bg.wasm', import.meta.url) });
    return module;
  });
  // What failed to load is tried again the next time.
  browse.catch(() => { browse = undefined; });
  return browse;
};
self.showBrowse = async (into, address, tool, ask) => new (await loadBrowse()).Browse(into, address, tool, ask);
self.showCharts = async (into, tables, steps) => (await loadBrowse()).draw_charts(into, tables, steps);

await learn();
if (typeof WebAssembly !== 'object') {
  tell(t('Usher needs WebAssembly, and this browser has none or does not allow it. Open the page in a current browser.'));
} else {
  try {
    if (answers()) kept = await loadSettings();
    const { default: init, start_page } = await import('./usher.js');
    await init({ module_or_path: new URL('./usher_bg.wasm', import.meta.url) });
    start_page();
    // What nobody waits for.
    for (const part of ['./keys.js', './offline.js']) import(part).catch(console.error);
  } catch (error) {
    console.error(error);
    tell(filled(error instanceof WebAssembly.CompileError
      ? 'This browser cannot read the page\u2019s code ({0}). Load the page again; if it stays so, open it in a current browser.'
      : 'The page\u2019s code did not start ({0}). Check the connection, then load the page again.', error.message));
  }
}
