// The engine on its own: a bundle, its tools, and the agent, wherever WebAssembly runs.

import init, { connect, shown as shownOf } from './engine.js';
import { textOf } from './fault.js';
import { orStopped, runTool, STOPPED } from './host-tools.js';

/** How long a tool of one's own may take unless it says otherwise, in milliseconds. */
const PATIENCE_MS = 30_000;

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
async function start(wasm) {
  started ??= code(wasm, './engine_bg.wasm').then((from) => init({ module_or_path: from }));
  try {
    await started;
  } catch (error) {
    // It is tried again the next time.
    started = undefined;
    throw new UsherError({ what: `The engine's code did not load (${textOf(error)}).`, next: 'Put engine_bg.wasm beside the package\u2019s files, or give the code as `wasm`.' });
  }
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

/** An open catalogue, and a conversation about it. */
export class Engine {
  #link;
  #fetch;
  #modelsWasm;
  #number = 0;
  #waiting = new Map();
  #runs = new Map();
  #tools = new Map();
  #builtIn = [];
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
    const opened = new Promise((resolve, reject) => {
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
    try {
      engine.about = await opened;
    } catch (problem) {
      engine.close();
      throw problem;
    }
    engine.#builtIn = (await engine.tools()).map(({ name }) => name);
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
    this.#send({ set_context: { user: user === null || user === '' ? null : String(user) } });
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
    const problem = misfit(tool, this.#builtIn) ?? (this.#tools.has(tool.name) ? `there is a tool ${tool.name} already; take it back first` : undefined);
    if (problem) throw new TypeError(`This is no tool: ${problem}.`);
    const kept = { timeoutMs: PATIENCE_MS, ...tool };
    this.#tools.set(tool.name, kept);
    this.#tellHost();
    return () => {
      if (this.#tools.get(tool.name) !== kept) return;
      this.#tools.delete(tool.name);
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
        return heard(this.#onProgress, { what: told.what, loadedBytes: told.loaded_bytes, totalBytes: told.total_bytes });
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
    heard(asked.onEvent, { kind, ...told });
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
      if (/cache/i.test(textOf(error))) return this.#fetch(url);
      throw error;
    }
  }

  #tellHost() {
    const tools = [...this.#tools.values()].map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema }));
    this.#send({ use_host: { tools, consent: this.#consent !== null } });
  }

  async #runOwn({ name, arguments: args }) {
    // One that was taken back meanwhile fails as any other.
    const gone = { name, execute() { throw new Error('it was taken back'); }, timeoutMs: PATIENCE_MS };
    const { result } = await runTool(this.#tools.get(name) ?? gone, args, this.#stopped.signal);
    return JSON.stringify(result);
  }

  async #mayGoOn(request) {
    const { signal } = this.#stopped;
    const answer = (allowed, reason, args) => JSON.stringify({ allowed, reason, arguments: args });
    try {
      const said = await orStopped(this.#consent?.(request, { signal }), signal);
      if (said === STOPPED) return answer(false, 'it was stopped');
      const { allowed = Boolean(said), arguments: args, reason } = Object(said);
      return answer(allowed, reason, args);
    } catch (error) {
      return answer(false, textOf(error));
    }
  }
}

/** Tells who listens. A fault of theirs ends nothing. */
function heard(listener, told) {
  try {
    listener?.(told);
  } catch (error) {
    console.error(error);
  }
}

const closed = () => new UsherError({ what: 'The engine was closed.', next: 'Open it again.' });

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
function misfit(tool, taken) {
  if (!/^[a-z]\w{0,63}$/i.test(tool?.name ?? '')) return 'its name must be 1 to 64 letters, digits or _, and begin with a letter';
  if (taken.includes(tool.name)) return `${tool.name} is the name of a built-in tool`;
  if (typeof tool.description !== 'string' || !tool.description) return 'its description is missing';
  if (typeof tool.execute !== 'function') return 'execute must be a function';
  if (tool.inputSchema?.type !== 'object' || !isJson(tool.inputSchema) || !isSchema(tool.inputSchema)) return 'its inputSchema must be a JSON Schema of type object';
  if (tool.timeoutMs !== undefined && !(tool.timeoutMs > 0 && tool.timeoutMs < 2 ** 31)) return 'its timeoutMs must be a number of milliseconds';
  return undefined;
}
