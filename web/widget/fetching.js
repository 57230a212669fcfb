// The host's own fetch, for the engine's worker. A function cannot go there, so requests
// come here, and what is answered goes back piece by piece.

import { textOf } from './fault.js';

/** Answers with this fetch what comes through the port; `failed` hears what it throws. */
export function answer(port, fetch, failed) {
  const running = new Map();
  port.onmessage = async ({ data: { id, url, options } }) => {
    if (!url) {
      running.get(id)?.abort();
      return;
    }
    const stop = new AbortController();
    running.set(id, stop);
    const say = (message) => port.postMessage({ id, ...message });
    try {
      const { status, statusText, headers, body } = await fetch(url, { ...options, signal: stop.signal });
      say({ head: { status, statusText, headers: [...headers] } });
      const reader = body?.getReader();
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader.read()) say({ piece: piece.value });
      say({ end: true });
    } catch (error) {
      say({ error: textOf(error) });
      if (!stop.signal.aborted) failed(error);
    }
    running.delete(id);
  };
}

/** Statuses whose answers may have no body. */
const EMPTY = [101, 204, 205, 304];

/** A fetch that asks through the port. */
export function through(port) {
  const running = new Map();
  let last = 0;
  port.onmessage = ({ data }) => running.get(data.id)?.(data);
  return async (input, init) => {
    const request = new Request(input, init);
    const { url, method, headers, cache, credentials, redirect, signal } = request;
    const body = ['GET', 'HEAD'].includes(method) ? undefined : await request.arrayBuffer();
    signal.throwIfAborted();
    const id = last += 1;
    const stop = () => port.postMessage({ id });
    return new Promise((resolve, reject) => {
      let into;
      const end = (act) => {
        running.delete(id);
        signal.removeEventListener('abort', aborted);
        // Whoever read it may have turned away.
        try { act(); } catch { /* Then nobody waits for the end. */ }
      };
      const fail = (error) => end(() => (into ? into.error(error) : reject(error)));
      const aborted = () => {
        stop();
        fail(signal.reason);
      };
      signal.addEventListener('abort', aborted);
      running.set(id, ({ head, piece, end: isOver, error }) => {
        if (head) {
          const stream = new ReadableStream({
            start(controller) { into = controller; },
            cancel() {
              stop();
              running.delete(id);
            },
          });
          try {
            resolve(new Response(EMPTY.includes(head.status) ? null : stream, head));
          } catch (fault) {
            // An opaque answer, say, which says nothing.
            into = undefined;
            stop();
            fail(new TypeError(fault.message));
          }
        }
        if (piece) into?.enqueue(piece);
        if (isOver) end(() => into?.close());
        if (error !== undefined) fail(new TypeError(error));
      });
      port.postMessage({ id, url, options: { method, headers: [...headers], body, cache, credentials, redirect } });
    });
  };
}
