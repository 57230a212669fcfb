// The engine on its own: a bundle, its tools, and the agent, wherever WebAssembly runs.

import init, { connect, shown as shownOf } from './engine.js';

/** How long a tool of one's own may take unless it says otherwise, in milliseconds. */
const PATIENCE_MS = 30_000;

/** The largest result of a tool of one's own, in bytes of JSON. */
const MOST_BYTES = 256 * 1024;

/** What went wrong, and what to do about it. */
export class UsherError extends Error {
  constructor({ what, next }) {
    super(`${what} ${next}`);
    Object.assign(this, { name: 'UsherError', what, next });
  }
}

const NODE = 'node:fs/promises';

/** The code: what was given, or what lies beside this file. */
async function code(given, name) {
  if (given) return given;
  const address = new URL(name, import.meta.url);
  if (address.protocol !== 'file:') return address;
  // Node fetches no files.
  return (await import(NODE)).readFile(address);
}

let started;
function start(wasm) {
  started ??= code(wasm, './engine_bg.wasm').then((from) => init({ module_or_path: from }));
  // What failed is tried again the next time.
  started.catch(() => { started = undefined; });
  return started;
}

let models;
function loadModels(wasm) {
  models ??= import('./models.js').then(async (module) => {
    await module.default({ module_or_path: await code(wasm, './models_bg.wasm') });
    return {
      list_models: module.list_models,
      test_connection: module.test_connection,
      model: (settings) => new module.Model(settings),
    };
  });
  models.catch(() => { models = undefined; });
  return models;
}

/** What an error says; a host may throw anything. */
function textOf(error) {
  try {
    return String(error?.message ?? error).split('\n', 1)[0];
  } catch {
    return 'something that says nothing';
  }
}

/** Fails once the signal says so. */
function aborted(signal) {
  const ended = new Promise((_, reject) => {
    const end = () => reject(new Error('it was stopped'));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
  // Where nobody waits for it any more, it is no fault.
  ended.catch(() => {});
  return ended;
}

const failure = (kind, message, hint) => ({ status: 'failure', message, error: { kind, retryable: false, hint } });

/** Runs a tool of one's own, until it is stopped; promises its result as JSON, whatever
 * happens. */
async function run(tool, args, stopped) {
  const failed = (what, hint = 'Answer without it.') => JSON.stringify(failure('unavailable', `${tool.name} ${what}.`, hint));
  const patience = tool.timeoutMs ?? PATIENCE_MS;
  const late = new AbortController();
  // Unlike AbortSignal.timeout's, this timer keeps Node waiting.
  const timer = setTimeout(() => late.abort(), patience);
  const signal = AbortSignal.any([late.signal, stopped]);
  try {
    const ended = aborted(signal);
    const data = await Promise.race([tool.execute(args, { signal }), ended]);
    const text = JSON.stringify(data ?? null);
    if (text === undefined) return failed(`returned a ${typeof data}, which is no JSON`);
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > MOST_BYTES) return failed(`answered ${bytes} bytes, and at most ${MOST_BYTES} are taken`, 'Ask it for less.');
    return `{"status":"success","message":"","data":${text}}`;
  } catch (error) {
    if (late.signal.aborted) return failed(`did not answer within ${patience / 1000} s`);
    return failed(stopped.aborted ? 'was stopped' : `failed: ${textOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** An open catalogue, and a conversation about it. */
export class Engine {
  #link;
  #fetch;
  #modelsWasm;
  #number = 0;
  #waiting = new Map();
  #runs = new Map();
  #tools = new Map();
  #consent = null;
  #stopped = new AbortController();
  #opening;
  #onProgress;

  /** What the catalogue is. */
  about;

  /**
   * Opens the bundle at an address, which is absolute, or relative to the page.
   * `fetch`: in place of the global one. `wasm`, `modelsWasm`: the code, where it cannot be
   * loaded from beside this file. `onProgress({ what, loadedBytes, totalBytes })`.
   * Fails with an UsherError.
   */
  static async open({ bundle, fetch, wasm, modelsWasm, onProgress } = {}) {
    const engine = new Engine();
    engine.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
    engine.#modelsWasm = modelsWasm;
    engine.#onProgress = onProgress;
    let address;
    try {
      address = new URL(bundle, globalThis.document?.baseURI).href.replace(/\/?(manifest\.json)?$/, '/');
    } catch {
      throw new UsherError({ what: `${bundle} is no address.`, next: 'Give the address of the folder that holds manifest.json, such as https://example.org/bundle/.' });
    }
    await start(wasm);
    engine.about = await new Promise((resolve, reject) => {
      engine.#opening = { resolve, reject };
      engine.#link = connect({
        post: (text) => engine.#hear(JSON.parse(text)),
        fetch: (url, cache) => engine.#get(url, cache),
        loadModels: () => loadModels(engine.#modelsWasm),
        callRemote: async (worker, name, args) => (await import('./remote.js')).call(worker, name, args),
        callTool: (text) => engine.#runOwn(JSON.parse(text)),
        consent: (text) => engine.#mayGoOn(JSON.parse(text)),
      });
      engine.#send({ open: { bundle: address } });
    });
    return engine;
  }

  /** The tools that there are, one's own among them: name, description, JSON Schema. */
  async tools() {
    return (await this.#request('list_tools', {})).tools;
  }

  /** Runs one tool. Gives the step: arguments as they were executed, result, time. */
  async call(name, args = {}) {
    return (await this.#request('tool', { name, arguments: args })).step;
  }

  /**
   * Asks within the conversation so far; gives the turn. `onEvent` hears what happens
   * meanwhile; `signal` ends it with what was said by then.
   */
  ask(question, { onEvent, signal } = {}) {
    if (!this.#link) return Promise.reject(closed());
    const run = this.#next();
    const stop = () => {
      this.#send({ stop: { run } });
      // A tool of one's own ends with the question that it was called for.
      this.#stopped.abort(signal.reason);
      this.#stopped = new AbortController();
    };
    signal?.addEventListener('abort', stop, { once: true });
    return new Promise((resolve, reject) => {
      this.#runs.set(run, { onEvent, resolve, reject });
      this.#send({ ask: { run, question: String(question) } });
      if (signal?.aborted) stop();
    }).finally(() => signal?.removeEventListener('abort', stop));
  }

  /** What is shown of a turn: its text as nodes, its items, its steps. */
  shown(turn) {
    return JSON.parse(shownOf(JSON.stringify(turn)) ?? 'null');
  }

  /** Begins a new conversation, or goes on with one that these turns make. */
  resume(turns = []) {
    this.#send({ resume: { turns } });
  }

  /** Who answers from now on: settings of a model, or nothing for the built-in guide. */
  useModel(settings = null) {
    this.#send({ use_model: { settings } });
  }

  /** Has tools run on an edge worker, `{ address, token }`, or here again. */
  useWorker(worker = null) {
    this.#send({ use_tools: { worker: worker && JSON.stringify(worker) } });
  }

  /** Whom a question is about that names nobody: a user's id, or nobody. */
  setContext({ user = null } = {}) {
    this.#send({ set_context: { user: user === null ? null : String(user) } });
  }

  /** Keeps items out of what this conversation recommends. */
  exclude(items) {
    this.#send({ exclude: { items: items.map(String) } });
  }

  /**
   * Is asked before each call of a tool and each question to a model on a server; gives
   * `true`, `false` or `{ allowed, arguments?, reason? }`. Nothing: nobody is asked.
   */
  useConsent(ask = null) {
    this.#consent = ask;
    this.#tellHost();
  }

  /** Adds a tool of one's own; gives what takes it back. */
  registerTool(tool) {
    const problem = misfit(tool) ?? (BUILT_IN.has(tool.name) ? `${tool.name} is the name of a built-in tool` : undefined);
    if (problem) throw new TypeError(`This is no tool: ${problem}.`);
    this.#tools.set(tool.name, tool);
    this.#tellHost();
    return () => {
      if (this.#tools.get(tool.name) === tool) this.#tools.delete(tool.name);
      this.#tellHost();
    };
  }

  /** Ends it. What was asked fails. */
  close() {
    this.#stopped.abort();
    this.#link?.free();
    this.#link = undefined;
    for (const { reject } of [...this.#runs.values(), ...this.#waiting.values()]) reject(closed());
    this.#runs.clear();
    this.#waiting.clear();
  }

  #next() {
    this.#number += 1;
    return this.#number;
  }

  #send(message) {
    this.#link?.receive(JSON.stringify(message));
  }

  // What is told while it is being made comes before there is a link.
  #hear(message) {
    if (message === 'started') return;
    const [[kind, told]] = Object.entries(message);
    switch (kind) {
      case 'opened': return this.#opening.resolve(told.about);
      case 'open_failed': return this.#opening.reject(new UsherError(told.problem));
      case 'progress':
        return this.#onProgress?.({ what: told.what, loadedBytes: told.loaded_bytes, totalBytes: told.total_bytes });
      case 'run': return this.#follow(told);
      default:
        this.#waiting.get(told.request)?.resolve(told);
        this.#waiting.delete(told.request);
    }
  }

  #follow({ run, event }) {
    const asked = this.#runs.get(run);
    if (!asked) return;
    const [[kind, told]] = typeof event === 'string' ? [[event, {}]] : Object.entries(event);
    try {
      asked.onEvent?.({ kind, ...told });
    } catch (error) {
      // A fault of who listens does not end the run.
      console.error(error);
    }
    if (kind !== 'finished') return;
    this.#runs.delete(run);
    asked.resolve(told.turn);
  }

  #request(kind, told) {
    if (!this.#link) return Promise.reject(closed());
    const request = this.#next();
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#send({ [kind]: { request, ...told } });
    });
  }

  /** Node fetches no files, and not every fetch knows `cache`: workerd's refuses it. */
  async #get(url, cache) {
    if (url.startsWith('file:')) {
      const { readFile } = await import(NODE);
      return readFile(new URL(url)).then((bytes) => new Response(bytes), () => new Response(null, { status: 404 }));
    }
    try {
      return await this.#fetch(url, cache === 'default' ? {} : { cache });
    } catch (error) {
      if (/cache/i.test(error?.message)) return this.#fetch(url);
      throw error;
    }
  }

  #tellHost() {
    const tools = [...this.#tools.values()].map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema }));
    this.#send({ use_host: { tools, consent: this.#consent !== null } });
  }

  async #runOwn({ name, arguments: args }) {
    const tool = this.#tools.get(name);
    return tool ? run(tool, args, this.#stopped.signal) : JSON.stringify(failure('unknown_tool', `There is no tool ${name}.`, 'Answer without it.'));
  }

  async #mayGoOn(request) {
    const stopped = this.#stopped.signal;
    try {
      const ended = aborted(stopped);
      const said = await Promise.race([this.#consent?.(request, { signal: stopped }), ended]);
      const { allowed = Boolean(said), arguments: args, reason } = Object(said);
      return JSON.stringify({ allowed, arguments: args, reason });
    } catch (error) {
      return JSON.stringify({ allowed: false, reason: textOf(error) });
    }
  }
}

const closed = () => new UsherError({ what: 'The engine was closed.', next: 'Open it again.' });

/** Names that are taken. */
const BUILT_IN = new Set([
  'item_filter', 'get_top_k_recommendations', 'get_popular_items', 'get_user_metadata',
  'get_item_metadata', 'get_interacted_items', 'get_like_percentage', 'vector_store_search',
]);

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** Whether a schema has the form that arguments can be checked against. */
function isSchema(schema) {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return false;
  const { type, properties = {}, required = [], items } = schema;
  const types = type === undefined ? [] : [type].flat();
  return types.every((name) => TYPES.has(name))
    && Array.isArray(required) && required.every((name) => typeof name === 'string')
    && properties !== null && typeof properties === 'object' && Object.values(properties).every(isSchema)
    && (items === undefined || typeof items === 'boolean' || isSchema(items));
}

/** Whether it can be written as JSON: a cycle cannot. */
function isJson(value) {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

/** What is wrong with a tool, if anything. */
function misfit(tool) {
  if (!/^[a-zA-Z][\w-]{0,63}$/.test(tool?.name ?? '')) return 'its name must be of letters, digits, _ and -, up to 64, a letter first';
  if (typeof tool.description !== 'string' || !tool.description) return 'its description is missing';
  if (typeof tool.execute !== 'function') return 'execute must be a function';
  if (tool.inputSchema?.type !== 'object' || !isJson(tool.inputSchema) || !isSchema(tool.inputSchema)) return 'its inputSchema must be a JSON Schema of type object';
  if (tool.timeoutMs !== undefined && !(tool.timeoutMs > 0 && tool.timeoutMs < 2 ** 31)) return 'its timeoutMs must be a number of milliseconds';
  return undefined;
}
