// One widget's conversation with its engine: what is asked, told, stopped, and allowed.
// Draws nothing; the panel and its turns do.

import { textOf } from './fault.js';
import { orStopped, runTool, STOPPED } from './host-tools.js';
import { connect } from './link.js';
import { providerOf } from './provider.js';

/** Why the engine is not there, as a person is told it. */
function engineProblem(fault) {
  if (!fault) {
    return {
      what: 'The engine\u2019s code did not load.',
      next: 'Check the connection, that all files of the widget are there, and that the page\u2019s content policy allows its worker; then try again.',
    };
  }
  if (/content security policy|unsafe-eval/i.test(fault)) {
    return {
      what: 'The page\u2019s content policy does not allow WebAssembly, which the engine is made of.',
      next: "Add 'wasm-unsafe-eval' to its script-src.",
    };
  }
  return { what: `The engine stopped: ${fault}`, next: 'Try again. If it stays so, see that all files of the widget are there, and of one version.' };
}

export class Conversation {
  #agent;
  #inner;
  #view;
  #link = null;
  /** What was last sent of each kind: the same is not sent twice. */
  #sent = {};
  /** Whom the engine was last told that questions are about. */
  #context;
  #opened;
  #settle;
  #problem;
  #turns = [];
  #excluded = new Set();
  #running = null;
  /** Stops what is run outside of an answer. */
  #apart = new AbortController();
  #queue = [];
  #requests = new Map();
  #last = 0;
  #wrong;
  #withdraw;

  /** What is known of the open bundle; nothing before one is open. */
  about;

  /**
   * @param {object} agent the element
   * @param {object} inner what the element gives its code
   * @param {object} view hears `progress(told)`, `opened(about)`, `failed(problem)`,
   *   `noted()` and `idle(isIdle)`
   */
  constructor(agent, inner, view) {
    this.#agent = agent;
    this.#inner = inner;
    this.#view = view;
  }

  /** Starts the engine and opens the bundle, if they are not. Promises whether a question
   * can be asked. */
  open() {
    // Nobody would end an engine for what is not in the page.
    if (!this.#agent.isConnected) return Promise.resolve(false);
    this.#opened ??= new Promise((resolve) => {
      this.#settle = resolve;
      this.#problem = undefined;
      this.#view.progress({});
      try {
        this.#link ??= connect(this.#agent.fetch ?? null, this.#client);
      } catch (error) {
        this.#died(error.message);
        return;
      }
      this.configure();
      this.#link.post({ open: { bundle: this.bundle } });
    });
    return this.#opened;
  }

  /** The address of the bundle's folder. */
  get bundle() {
    return (this.#address('bundle') ?? new URL('../bundle/', import.meta.url)).href;
  }

  #address = (name) => {
    const given = this.#agent[name];
    if (!given || !this.#inner.isRight(name)) return null;
    const url = new URL(given, document.baseURI);
    url.search = '';
    url.hash = '';
    if (name === 'bundle' && !url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  };

  /** Tells the engine what changed of what the host chose. */
  configure() {
    const { model, worker, wrong } = providerOf(this.#agent, this.#address);
    if (wrong?.what !== this.#wrong?.what) {
      this.#wrong = wrong;
      if (wrong) this.#inner.fail('attribute', wrong.what, wrong.next);
      this.#view.noted();
    }
    if (!this.#link) return;
    this.#link.speak(this.#inner.language());
    const tools = [...this.#inner.tools().values()];
    for (const message of [
      { use_tools: { worker } },
      { use_host: { tools: tools.map(({ name, description, inputSchema }) => ({ name, description, parameters: inputSchema })), consent: !!this.#agent.consent } },
      { use_model: { settings: model } },
      { exclude: { items: [...this.#excluded] } },
    ]) {
      const [kind] = Object.keys(message);
      const text = JSON.stringify(message);
      if (this.#sent[kind] !== text) this.#link.post(message);
      this.#sent[kind] = text;
    }
  }

  /** Why the guide answers although another was wished. */
  get wrong() {
    return this.#wrong;
  }

  /** Asks, of the user whom it was about at that time; `turn` draws what happens. Promises
   * the turn as the engine tells it. */
  ask(question, context, turn) {
    return new Promise((resolve) => {
      this.#queue.push({ question, context, turn, resolve, said: '', steps: [], stop: new AbortController() });
      this.#next();
    });
  }

  async #next() {
    if (this.#running || this.#queue.length === 0) return;
    const asked = this.#queue.shift();
    this.#running = asked;
    this.#view.idle(false);
    const isOpen = await this.open();
    // It may have been stopped, or the widget taken away.
    if (this.#running !== asked) return;
    if (!isOpen) {
      const { what, next } = this.#problem ?? { what: 'The catalogue is not open.', next: 'Ask again.' };
      this.#finish(asked, this.#cut(asked, 'failed', `${what} ${next}`));
      return;
    }
    this.configure();
    // The same user again is told again: the conversation may be about another by now.
    if (this.#context !== asked.context) this.#link.post({ set_context: asked.context });
    this.#context = asked.context;
    asked.run = this.#last += 1;
    this.#link.post({ ask: { run: asked.run, question: asked.question } });
  }

  /** A turn that the engine did not end. */
  #cut({ question, steps, said }, status, answer = said) {
    return { question, status, steps, answer, model: '' };
  }

  /** Ends the answer that is being made, and whatever waits behind it. */
  stop() {
    this.#stopApart();
    for (const asked of this.#queue.splice(0)) this.#settled(asked, this.#cut(asked, 'stopped'));
    const asked = this.#running;
    if (!asked) return;
    asked.stop.abort();
    if (asked.run) this.#link.post({ stop: { run: asked.run } });
    else this.#finish(asked, this.#cut(asked, 'stopped'));
  }

  #stopApart() {
    this.#apart.abort();
    this.#apart = new AbortController();
  }

  /** Ends what was asked without the engine. */
  #drop(status, answer) {
    this.#stopApart();
    const dropped = [this.#running, ...this.#queue.splice(0)];
    this.#running = null;
    for (const asked of dropped) {
      if (!asked) continue;
      asked.stop.abort();
      this.#settled(asked, this.#cut(asked, status, answer));
    }
    for (const answered of this.#requests.values()) answered();
    this.#requests.clear();
    this.#view.idle(true);
  }

  #finish(asked, turn, shown) {
    this.#running = null;
    this.#settled(asked, turn, shown);
    this.#view.idle(true);
    this.#next();
  }

  #settled(asked, turn, shown) {
    // What failed is no part of a conversation that goes on elsewhere.
    if (turn.status !== 'failed') this.#turns.push(turn);
    asked.turn.finish(turn, shown);
    asked.resolve(turn);
    this.#inner.emit('usher-answer', { question: turn.question, answer: turn.answer, turn });
    if (turn.status === 'failed') this.#inner.fail('answer', turn.answer, 'Ask again, or ask something else.');
  }

  /** Begins a new conversation. */
  restart() {
    this.stop();
    this.#turns = [];
    this.#excluded.clear();
    this.configure();
    this.#link?.post({ resume: { turns: [] } });
  }

  /** Opens another bundle, if one was opened; the conversation was about the one before. */
  reopen() {
    this.restart();
    if (!this.#opened) return;
    this.#opened = undefined;
    this.about = undefined;
    this.open();
  }

  /** Keeps an item out of the conversation, or lets it in again. */
  exclude(item, isOut) {
    if (isOut) this.#excluded.add(item); else this.#excluded.delete(item);
    this.configure();
  }

  /** Runs one of the engine's tools outside the conversation. Promises its step. */
  async tool(name, args) {
    return (await this.#request('tool', { name, arguments: args }))?.step;
  }

  #request(kind, body) {
    return new Promise((resolve) => {
      if (!this.#link) {
        resolve();
        return;
      }
      this.#last += 1;
      this.#requests.set(this.#last, resolve);
      this.#link.post({ [kind]: { request: this.#last, ...body } });
    });
  }

  /** Leaves the engine. The conversation goes on when it is opened again. */
  leave() {
    const link = this.#link;
    this.#gone();
    link?.close();
    this.#drop('stopped');
  }

  /** Nothing is connected any more. Comes first: what is told of the end may make the
   * host ask again. */
  #gone() {
    this.#withdraw?.();
    this.#withdraw = undefined;
    this.#link = null;
    this.#sent = {};
    this.#context = undefined;
    this.about = undefined;
    const settle = this.#settle;
    this.#opened = undefined;
    this.#settle = undefined;
    settle?.(false);
  }

  #died(fault) {
    const problem = engineProblem(fault);
    this.#gone();
    this.#failed(problem, 'engine');
    this.#drop('failed', `${problem.what} ${problem.next}`);
  }

  #failed(problem, kind) {
    this.#problem = problem;
    this.#inner.fail(kind, problem.what, problem.next);
    this.#view.failed(problem);
  }

  /** What the way to the engine calls. */
  #client = {
    said: (message, shown) => {
      if (message === 'started') return;
      const [[kind, told]] = Object.entries(message);
      this.#heard[kind]?.(told, shown);
    },
    tool: async (text) => JSON.stringify(await this.#runTool(JSON.parse(text))),
    consent: async (text) => JSON.stringify(await this.#allows(JSON.parse(text))),
    died: (fault) => this.#died(fault),
    fetchFailed: (error) => this.#hostFailed('fetch', error),
  };

  #heard = {
    progress: (told) => {
      if (this.about) this.#running?.turn.take('progress', told);
      else this.#view.progress(told);
    },
    opened: ({ about }) => {
      this.about = about;
      if (this.#turns.length) this.#link.post({ resume: { turns: this.#turns } });
      this.#view.opened(about);
      this.#inner.emit('usher-ready', { about });
      this.#settle?.(true);
      this.#offer();
    },
    open_failed: ({ problem: { what, next } }) => {
      // The engine does not know what page it is for.
      this.#failed({ what, next: next.replace('by CORS', `by the header Access-Control-Allow-Origin: ${location.origin}`) }, 'bundle');
      const settle = this.#settle;
      this.#opened = undefined;
      settle?.(false);
    },
    run: ({ run, event }, shown) => {
      const asked = this.#running;
      if (asked?.run !== run) return;
      const [[kind, told]] = event === 'withdrawn' ? [['withdrawn', {}]] : Object.entries(event);
      if (kind === 'said') asked.said += told.text;
      if (kind === 'withdrawn') asked.said = '';
      if (kind === 'tool_started') this.#inner.emit('usher-tool-call', { tool: told.call.name, arguments: told.call.arguments });
      if (kind === 'tool_finished') {
        asked.steps.push(told.step);
        this.#inner.emit('usher-tool-call', { tool: told.step.tool, arguments: told.step.arguments, step: told.step });
      }
      if (kind === 'fell_back') this.#inner.fail('model', told.problem.what, told.problem.next);
      if (kind === 'finished') this.#finish(asked, told.turn, shown);
      else asked.turn.take(kind, told);
    },
    tool_done: (told) => this.#answered(told),
    tools_listed: (told) => this.#answered(told),
  };

  #answered(told) {
    this.#requests.get(told.request)?.(told);
    this.#requests.delete(told.request);
  }

  /** Lends the engine's tools to the browser's own agent, where there is one. */
  async #offer() {
    if (this.#withdraw || !(document.modelContext ?? navigator.modelContext)?.registerTool) return;
    this.#withdraw = () => {};
    const { offer } = await import('./webmcp.js');
    const told = await this.#request('list_tools', {});
    // It may have left meanwhile.
    if (this.#withdraw && told) this.#withdraw = offer(told.tools, (name, args) => this.tool(name, args));
  }

  async #runTool({ name, arguments: args }) {
    const tool = this.#inner.tools().get(name);
    const signal = this.#running?.stop.signal ?? AbortSignal.abort();
    if (!tool) {
      return { status: 'failure', message: `The page took ${name} back.`, error: { kind: 'unavailable', retryable: false, hint: 'Go on without it.' } };
    }
    const { result, fault } = await runTool(tool, args, signal);
    if (fault) {
      if (fault.error) console.error(fault.error);
      this.#inner.fail(fault.kind, fault.what, fault.next);
    }
    return result;
  }

  async #allows(request) {
    const { consent } = this.#agent;
    if (!consent) return { allowed: true };
    const refused = (reason) => ({ allowed: false, reason });
    const asked = this.#running;
    const { signal } = asked?.stop ?? this.#apart;
    if (signal.aborted) return refused('it was stopped');
    // Nobody answers what cannot be seen.
    if (consent === 'ask') this.#agent.opened = true;
    try {
      const told = await orStopped(consent === 'ask' ? asked?.turn.consent(request, signal) : consent(request, { signal }), signal);
      if (told === STOPPED) return refused('it was stopped');
      if (told === true) return { allowed: true };
      // What is no JSON is the host's mistake.
      if (told?.arguments) return { allowed: true, arguments: JSON.parse(JSON.stringify(told.arguments)) };
    } catch (error) {
      this.#hostFailed('consent', error);
      return refused('the page\u2019s own consent failed');
    }
    return refused(consent === 'ask' ? 'the person refused' : 'the page does not allow it');
  }

  #hostFailed(name, error) {
    console.error(error);
    this.#inner.fail('host', `The page\u2019s own ${name} failed: ${textOf(error)}`, 'Look at the page\u2019s own code.');
  }

  /** Hears what the host's storage throws. */
  storageFailed = (error) => this.#hostFailed('storage', error);
}
