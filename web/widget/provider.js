// Who answers and where tools run, as the attributes say, in the engine's words.

/** How each provider is spoken to, and where it is if nothing else is said. */
const PROVIDERS = {
  openai: { api: 'responses', base: 'https://api.openai.com/v1' },
  compatible: { api: 'chat' },
  ollama: { api: 'ollama', base: 'http://localhost:11434' },
};
/** What a context holds where nothing else is known, in tokens. */
const CONTEXT_TOKENS = 16384;

const trimmed = (address) => address?.href.replace(/\/+$/, '');

/**
 * @param {object} agent the element
 * @param {(name: string) => URL | null} address of an attribute
 * @returns {{model: object | null, worker: string | null, wrong?: {what: string, next: string}}}
 *   the model's settings (null: the guide), the edge worker (null: tools run here), and
 *   why the guide answers although another was wished
 */
export function providerOf(agent, address) {
  const at = trimmed(address('worker'));
  const worker = at ? JSON.stringify({ address: at, token: agent.workerToken || undefined }) : null;
  const provider = PROVIDERS[agent.provider];
  if (!provider) return { model: null, worker };
  // An edge worker also passes on what models are asked.
  const isThere = agent.provider === 'compatible' && !address('endpoint') && at;
  const base = isThere ? `${at}/v1` : trimmed(address('endpoint')) ?? provider.base;
  const key = isThere ? agent.workerToken : agent.apiKey;
  const missing = (name, what) => ({
    model: null,
    worker,
    wrong: {
      what: `The provider "${agent.provider}" needs the attribute ${name}: ${what}.`,
      next: 'Until then the guide answers.',
    },
  });
  if (!base) return missing('endpoint', 'the address of the server, such as https://example.org/v1');
  if (!agent.model) return missing('model', 'the name of the model, as its server lists it');
  const model = { api: provider.api, base_url: base, model: agent.model, key: key || undefined, context_tokens: CONTEXT_TOKENS };
  return { model, worker };
}
