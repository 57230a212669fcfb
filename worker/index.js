// What workerd runs: the WebAssembly, and its beginning anew should it ever fail.
import module from './usher_worker_bg.wasm';
import { __wbg_reset_state, fetch as answer, initSync } from './usher_worker.js';

initSync({ module });

export default {
  async fetch(request, env, context) {
    try {
      return await answer(request, env, context);
    } catch (error) {
      // Code that failed leaves memory in any state.
      if (error instanceof WebAssembly.RuntimeError) __wbg_reset_state();
      console.error(JSON.stringify({ event: 'failed', kind: error?.name }));
      const message = 'Something went wrong in the worker. Try again in a moment.';
      return Response.json({ error: { message, type: 'internal', code: 'internal', param: null } }, { status: 500 });
    }
  },
};
