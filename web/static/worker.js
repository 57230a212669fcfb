// The engine's side of usher.js. The page's first message is the code, compiled.
import init, { start_engine } from './usher.js';

// A failed promise becomes an error of this worker, which the page hears of.
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  setTimeout(() => { throw event.reason; });
});

addEventListener('message', async ({ data }) => {
  await init({ module_or_path: data });
  start_engine();
}, { once: true });

// A catalogue of one's own is kept in this browser, which answers for it as a server would.
const fetched = self.fetch.bind(self);
self.fetch = async (request, ...options) => {
  const address = request.url ?? String(request);
  if (!address.startsWith('own:')) return fetched(request, ...options);
  return (await import('./catalogues.js')).answer(address);
};

// Language models are code of their own, fetched once one is chosen.
let models;
self.loadModels = () => {
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
self.callRemote = async (worker, name, args) => (await import('./remote.js')).call(worker, name, args);
