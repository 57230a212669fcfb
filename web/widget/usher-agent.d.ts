// Types of `<usher-agent>`.

/** A tool call that was run, and what came of it. */
export interface Step {
  tool: string;
  /** As executed: names resolved, numbers normalised. */
  arguments: Record<string, unknown>;
  /** As asked, where that differs. */
  requested?: Record<string, unknown>;
  /** What the call was for. */
  why?: string;
  result:
    | { status: 'success'; message: string; data: unknown }
    | { status: 'failure'; message: string; error: { kind: string; retryable: boolean; hint: string } };
  elapsed_us: number;
}

/** A question and all that came of it. */
export interface Turn {
  question: string;
  status: 'answered' | 'needs_input' | 'failed' | 'stopped';
  /** Markdown; of a failed turn, what went wrong and what to do. */
  answer: string;
  steps: Step[];
  /** Who answered; empty where nobody did. */
  model: string;
  /** Why the chosen model did not answer, where the guide did in its place. */
  problem?: { what: string; next: string };
  cost?: { requests: number; usage: { input_tokens: number; output_tokens: number } };
}

/** What is known of an open bundle. */
export interface About {
  name: string;
  counts: { items: number; users: number; interactions: number };
  model: string;
  examples: { question: string; kind?: string }[];
  note?: string;
}

/** A JSON Schema of an object. */
export type ObjectSchema = { type: 'object'; properties?: Record<string, unknown>; required?: readonly string[] } & Record<string, unknown>;

/** A tool of the page's own. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Tool<Arguments = any> {
  /** Letters, digits and `_`, at most 64, a letter first. */
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** Of its arguments, which are checked before it runs. Without one it takes none. */
  inputSchema?: ObjectSchema;
  /** Gives what JSON can hold, at most 256 KB. The signal says that nobody waits any longer. */
  execute(args: Arguments, context: { signal: AbortSignal }): unknown;
  /** How long it may take, in milliseconds; 30 seconds unless said otherwise. */
  timeoutMs?: number;
}

/** What consent is asked for: a tool, or a request to a model on a server. */
export type ConsentRequest =
  | { tool: { name: string; arguments: Record<string, unknown>; why: string | null } }
  | { model: { model: string; question: string } };

/** Yes, no, or: with these arguments instead. */
export type ConsentAnswer = boolean | { arguments: Record<string, unknown> };

/** Keeps texts. */
export interface UsherStorage {
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  set(key: string, value: string): unknown;
  remove(key: string): unknown;
}

/** What went wrong. */
export interface UsherProblem {
  what: string;
  /** What to do about it. */
  next: string;
  kind: 'attribute' | 'bundle' | 'engine' | 'model' | 'answer' | 'tool' | 'host';
}

export type UsherReadyEvent = CustomEvent<{ about: About }>;
export type UsherAnswerEvent = CustomEvent<{ question: string; answer: string; turn: Turn }>;
/** Told as a call begins, and again, with `step`, as it has ended. */
export type UsherToolCallEvent = CustomEvent<{ tool: string; arguments: Record<string, unknown>; step?: Step }>;
export type UsherErrorEvent = CustomEvent<UsherProblem>;
export type UsherRecommendationClickEvent = CustomEvent<{ item_id: string; title: string; user: string | null; position: number }>;
/** 1: liked, -1: not this one, 0: taken back. */
export type UsherFeedbackEvent = CustomEvent<{ item_id: string; title: string; value: 1 | -1 | 0; user: string | null }>;

export interface UsherEventMap {
  'usher-ready': UsherReadyEvent;
  'usher-answer': UsherAnswerEvent;
  'usher-tool-call': UsherToolCallEvent;
  'usher-error': UsherErrorEvent;
  'usher-recommendation-click': UsherRecommendationClickEvent;
  'usher-feedback': UsherFeedbackEvent;
}

export type Provider = 'guide' | 'openai' | 'compatible' | 'ollama';
export type Theme = 'auto' | 'light' | 'dark';
export type Language = 'auto' | 'en' | 'de';
export type Mode = 'bubble' | 'panel' | 'inline';

export class UsherAgent extends HTMLElement {
  /** Adds a tool to every widget of the page. Gives a function that takes it back. */
  static registerTool(tool: Tool): () => void;

  get bundle(): string | null;
  set bundle(address: string | null | undefined);
  get provider(): Provider;
  set provider(provider: Provider | null | undefined);
  get model(): string | null;
  set model(name: string | null | undefined);
  get endpoint(): string | null;
  set endpoint(address: string | null | undefined);
  get worker(): string | null;
  set worker(address: string | null | undefined);
  get user(): string | null;
  set user(id: string | null | undefined);
  get theme(): Theme;
  set theme(theme: Theme | null | undefined);
  get language(): Language;
  set language(language: Language | null | undefined);
  get mode(): Mode;
  set mode(mode: Mode | null | undefined);
  get heading(): string | null;
  set heading(text: string | null | undefined);
  /** Whether the panel is open; the attribute `open`. */
  opened: boolean;

  /** The key for the provider. Never an attribute. */
  apiKey: string | null | undefined;
  /** The token for the edge worker. Never an attribute. */
  workerToken: string | null | undefined;
  /** Fetches in the browser's place. */
  fetch: typeof globalThis.fetch | null | undefined;
  /** Keeps thumbs; null: nothing is kept; unset: the browser keeps them. */
  storage: UsherStorage | null | undefined;
  /** Decides what tools and models may do; "ask": the widget asks the person. The signal
   * says that nobody waits any longer: what is stopped is refused. */
  consent: ((request: ConsentRequest, context: { signal: AbortSignal }) => ConsentAnswer | Promise<ConsentAnswer>) | 'ask' | null | undefined;

  /** Asks, whether the panel is open or not. Never fails: the turn's status tells. */
  ask(question: string): Promise<Turn>;
  /** Ends the answer that is being made, with what has been said by then. */
  stop(): void;
  /** Opens the panel and puts the focus into it. Assigning sets `opened`, as frameworks do. */
  get open(): () => Promise<void>;
  set open(opened: boolean);
  close(): void;
  /** Whom questions are about from now on, also if others were named since; without a
   * user: nobody. */
  setContext(context?: { user?: string | null | undefined }): void;
  /** Adds a tool to this widget. Gives a function that takes it back. */
  registerTool(tool: Tool): () => void;
}

/** Adds a tool to every widget of the page. Gives a function that takes it back. */
export function registerTool(tool: Tool): () => void;

/** What a tag in JSX or in a template may be given. */
export interface UsherAgentProps {
  bundle?: string | null | undefined;
  provider?: Provider | null | undefined;
  model?: string | null | undefined;
  endpoint?: string | null | undefined;
  worker?: string | null | undefined;
  user?: string | null | undefined;
  theme?: Theme | null | undefined;
  language?: Language | null | undefined;
  mode?: Mode | null | undefined;
  heading?: string | null | undefined;
  open?: boolean | undefined;
  apiKey?: UsherAgent['apiKey'];
  workerToken?: UsherAgent['workerToken'];
  fetch?: UsherAgent['fetch'];
  storage?: UsherAgent['storage'];
  consent?: UsherAgent['consent'];
}

/** Listeners as React 19 takes them. */
export type UsherAgentListeners = {
  [Name in keyof UsherEventMap as `on${Name}`]?: ((event: UsherEventMap[Name]) => void) | undefined;
};

type InJsx = UsherAgentProps & UsherAgentListeners & {
  ref?: unknown;
  key?: string | number | null;
  id?: string;
  class?: string;
  className?: string;
  style?: unknown;
  slot?: string;
  hidden?: boolean;
  lang?: string;
  children?: unknown;
};

declare global {
  interface HTMLElementTagNameMap {
    'usher-agent': UsherAgent;
  }
  /** The events bubble: elements, the document and the window hear them. */
  interface GlobalEventHandlersEventMap extends UsherEventMap {}
  interface Window {
    usher: { registerTool(tool: Tool): () => void };
  }
  var usher: { registerTool(tool: Tool): () => void };
  namespace JSX {
    interface IntrinsicElements {
      'usher-agent': InJsx;
    }
  }
}

// @ts-ignore Only where React is used.
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'usher-agent': InJsx;
    }
  }
}
