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
/** Whether a model answers, or tools run elsewhere. Storage may be forbidden: then none does. */
const answers = () => {
  try { return ['usher-model-answers', 'usher-tools'].some((kept) => kept in localStorage); } catch { return false; }
};
let kept = null;
self.attachSettings = (...hooks) => {
  let attached = kept;
  if (attached) attached.attach(...hooks); else hooks[0]();
  addEventListener('click', async ({ target }) => {
    if (!target.closest?.('[data-opens="settings"]')) return;
    try {
      const { attach, open } = await loadSettings();
      attached ??= attach(...hooks) ?? true;
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
self.showBrowse = async (into, address, tool, ask) => {
  const { Browse } = await loadBrowse();
  let of;
  let drawn;
  const go = (address) => {
    if (drawn && of === location.search) return drawn.go(address);
    // Another catalogue is drawn anew.
    into.textContent = '';
    of = location.search;
    drawn = new Browse(into, address, tool, ask);
  };
  go(address);
  return { go };
};
self.showCharts = async (into, tables, steps) => (await loadBrowse()).draw_charts(into, tables, steps);

// So is a catalogue of one's own, fetched once files are dropped or it is asked for.
const own = (act) => import('./own.js').then(act, ({ message }) => {
  tell(filled('The page\u2019s code did not start ({0}). Check the connection, then load the page again.', message));
});
addEventListener('click', ({ target }) => {
  if (target.closest?.('.own-catalogue')) own((code) => code.show());
});
for (const kind of ['dragover', 'dragleave', 'drop']) {
  addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    document.body.classList.toggle('dropping', kind === 'dragover');
    if (kind !== 'drop') return;
    // What was dropped can be asked for during this event alone.
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
    own((code) => code.drop(dropped));
  });
}

// Back and forward go through catalogues.
let { search } = location;
addEventListener('popstate', async () => {
  if (location.search === search) return;
  ({ search } = location);
  (await import('./conversations.js')).go();
});

// So that tabs and what was visited can be told apart.
const { title } = document;
const entitle = () => {
  const [, place] = /^#\/([\w/%.-]+)/.exec(location.hash) ?? [];
  let name = place?.replace('/', ' ') ?? '';
  try { name = decodeURIComponent(name); } catch { /* It stays as it is written. */ }
  document.title = name ? `${name} \u00b7 ${title}` : title;
};
addEventListener('hashchange', entitle);
entitle();

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
