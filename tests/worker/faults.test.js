// What becomes of everything that can be wrong: the table in docs/worker-faults.md is made
// here. USHER_WRITE_FAULTS=1 writes it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSilence } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { freePort, startWorker, TOKEN } from './edge.js';
import { startMariaDb, startQdrant } from './servers.js';

const TABLE = fileURLToPath(new URL('../../docs/worker-faults.md', import.meta.url));
const SECRETS = { key: 'sk-a-key-that-nobody-may-see', qdrant: 'the-key-of-qdrant', password: 'a-wrong-password' };
const SQL = "x' OR '1'='1'; DROP TABLE usher_versions; -- ";

const ends = [];
const kept = async (starting) => {
  const part = await starting;
  ends.push(() => (part.end ?? part.stop)());
  return part;
};
after(async () => { for (const end of ends.reverse()) await end(); });

const usher = (args, env = {}) => execFileSync(process.env.USHER_PROGRAM, args, {
  encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env },
});

/** A server that answers every request alike. */
async function server(respond) {
  const listening = createServer((request, response) => { request.resume(); request.on('end', () => respond(request, response)); });
  await new Promise((resolve) => { listening.listen(0, '127.0.0.1', resolve); });
  ends.push(() => { listening.close(); listening.closeAllConnections(); });
  return `http://127.0.0.1:${listening.address().port}`;
}
const answering = (status, body, headers = {}) => server((_, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
});

const rows = [];

/** Asks, and notes in the table what is said. `code` is the error's, or the kind of a tool's
 * failure; `said` is a part of the message. */
async function row(what, ask, status, code, said) {
  const answer = await ask();
  const { error, result } = answer.json ?? {};
  const problem = error ?? result?.error;
  const told = error?.message ?? (result?.error ? `${result.message} ${result.error.hint}` : result?.message) ?? '';
  assert.deepEqual([what, answer.status, String(problem?.code ?? problem?.kind ?? '')], [what, status, String(code)], answer.text);
  assert.match(told, said, what);
  for (const secret of Object.values(SECRETS)) assert.ok(!answer.text.includes(secret), what);
  rows.push(`| ${what} | ${status} | ${code === '' ? '–' : `\`${code}\``} | ${told.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replace(/\b[0-9a-f]{16}\b/g, 'VERSION').replaceAll('|', '\\|')} |`);
  return answer;
}

let mariadb; let qdrant; let good; let limits;
before(async () => {
  [mariadb, qdrant] = await Promise.all([kept(startMariaDb()), kept(startQdrant(SECRETS.qdrant))]);
  usher(['load', 'mysql', mariadb.address]);
  usher(['load', 'qdrant', qdrant.address], { QDRANT_API_KEY: SECRETS.qdrant });
  good = await kept(startWorker({
    USHER_MYSQL: mariadb.address, USHER_QDRANT: qdrant.address, USHER_QDRANT_KEY: SECRETS.qdrant,
    USHER_MODELS: 'scripted', USHER_OPENAI: `http://127.0.0.1:${await freePort()}/v1`, USHER_OPENAI_KEY: SECRETS.key,
    USHER_MOST_STEPS: '2',
  }));
  limits = await kept(startWorker({ USHER_REQUESTS_A_MINUTE: '1' }));
});

const tool = (worker, name, args, headers) => worker.ask('POST', `/tools/${name}`, args, headers);
const chat = (worker, more = {}) => worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages: [{ role: 'user', content: 'Hello' }], ...more });

test('everything that can be wrong is told, with what to do, and nothing stays broken', async () => {
  // Who asks, and how.
  await row('No token', () => good.ask('GET', '/tools', undefined, { authorization: '' }), 401, 'no_token', /Authorization: Bearer/);
  await row('A wrong token', () => good.ask('GET', '/tools', undefined, { authorization: 'Bearer another-token-entirely' }), 401, 'wrong_token', /owner gave/);
  await row('A page of an origin that may not ask', () => good.ask('GET', '/tools', undefined, { origin: 'https://evil.example' }), 403, 'origin_not_allowed', /USHER_ORIGINS/);
  await limits.ask('GET', '/tools');
  await limits.ask('GET', '/tools');
  await row('Too many requests', () => limits.ask('GET', '/tools').then((answer) => ({ ...answer, json: JSON.parse(answer.text.replace(/Wait \d+/, 'Wait 60')) })), 429, 'too_many_requests', /Wait/);
  const nobody = await kept(startWorker({ USHER_TOKENS: '' }));
  await row('A worker that was told of nobody', () => nobody.ask('GET', '/tools'), 503, 'nobody_may_ask', /wrangler secret put/);
  const wrong = await kept(startWorker({ USHER_MOST_TOKENS: 'many' }));
  await row('A setting that cannot be used', () => wrong.ask('GET', '/tools'), 503, 'wrong_setting', /USHER_MOST_TOKENS/);
  await row('A path that is none', () => good.ask('GET', '/v1/embeddings'), 404, 'unknown_path', /answers/);
  await row('A file that is none', () => good.ask('GET', '/nothing.html'), 404, 'no_such_file', /page is at/);
  await row('Another method', () => good.ask('GET', '/mcp'), 405, 'method_not_allowed', /POST/);
  await row('A body of 20 MB', () => good.ask('POST', '/tools/item_filter', new Uint8Array(20 << 20)), 413, 'body_too_large', /shorter/);
  await row('Malformed JSON for a tool', () => good.ask('POST', '/tools/item_filter', '{"genres":'), 400, 'malformed_json', /JSON object/);

  // Tools.
  await row('A tool that is none', () => tool(good, 'drop_table', {}), 404, 'unknown_tool', /The tools are/);
  await row('Arguments that do not fit', () => tool(good, 'get_popular_items', { k: -1 }), 400, 'invalid_arguments', /k/);
  await row('A user that is none', () => tool(good, 'get_interacted_items', { user: 987654 }), 200, 'unknown_user', /Known user ids/);
  await row('A set that is none', () => tool(good, 'get_like_percentage', { items: 'set:000000000000' }), 200, 'unknown_set', /list of item ids/);
  await row('SQL as a user', () => tool(good, 'get_interacted_items', { user: SQL }), 200, 'unknown_user', /no user/);
  await row('SQL as an item', () => tool(good, 'get_like_percentage', { items: [SQL] }), 200, 'unknown_item', /no item/);
  await row('SQL as an actor', () => tool(good, 'item_filter', { actors: [SQL] }), 200, 'unknown_value', /no actor/);
  await row('SQL as a genre', () => tool(good, 'item_filter', { genres: [SQL] }), 200, 'unknown_value', /no genre/);
  await row('SQL as a country', () => tool(good, 'item_filter', { country: SQL }), 200, 'unknown_value', /no country/);
  await row('SQL as a story', () => tool(good, 'vector_store_search', { query: SQL }), 200, '', /nearest to the text/);
  assert.equal((await tool(good, 'get_interacted_items', { user: 8 })).status, 200, 'the tables are still there');

  // Models.
  await row('Malformed JSON for a model', () => good.ask('POST', '/v1/chat/completions', '[1'), 400, 'malformed_json', /JSON object/);
  await row('A model that may not be asked', () => chat(good, { model: 'costly' }), 403, 'model_not_allowed', /USHER_MODELS/);
  await row('A tool of the model\'s server', () => chat(good, { tools: [{ type: 'web_search' }] }), 403, 'tool_not_allowed', /functions/);
  await row('A field that none of the limits holds', () => chat(good, { service_tier: 'priority' }), 403, 'field_not_allowed', /Leave it out/);
  await row('Too many tool calls', () => chat(good, { messages: [{ role: 'user' }, { role: 'tool' }, { role: 'tool' }, { role: 'tool' }] }), 400, 'too_many_steps', /smaller/);
  await row('A model\'s server that is down', () => chat(good), 502, 'upstream_unreachable', /cannot be reached/);
  await row('A model\'s server that was not set', () => good.ask('POST', '/api/chat', { model: 'scripted', messages: [] }), 503, 'no_upstream', /USHER_OLLAMA/);
  const behind = async (base) => kept(startWorker({ USHER_OPENAI: `${base}/v1`, USHER_OPENAI_KEY: SECRETS.key, USHER_MOST_SECONDS: '1' }));
  const slow = await behind(await server(() => {}));
  await row('A model\'s server that is slow', () => chat(slow), 504, 'upstream_timeout', /in time/);
  const locked = await behind(await answering(401, { error: { message: `Incorrect API key provided: ${SECRETS.key}` } }));
  await row('A key that the model\'s server refuses', () => chat(locked), 502, 'upstream_refuses_key', /set it anew/);
  const none = await behind(await server((_, response) => response.end('<html>')));
  await row('A list of models that is none', () => none.ask('GET', '/v1/models'), 502, 'no_list', /Write a model's name/);
  const moved = await behind(await answering(307, {}, { location: 'http://127.0.0.1:9/' }));
  await row('A model\'s server that redirects', () => chat(moved), 502, 'upstream_redirects', /own address/);
  const told = await behind(await answering(500, { error: { message: `It broke with ${SECRETS.key}` } }));
  await row('An error that tells of the key', () => chat(told), 500, 'upstream_error', /did not say why/);
  const cut = await behind(await server((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {}\n\n');
    setTimeout(() => response.destroy(), 50);
  }));
  await assert.rejects(chat(cut), 'a model\'s server that is cut off ends the answer, which the caller sees');
  rows.push('| A model\'s server that is cut off in the middle | 200 | – | What came until then, and the stream ends with an error. |');

  // MCP.
  const mcp = (body, headers) => good.ask('POST', '/mcp', body, headers);
  await row('MCP of another version', () => mcp({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'mcp-protocol-version': '1999-01-01' }), 400, -32022, /speaks/);
  await row('MCP whose header and body differ', () => mcp({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { 'mcp-protocol-version': '2026-07-28' }), 400, -32020, /must say the same/);
  await row('A method that MCP does not have here', () => mcp({ jsonrpc: '2.0', id: 1, method: 'resources/list' }), 200, -32601, /tools only/);
  await row('Malformed JSON for MCP', () => mcp('{'), 400, -32700, /not JSON/);

  // The database.
  const history = (worker) => tool(worker, 'get_interacted_items', { user: 8 });
  const right = (await history(good)).json.result;
  const back = async (what) => assert.deepEqual((await history(good)).json.result, right, `after: ${what}`);
  await mariadb.stop();
  await row('MySQL is down', () => history(good), 503, 'unavailable', /./);
  await mariadb.restart();
  await back('MySQL is down');
  await mariadb.restart();
  await row('MySQL was restarted', () => history(good), 200, '', /./);
  await mariadb.readOnly();
  await row('MySQL takes no changes', () => history(good), 200, '', /./);
  await mariadb.restart();
  const address = new URL(mariadb.address);
  const at = async (change) => {
    const other = new URL(address);
    change(other);
    return kept(startWorker({ USHER_MYSQL: String(other) }));
  };
  const password = await at((url) => { url.password = SECRETS.password; });
  await row('MySQL refuses the password', () => history(password), 503, 'unavailable', /./);
  const database = await at((url) => { url.pathname = '/nothing'; });
  await row('MySQL has no such database', () => history(database), 503, 'unavailable', /./);
  const address2 = await at((url) => { url.port = '1'; });
  await row('MySQL is nowhere', () => history(address2), 503, 'unavailable', /./);
  const silence = createSilence(() => {});
  await new Promise((resolve) => { silence.listen(0, '127.0.0.1', resolve); });
  ends.push(() => silence.close());
  const silent = silence.address().port;
  const mute = await at((url) => { url.port = String(silent); });
  await row('MySQL accepts and says nothing', () => history(mute), 503, 'unavailable', /did not answer/);
  const broken = await kept(startWorker({ USHER_MYSQL: 'mysql://nothing' }));
  await row('An address of MySQL that is none', () => history(broken), 503, 'wrong_setting', /USHER_MYSQL/);
  const empty = await kept(startMariaDb());
  const unfilled = await kept(startWorker({ USHER_MYSQL: empty.address }));
  await row('MySQL holds no catalogue', () => history(unfilled), 503, 'unavailable', /usher load mysql/);
  const folder = `${process.env.TMPDIR ?? '/tmp'}/usher-faults-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const tiny = fileURLToPath(new URL('../../crates/testkit/tiny', import.meta.url));
  usher(['load', 'mysql', empty.address, '--input', tiny]);
  await row('MySQL holds another version', () => history(unfilled), 503, 'unavailable', /another version/);

  // The search.
  const search = (worker) => tool(worker, 'vector_store_search', { query: 'a detective who is haunted by the past' });
  const found = (await search(good)).json.result;
  assert.doesNotMatch(found.message, /Only the words/);
  const without = async (address, key = SECRETS.qdrant) => kept(startWorker({ USHER_QDRANT: address, USHER_QDRANT_KEY: key }));
  await row('Qdrant is down', async () => search(await without(`http://127.0.0.1:${await freePort()}`)), 200, '', /Only the words/);
  await row('Qdrant accepts and says nothing', async () => search(await without(`http://127.0.0.1:${silent}`)), 200, '', /Only the words/);
  await row('Qdrant refuses the key', async () => search(await without(qdrant.address, 'another-key')), 200, '', /Only the words/);
  const other = await kept(startQdrant(SECRETS.qdrant));
  const lacking = await without(other.address);
  await row('Qdrant holds no catalogue', () => search(lacking), 200, '', /Only the words/);
  const odd = await without(await answering(200, { result: [], status: 'ok', time: 0 }));
  await row('Qdrant answers something else', () => search(odd), 200, '', /Only the words/);
  usher(['load', 'qdrant', other.address], { QDRANT_API_KEY: SECRETS.qdrant });
  assert.deepEqual((await search(lacking)).json.result, found, 'once it is loaded, all is well');

  // The bundle.
  mkdirSync(`${folder}/files`, { recursive: true });
  writeFileSync(`${folder}/files/index.html`, '');
  const bare = await kept(startWorker({}, { files: `${folder}/files` }));
  await row('The worker has no bundle', () => search(bare), 503, 'no_catalogue', /Deploy it/);

  const text = [
    '# What becomes of the worker\'s faults', '',
    'Made by `tests/worker/faults.test.js`, which asks the worker in workerd, with a real MariaDB and',
    'Qdrant\'s own engine. After each fault of a part the worker answers again without a restart.', '',
    '| what is wrong | status | code | what is said |', '|---|---|---|---|', ...rows, '',
  ].join('\n');
  if (process.env.USHER_WRITE_FAULTS) writeFileSync(TABLE, text);
  assert.equal(text, readFileSync(TABLE, 'utf8'), 'docs/worker-faults.md is as it was written; USHER_WRITE_FAULTS=1 writes it anew');
  assert.ok(rows.length >= 30, `${rows.length} rows`);
});
