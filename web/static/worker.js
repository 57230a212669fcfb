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
