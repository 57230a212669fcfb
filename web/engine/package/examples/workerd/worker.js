// A worker that answers GET /?q=QUESTION. The bundle's address is the variable BUNDLE.
import { Engine } from '@usher/engine';
import wasm from '@usher/engine/engine.wasm';

export default {
  async fetch(request, env) {
    const question = new URL(request.url).searchParams.get('q');
    if (!question) return new Response('Ask with ?q=QUESTION.\n', { status: 400 });
    // An engine belongs to the request that opened it.
    const engine = await Engine.open({ bundle: env.BUNDLE, wasm });
    try {
      const { status, answer, steps } = await engine.ask(question, { signal: request.signal });
      return Response.json({ status, answer, tools: steps.map(({ tool }) => tool) });
    } finally {
      engine.close();
    }
  },
};
