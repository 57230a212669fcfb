/** What went wrong, and what to do about it. */
export class UsherError extends Error {
  readonly what: string;
  readonly next: string;
}

/** WebAssembly code: its address, its bytes, or a module. */
export type Code = string | URL | Response | BufferSource | WebAssembly.Module;

export interface OpenOptions {
  /** Address of the folder that holds `manifest.json`. */
  bundle: string | URL;
  /** In place of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** The engine's code, where it cannot be loaded from beside the package's files. */
  wasm?: Code;
  /** The code for language models, likewise. */
  modelsWasm?: Code;
  onProgress?(progress: { what: string; loadedBytes: number; totalBytes: number }): void;
}

export interface About {
  name: string;
  counts: { items: number; users: number; interactions: number };
  model: string;
  examples: { question: string; kind?: string }[];
  note: string | null;
}

export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

export type ToolResult =
  | { status: 'success'; message: string; data: unknown }
  | { status: 'failure'; message: string; error: { kind: string; retryable: boolean; hint: string } };

/** A tool call that was run. */
export interface Step {
  tool: string;
  arguments: Record<string, unknown>;
  /** The arguments as asked, where they differ from those executed. */
  requested?: Record<string, unknown>;
  why?: string;
  result: ToolResult;
  elapsed_us: number;
}

/** A question and all that came of it. */
export interface Turn {
  question: string;
  status: 'answered' | 'needs_input' | 'failed' | 'stopped';
  steps: Step[];
  /** Markdown. */
  answer: string;
  model: string;
  problem?: { what: string; next: string };
  cost?: { requests: number; usage: { input_tokens: number; output_tokens: number } };
}

export type RunEvent = { kind: string; [field: string]: unknown };

export interface AskOptions {
  onEvent?(event: RunEvent): void;
  signal?: AbortSignal;
}

/** A tool of one's own. */
export interface OwnTool<Arguments = Record<string, unknown>> {
  name: string;
  description: string;
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  execute(args: Arguments, options: { signal: AbortSignal }): unknown;
  /** 30 s unless given. */
  timeoutMs?: number;
}

export type ConsentRequest =
  | { tool: { name: string; arguments: Record<string, unknown>; why: string | null } }
  | { model: { model: string; question: string } };

export type Consent = boolean | { allowed?: boolean; arguments?: Record<string, unknown>; reason?: string };

/** A language model on a server. */
export interface ModelSettings {
  provider: string;
  model: string;
  [setting: string]: unknown;
}

export type Node =
  | string
  | { code: string }
  | { tag: string; children?: Node[]; href?: string; start?: number };

export interface Marked {
  text: string;
  /** Whether a condition of the question asked for it. */
  answers: boolean;
}

/** An item of an answer. */
export interface Card {
  item_id: string | number;
  title: string;
  titled: string;
  details: Marked[];
  genres: Marked[];
  about: string | null;
  fit: string | null;
  standing: string | null;
  user: string | number | null;
  because: (string | number)[] | null;
}

export interface Shown {
  lead: Node[];
  cards: Card[];
  rest: Node[];
  steps: {
    tool: string;
    arguments: [string, string][];
    requested: [string, string][] | null;
    why: string | null;
    failed: boolean;
    outcome: string;
    elapsed_us: number;
  }[];
}

/** An open catalogue, and a conversation about it. */
export class Engine {
  private constructor();
  static open(options: OpenOptions): Promise<Engine>;
  readonly about: About;
  tools(): Promise<ToolSpec[]>;
  call(name: string, args?: Record<string, unknown>): Promise<Step>;
  ask(question: string, options?: AskOptions): Promise<Turn>;
  shown(turn: Turn): Shown;
  resume(turns?: Turn[]): void;
  useModel(settings?: ModelSettings | null): void;
  useWorker(worker?: { address: string; token?: string } | null): void;
  setContext(context: { user?: string | number | null }): void;
  exclude(items: (string | number)[]): void;
  useConsent(ask?: ((request: ConsentRequest, options: { signal: AbortSignal }) => Consent | Promise<Consent>) | null): void;
  registerTool<Arguments = Record<string, unknown>>(tool: OwnTool<Arguments>): () => void;
  close(): void;
}
