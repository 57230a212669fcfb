// The way to the engine. It runs in a worker, which all widgets of the page share that
// fetch in the same way; the worker ends when the last of them leaves.

import { answer } from './fetching.js';

const SCRIPT = new URL('./engine-worker.js', import.meta.url);

/** The running engines by the host's fetch, or null for the browser's. */
const engines = new Map();

/** A worker of this folder's script. Of another origin no worker can be made, but one of
 * our own can import the script from there. */
function start() {
  if (SCRIPT.origin === location.origin) return new Worker(SCRIPT, { type: 'module', name: 'usher' });
  const script = URL.createObjectURL(new Blob([`import ${JSON.stringify(SCRIPT.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(script, { type: 'module', name: 'usher' });
  // Soon enough, and late enough for any browser to have read it.
  setTimeout(() => URL.revokeObjectURL(script), 60_000);
  return worker;
}

class Engine {
  #worker = start();
  #fetch;
  clients = new Set();

  constructor(fetch) {
    this.#fetch = fetch;
    this.#worker.onmessage = ({ data: { failed } }) => this.#die(failed);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // A script that did not load gives an event without a message.
      this.#die(event.message?.replace(/^Uncaught /, ''));
    };
    if (!fetch) return;
    const { port1, port2 } = new MessageChannel();
    answer(port1, fetch, (error) => { for (const client of this.clients) client.fetchFailed(error); });
    this.#worker.postMessage({ fetching: port2 }, [port2]);
  }

  add(client) {
    this.clients.add(client);
    const { port1, port2 } = new MessageChannel();
    this.#worker.postMessage({ port: port2 }, [port2]);
    return port1;
  }

  remove(client) {
    this.clients.delete(client);
    if (this.clients.size === 0) this.#end();
  }

  #end() {
    this.#worker.terminate();
    if (engines.get(this.#fetch) === this) engines.delete(this.#fetch);
  }

  #die(fault) {
    const clients = [...this.clients];
    this.clients.clear();
    this.#end();
    for (const client of clients) client.died(fault);
  }
}

/**
 * Connects a widget with its engine.
 *
 * @param {typeof fetch | null} fetch the host's own; null: the browser's
 * @param {object} client takes what comes: `said(message, shown)`, what the engine says;
 *   `tool(text)` and `consent(text)`, which promise a text; `died(fault)`, once, if the
 *   engine cannot go on; `fetchFailed(error)`
 * @returns {{post(message: object): void, speak(language: string): void, close(): void}}
 * @throws where the browser makes no worker
 */
export function connect(fetch, client) {
  if (!engines.has(fetch)) engines.set(fetch, new Engine(fetch));
  const engine = engines.get(fetch);
  const port = engine.add(client);
  port.onmessage = async ({ data: { said, shown, ask } }) => {
    if (said) client.said(said, shown);
    if (!ask) return;
    // Without a reply the engine would wait for ever; an empty one is a failure to it.
    let text = '';
    try { text = await client[ask.what](ask.text); } catch (error) { console.error(error); }
    port.postMessage({ reply: { id: ask.id, text } });
  };
  return {
    post(message) { port.postMessage({ to: JSON.stringify(message) }); },
    speak(language) { port.postMessage({ language }); },
    close() {
      port.onmessage = null;
      port.postMessage({ close: true });
      port.close();
      engine.remove(client);
    },
  };
}
