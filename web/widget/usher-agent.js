// Defines `<usher-agent>`. This file is all that a page loads before somebody opens the
// widget or asks something; the rest comes then.

const TAG = 'usher-agent';

/** Attributes that take one of a few words, the usual one first. */
const CHOICES = {
  mode: ['bubble', 'panel', 'inline'],
  theme: ['auto', 'light', 'dark'],
  language: ['auto', 'en', 'de'],
  provider: ['guide', 'openai', 'compatible', 'ollama'],
};
const ADDRESSES = ['bundle', 'endpoint', 'worker'];
const WORDS = ['model', 'user', 'heading'];
/** The longest of those, in characters. */
const MOST_CHARS = 200;

const isFunction = (value) => typeof value === 'function';
const isText = (value) => typeof value === 'string';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What only a script can give: what it must be, in words too, and what holds instead of
 * something else. */
const GIVEN = {
  apiKey: [isText, 'a string'],
  workerToken: [isText, 'a string'],
  fetch: [isFunction, 'a function like fetch'],
  storage: [(value) => ['get', 'set', 'remove'].every((name) => isFunction(value[name])), 'an object with get, set and remove', null],
  // Who wanted to be asked, and made a mistake, is asked.
  consent: [(value) => value === 'ask' || isFunction(value), 'a function, or "ask"', 'ask'],
};

/** The tools that the engine itself has. */
const BUILT_IN = [
  'get_interacted_items', 'get_item_metadata', 'get_like_percentage', 'get_popular_items',
  'get_top_k_recommendations', 'get_user_metadata', 'item_filter', 'vector_store_search',
];

/** The types that JSON Schema knows. */
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** What is wrong with a schema, in words; of a right one, nothing. */
function misfit(schema, of) {
  if (!isObject(schema)) return `${of} must be an object`;
  const { type = [], required = [], properties = {}, items } = schema;
  if (![type].flat().every((one) => TYPES.includes(one))) return `the "type" of ${of} must be one of ${TYPES.join(', ')}`;
  if (!Array.isArray(required) || !required.every(isText)) return `"required" of ${of} must be a list of names`;
  if (!isObject(properties)) return `"properties" of ${of} must be an object`;
  const within = Object.entries(properties).map(([name, property]) => misfit(property, `"${name}" in ${of}`));
  return [...within, isObject(items) && misfit(items, `"items" of ${of}`)].find(Boolean);
}

const TEXTS = {
  en: ['Ask Usher', 'The code did not load. Check the connection, then try again.'],
  de: ['Usher fragen', 'Der Code wurde nicht geladen. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.'],
};

const STYLE = `
/* Takes no place, and makes none for what is fixed in it, whatever the page's rules. */
:host(:not([mode="inline"])) { all: initial !important; position: absolute !important; color-scheme: inherit !important; }
:host([mode="inline"]) { display: block; }
:host([hidden]) { display: none !important; }
.frame {
  all: initial;
  display: block;
  /* What the page reads from the right is not the widget's text; "all" leaves this out. */
  direction: ltr;
  unicode-bidi: isolate;
  color-scheme: inherit;
  --ground: var(--usher-ground, light-dark(#faf7f2, #14121a));
  --surface: var(--usher-surface, light-dark(#ffffff, #1d1a25));
  --text: var(--usher-text, light-dark(#221d2b, #efeaf4));
  --quiet: var(--usher-quiet, light-dark(#6a6175, #a9a1b8));
  --line: var(--usher-line, light-dark(#ddd5c8, #3a3546));
  --accent: var(--usher-accent, light-dark(#855c00, #e3b04b));
  --on-accent: var(--usher-on-accent, light-dark(#ffffff, #14121a));
  --radius: var(--usher-radius, 10px);
  --inset-block: var(--usher-inset-block, 16px);
  --inset-inline: var(--usher-inset-inline, 16px);
  --shadow: 0 8px 24px light-dark(#221d2b33, #00000099);
  color: var(--text);
  font: 15px / 1.55 var(--usher-font, system-ui, sans-serif);
}
.frame[data-theme="light"] { color-scheme: light; }
.frame[data-theme="dark"] { color-scheme: dark; }
.frame:not([data-mode="inline"]) > .start {
  position: fixed;
  inset: auto var(--inset-inline) max(var(--inset-block), env(safe-area-inset-bottom)) auto;
  z-index: var(--usher-z-index, 1000);
  display: grid;
  justify-items: end;
  gap: 8px;
}
.launcher {
  box-sizing: border-box;
  min-block-size: 44px;
  padding: 8px 20px;
  border: 0;
  border-radius: 22px;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  box-shadow: var(--shadow);
  cursor: pointer;
}
.launcher:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
.launcher[aria-busy="true"] { cursor: progress; }
.problem {
  max-inline-size: 280px;
  margin: 0;
  padding: 12px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
}
[hidden] { display: none !important; }
`;

let sheet;
function style() {
  // Not an inline style: a strict content policy lets this be.
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
  return sheet;
}

/** Tools for every widget of the page, by name. */
const everywhere = new Map();
const mounted = new Set();

/** A tool as it is kept; throws where it is none. */
function checked({ name, description, inputSchema = { type: 'object', properties: {} }, execute, timeoutMs = 30_000 } = {}) {
  const must = (holds, what) => {
    if (!holds) throw new TypeError(`registerTool: ${what}.`);
  };
  must(isText(name) && /^[a-z]\w{0,63}$/i.test(name), 'the name must be 1 to 64 letters, digits or _, and begin with a letter');
  must(!BUILT_IN.includes(name), `${name} is a tool of Usher's own; choose another name`);
  must(isText(description) && description.trim(), `${name} needs a description that says what it does and when to use it`);
  must(isFunction(execute), `${name} needs a function as "execute"`);
  must(Number.isFinite(timeoutMs) && timeoutMs > 0, `the timeoutMs of ${name} must be a number of milliseconds`);
  let schema;
  try { schema = JSON.parse(JSON.stringify(inputSchema)); } catch { /* A cycle, say. */ }
  must(schema?.type === 'object', `the inputSchema of ${name} must be a JSON Schema of the type "object"`);
  const wrong = misfit(schema, `the inputSchema of ${name}`);
  must(!wrong, wrong);
  return { name, description, inputSchema: schema, execute, timeoutMs };
}

/** Adds a tool; gives the way to take it back. */
function add(tools, given, changed) {
  const tool = checked(given);
  if (tools.has(tool.name)) throw new TypeError(`registerTool: there is a tool ${tool.name} already; take it back first.`);
  tools.set(tool.name, tool);
  changed();
  return () => {
    if (tools.get(tool.name) !== tool) return;
    tools.delete(tool.name);
    changed();
  };
}

const make = (name, properties) => Object.assign(document.createElement(name), properties);

// Where there is no page (on a server that renders one), this can still be imported.
class Agent extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = [...Object.keys(CHOICES), ...ADDRESSES, ...WORDS, 'open'];

  /** Adds a tool to every widget of the page, present and future. Gives a function that
   * takes it back. */
  static registerTool(tool) {
    return add(everywhere, tool, () => { for (const agent of mounted) agent.#tell('tools'); });
  }

  #root = this.attachShadow({ mode: 'open' });
  #given = {};
  #tools = new Map();
  /** What is wrong with an attribute, by its name. */
  #wrong = new Map();
  #untold = new Set();
  /** Whom questions are about from now on: another object each time the host says so. */
  #context = { user: null };
  #start;
  #frame;
  #button;
  #problem;
  #loading;
  #panel;

  static {
    const accessor = (name, get, set) => Object.defineProperty(this.prototype, name, { get, set, enumerable: true, configurable: true });
    const reflect = (name, get) => accessor(name, get, function set(value) {
      if (value === null || value === undefined) this.removeAttribute(name); else this.setAttribute(name, value);
    });
    for (const [name, words] of Object.entries(CHOICES)) {
      reflect(name, function get() {
        const word = this.getAttribute(name);
        return words.includes(word) ? word : words[0];
      });
    }
    for (const name of [...ADDRESSES, ...WORDS]) reflect(name, function get() { return this.getAttribute(name); });
    for (const [name, [fits, what, instead]] of Object.entries(GIVEN)) {
      accessor(name, function get() { return this.#given[name]; }, function set(value) {
        const isNone = value === undefined || value === null;
        const isRight = isNone || fits(value);
        this.#given[name] = isRight ? value : instead;
        if (isRight) this.#wrong.delete(name); else this.#isWrong(name, `The property ${name} of <${TAG}> must be ${what}.`);
        this.#tell(name);
      });
    }
    // What a template writes without a value comes as an empty text.
    accessor('opened', function get() { return this.hasAttribute('open'); }, function set(value) { this.toggleAttribute('open', value === '' || !!value); });
    // A method; what frameworks assign to it is meant for the attribute, whose presence is ''.
    accessor('open', function get() { return this.#open; }, function set(value) { this.opened = value === '' || value; });
  }

  connectedCallback() {
    mounted.add(this);
    if (!this.#frame) {
      // What a script gave before this was defined.
      for (const name of [...Agent.observedAttributes, ...Object.keys(GIVEN), 'opened']) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
      this.#draw();
    }
    this.#label();
    this.#report();
    if (this.opened) this.#show();
  }

  disconnectedCallback() {
    // What is only moved is back by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      mounted.delete(this);
      this.#panel?.leave();
    });
  }

  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    this.#check(name, value);
    if (name === 'user') this.#isAbout();
    if (!this.#frame) return;
    this.#label();
    this.#report();
    if (name !== 'open') this.#tell(name);
    else if (value === null) this.#hide();
    else if (this.isConnected) this.#show();
  }

  /** Asks a question, whether the widget is open or not. Promises its turn; never fails:
   * the turn's status says what became of it. */
  async ask(question) {
    const context = this.#context;
    try {
      if (!this.isConnected) throw new Error(`This <${TAG}> is not in the page. Add it, then ask.`);
      return await (await this.#load()).ask(question, context);
    } catch (error) {
      // Not everything has a text.
      return { question: isText(question) ? question : '', status: 'failed', answer: error.message, steps: [], model: '' };
    }
  }

  /** Ends the answer that is being made, with what has been said by then. */
  stop() {
    this.#panel?.stop();
  }

  close() {
    this.opened = false;
  }

  /** Whom questions are about from now on, also if others were named since; without a
   * user: nobody. */
  setContext(context) {
    this.user = context?.user;
    this.#isAbout();
  }

  /** Adds a tool to this widget. Gives a function that takes it back. */
  registerTool(tool) {
    return add(this.#tools, tool, () => this.#tell('tools'));
  }

  #isAbout() {
    this.#context = { user: (!this.#wrong.has('user') && this.user) || null };
  }

  #open = async () => {
    this.opened = true;
    try { (await this.#load()).focus(); } catch { /* It was told. */ }
  };

  #draw() {
    this.#root.adoptedStyleSheets = [style()];
    this.#frame = make('div', { className: 'frame' });
    this.#start = make('div', { className: 'start' });
    this.#button = make('button', { className: 'launcher', type: 'button', onclick: this.#open });
    this.#button.part = 'button';
    this.#problem = make('p', { className: 'problem', role: 'alert', hidden: true });
    this.#start.append(this.#problem, this.#button);
    this.#frame.append(this.#start);
    this.#root.append(this.#frame);
  }

  /** The language that this widget speaks. */
  #speaks() {
    const language = this.language === 'auto' ? this.closest('[lang]')?.lang || navigator.language : this.language;
    return language.toLowerCase().startsWith('de') ? 'de' : 'en';
  }

  #label() {
    const [ask, problem] = TEXTS[this.#speaks()];
    Object.assign(this.#frame.dataset, { theme: this.theme, mode: this.mode });
    this.#frame.lang = this.#speaks();
    this.#button.textContent = this.heading || ask;
    this.#problem.textContent = problem;
    this.#start.hidden = this.opened && !!this.#panel;
  }

  /** The rest of the code, fetched once. What failed is tried again the next time. */
  async #load() {
    this.#loading ??= import('./panel.js').then(({ Panel }) => new Panel(this, {
      root: this.#root,
      frame: this.#frame,
      language: () => this.#speaks(),
      tools: () => new Map([...everywhere, ...this.#tools]),
      problems: () => [...this.#wrong.values()],
      context: () => this.#context,
      isRight: (name) => !this.#wrong.has(name),
      emit: (name, detail) => this.#emit(name, detail),
      fail: (kind, what, next) => this.#fail(kind, what, next),
    }));
    try {
      this.#panel = await this.#loading;
      return this.#panel;
    } catch (error) {
      this.#loading = undefined;
      this.#fail('engine', `The widget's code did not load (${error.message}).`, 'Check the connection, and that all files of the widget lie beside usher-agent.js; then try again.');
      throw error;
    }
  }

  async #show() {
    this.#problem.hidden = true;
    this.#button.setAttribute('aria-busy', 'true');
    try {
      const panel = await this.#load();
      // It may have been closed, or taken away, meanwhile.
      if (this.opened && this.isConnected) await panel.show();
    } catch (error) {
      this.#problem.hidden = false;
      this.opened = false;
      console.error(error);
    }
    this.#button.removeAttribute('aria-busy');
    this.#label();
  }

  #hide() {
    this.#panel?.hide(this.#button);
  }

  #tell(changed) {
    this.#panel?.changed(changed);
  }

  #check(name, value) {
    this.#wrong.delete(name);
    if (value === null) return;
    if (name in CHOICES && !CHOICES[name].includes(value)) {
      this.#isWrong(name, `The attribute ${name}="${value.slice(0, 40)}" of <${TAG}> is none of ${CHOICES[name].join(', ')}.`, `It counts as "${CHOICES[name][0]}".`);
    }
    if (WORDS.includes(name) && value.length > MOST_CHARS) this.#isWrong(name, `The attribute ${name} of <${TAG}> has more than ${MOST_CHARS} characters.`);
    if (ADDRESSES.includes(name) && !/^https?:$/.test(URL.canParse(value, document.baseURI) && new URL(value, document.baseURI).protocol)) {
      this.#isWrong(name, `The attribute ${name}="${value.slice(0, 80)}" of <${TAG}> is no address.`, 'Write it like https://example.org/folder/. Until then it is left out.');
    }
  }

  #isWrong(name, what, next = 'It is left out.') {
    this.#wrong.set(name, { what, next });
    this.#untold.add(name);
    if (this.#frame) this.#report();
  }

  /** Tells what is wrong, once each, and after whoever listens has had time to begin. */
  #report() {
    for (const name of this.#untold) {
      queueMicrotask(() => {
        const wrong = this.#wrong.get(name);
        if (wrong) this.#fail('attribute', wrong.what, wrong.next);
      });
    }
    this.#untold.clear();
  }

  #fail(kind, what, next) {
    if (kind === 'attribute') console.warn(`${what} ${next}`);
    this.#emit('usher-error', { kind, what, next });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

// The file may be loaded twice, from two addresses even: the first one counts.
const registry = globalThis.customElements;
if (registry && !registry.get(TAG)) {
  registry.define(TAG, Agent);
  // An element with that id is no property of the window's own.
  const own = Object.hasOwn(globalThis, 'usher') && typeof globalThis.usher === 'object' ? globalThis.usher : {};
  globalThis.usher = Object.assign(own, { registerTool: Agent.registerTool });
}

/** The element's class, whichever copy of this file defined it. */
export const UsherAgent = registry?.get(TAG) ?? Agent;

/** Adds a tool to every widget of the page. Gives a function that takes it back. */
export const registerTool = (tool) => UsherAgent.registerTool(tool);
