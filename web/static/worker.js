// The engine's side of usher.js. The page's first message is the code, compiled.
import init, { connect } from './usher.js';

// A failed promise becomes an error of this worker, which the page hears of.
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  setTimeout(() => { throw event.reason; });
});

// A catalogue of one's own is kept in this browser, which answers for it as a server would.
const fetched = async (address, cache) => {
  if (!address.startsWith('own:')) return fetch(address, { cache });
  return (await import('./catalogues.js')).answer(address);
};

// Language models are code of their own, fetched once one is chosen.
let models;
const loadModels = () => {
  models ??= import('./models.js').then(async (module) => {
    await module.default({ module_or_path: new URL('./models_bg.wasm', import.meta.url) });
    return {
      list_models: module.list_models,
      test_connection: module.test_connection,
      model: (settings) => new module.Model(settings),
    };
  });
  // What failed to load is tried again the next time.
  models.catch(() => { models = undefined; });
  return models;
};

// So is what asks an edge worker.
const callRemote = async (worker, name, args) => (await import('./remote.js')).call(worker, name, args);

addEventListener('message', async ({ data: code }) => {
  await init({ module_or_path: code });
  const link = connect({ post: (text) => postMessage(text), fetch: fetched, loadModels, callRemote });
  addEventListener('message', ({ data }) => link.receive(data));
}, { once: true });
