// What the declarations allow and what they refuse: checked by `tsc`, never run.

import { registerTool, UsherAgent } from '../../web/widget/usher-agent.js';
import type { Tool, Turn } from '../../web/widget/usher-agent.js';

// The element is known by its name.
const agent = document.createElement('usher-agent');
agent satisfies UsherAgent;
document.querySelector('usher-agent')?.close();

// Attributes are properties.
agent.bundle = '/bundle/';
agent.provider = 'compatible';
agent.model = 'a-model';
agent.endpoint = 'https://example.org/v1';
agent.worker = null;
agent.user = '42';
agent.theme = 'auto';
agent.language = 'de';
agent.mode = 'panel';
agent.heading = 'Ask';
agent.opened = true;
// @ts-expect-error: none of the modes
agent.mode = 'sidebar';
// @ts-expect-error: none of the providers
agent.provider = 'openai-compatible';
// @ts-expect-error: a user is named by a text
agent.user = 42;

// What only a script can give.
agent.apiKey = 'a key';
agent.workerToken = null;
agent.fetch = (address, options) => fetch(address, { ...options, credentials: 'include' });
agent.storage = localStorageOf('usher-');
agent.storage = null;
agent.consent = 'ask';
agent.consent = async (request) => {
  if ('tool' in request) return { arguments: { ...request.tool.arguments, k: 3 } };
  return request.model.question.length < 100;
};
// @ts-expect-error: neither a function nor "ask"
agent.consent = 'never';
// @ts-expect-error: a store has three methods
agent.storage = { get: () => null };

function localStorageOf(prefix: string) {
  return {
    get: (key: string) => localStorage.getItem(prefix + key),
    set: (key: string, value: string) => localStorage.setItem(prefix + key, value),
    remove: (key: string) => localStorage.removeItem(prefix + key),
  };
}

// Methods.
agent.open();
agent.stop();
agent.setContext({ user: '42' });
agent.setContext({ user: null });
agent.ask('What should she watch?') satisfies Promise<Turn>;
agent.ask('What should she watch?').then(({ status, answer, steps }) => {
  status satisfies string;
  answer satisfies string;
  steps.map(({ tool, elapsed_us }) => `${tool}: ${elapsed_us / 1000} ms`);
  // @ts-expect-error: none of the ways in which a turn ends
  return status === 'finished';
});
// @ts-expect-error: a question is a text
agent.ask(42);
// @ts-expect-error: a question is needed
agent.ask();

// Tools, of one element and of all.
const tool: Tool = {
  name: 'stock',
  description: 'Tells how many copies of an item there are.',
  inputSchema: { type: 'object', properties: { item: { type: 'string' } }, required: ['item'] },
  execute: async (args, { signal }) => {
    const response = await fetch(`/stock/${String(args['item'])}`, { signal });
    return response.json();
  },
  timeoutMs: 5000,
};
agent.registerTool(tool) satisfies () => void;
registerTool(tool)();
UsherAgent.registerTool(tool)();
window.usher.registerTool(tool)();
// @ts-expect-error: a tool must do something
agent.registerTool({ name: 'stock', description: 'Tells how many copies there are.' });
// @ts-expect-error: a schema of arguments is one of an object
agent.registerTool({ ...tool, inputSchema: { type: 'string' } });

// Events, on the element and where they bubble to.
agent.addEventListener('usher-ready', ({ detail }) => detail.about.name satisfies string);
agent.addEventListener('usher-answer', ({ detail: { question, answer, turn } }) => {
  question satisfies string;
  answer satisfies string;
  turn satisfies Turn;
});
agent.addEventListener('usher-tool-call', ({ detail }) => {
  detail.tool satisfies string;
  detail.step?.elapsed_us satisfies number | undefined;
});
agent.addEventListener('usher-error', ({ detail: { kind, what, next } }) => console.error(kind, what, next));
agent.addEventListener('usher-recommendation-click', ({ detail }) => {
  detail.item_id satisfies string;
  detail.position satisfies number;
  detail.user satisfies string | null;
  // @ts-expect-error: it is item_id
  return detail.item;
});
document.addEventListener('usher-feedback', ({ detail }) => {
  detail.value satisfies 1 | -1 | 0;
  // @ts-expect-error: there are two thumbs
  return detail.value === 2;
});
// What every element has is still there.
agent.addEventListener('click', ({ clientX }) => clientX satisfies number);
