// Starts the page. What goes wrong before there is a page, or to the page itself,
// is told here and in first.js: nothing else is left to tell it.

const tell = self.tellProblem;

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
    // What nobody waits for.
    for (const part of ['./keys.js', './offline.js']) import(part).catch(console.error);
  } catch (error) {
    console.error(error);
    tell(error instanceof WebAssembly.CompileError
      ? `This browser cannot read the page\u2019s code (${error.message}). Load the page again; if it stays so, open it in a current browser.`
      : `The page\u2019s code did not start (${error.message}). Check the connection, then load the page again.`);
  }
}
