// The tools over MySQL and Qdrant, filled by `usher load`, give what they give over the
// bundle.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';

import { crowd, histories } from './crowd.js';
import { startWorker } from './edge.js';
import { startMariaDb, startQdrant } from './servers.js';

const KEY = 'the-key-of-qdrant';
let mariadb; let qdrant; let direct; let pooled;

const usher = (args, env = {}) => execFileSync(process.env.USHER_PROGRAM, args, {
  encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, maxBuffer: 1 << 28,
});

before(async () => {
  [mariadb, qdrant] = await Promise.all([startMariaDb(), startQdrant(KEY)]);
  usher(['load', 'mysql', mariadb.address]);
  usher(['load', 'qdrant', qdrant.address], { QDRANT_API_KEY: KEY });
  const search = { USHER_QDRANT: qdrant.address, USHER_QDRANT_KEY: KEY };
  direct = await startWorker({ ...search, USHER_MYSQL: mariadb.address });
  pooled = await startWorker(search, {
    wrangler: { hyperdrive: [{ binding: 'HYPERDRIVE', id: 'database', localConnectionString: mariadb.address }] },
  });
});
after(async () => {
  for (const worker of [direct, pooled]) await worker?.stop();
  for (const server of [mariadb, qdrant]) await server?.end();
});

/** Every call that the guide makes for these questions, with what came of it. */
function calls() {
  const questions = [
    'Recommend something to user 8', 'Which dramas are there?', 'And comedies from the nineties?',
    'Films in which a detective hunts a killer', 'What did user 12 watch last?', 'Who is user 30?',
    'What is popular with women?', 'What do teenagers like?', 'What is the ideal length for a comedy?',
    'What percentage of users who watched Toy Story liked it?', 'What share of users liked item 3?', 'Recommend a thriller to user 5', 'A story about friendship for user 9',
    'What are the best rated films?', 'Tell me about item 3', 'Films longer than two hours', 'User 6 is sad, what could we offer?',
  ];
  const [first, ...others] = questions;
  const told = usher(['ask', first, ...others.flatMap((question) => ['--then', question]), '--json']);
  return told.trim().split('\n').flatMap((line) => JSON.parse(line).steps)
    // A handle is of the conversation that found it.
    .filter(({ arguments: { items } }) => typeof items !== 'string');
}

describe('over MySQL and Qdrant', () => {
  test('the worker is ready, and says so of each part', async () => {
    for (const worker of [direct, pooled]) {
      const { status, json } = await worker.ask('GET', '/ready');
      assert.deepEqual([status, json.mysql, json.qdrant], [200, { ok: true }, { ok: true }]);
    }
  });

  test('each call of the guide has the result that it has over the bundle', async () => {
    const steps = calls();
    const tools = new Set(steps.map((step) => step.tool));
    assert.ok(steps.length >= 20, `${steps.length} calls`);
    assert.equal(tools.size, 8, [...tools].join(' '));
    for (const worker of [direct, pooled]) {
      for (const step of steps) {
        const { json } = await worker.ask('POST', `/tools/${step.tool}`, step.arguments);
        assert.deepEqual(json.result, step.result, `${step.tool} ${JSON.stringify(step.arguments)}`);
      }
    }
  });

  test('what is asked together is answered over one connection', async () => {
    const call = (id, name, args) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } });
    const { status, json } = await direct.ask('POST', '/mcp', [
      call(1, 'get_interacted_items', { user: 8 }), call(2, 'item_filter', { genres: ['Drama'] }),
    ]);
    assert.equal(status, 200);
    assert.deepEqual(json.map((answer) => [answer.id, answer.result.isError]), [[1, false], [2, false]]);
  });

  test('a database that is restarted in between is asked again, and one that only reads is enough', async () => {
    const ask = () => direct.ask('POST', '/tools/get_interacted_items', { user: 8 });
    const { json: { result } } = await ask();
    await mariadb.restart();
    assert.deepEqual((await ask()).json.result, result);
    await mariadb.readOnly();
    assert.deepEqual((await ask()).json.result, result);
    await mariadb.stop();
    const down = await ask();
    assert.deepEqual([down.status, down.json.result.error.kind, down.json.result.error.retryable], [503, 'unavailable', true]);
    assert.equal((await direct.ask('GET', '/ready')).status, 503);
    await mariadb.restart();
    assert.deepEqual((await ask()).json.result, result);
  });

  test('of many clients at once, a tenth of whom leave, nobody is lost or told another\'s', async () => {
    const users = 40;
    const expected = await histories(direct, users);
    const counts = await crowd(direct.address, { clients: 50, requests: 1_000, users, expected });
    assert.deepEqual([counts.lost, counts.mixed], [0, 0], JSON.stringify(counts));
    assert.ok(counts.answered >= 900, JSON.stringify(counts));
  });

  test('neither password nor key is told, in answers or in the log', async () => {
    await mariadb.stop();
    const answers = [await direct.ask('GET', '/ready'), await direct.ask('POST', '/tools/get_interacted_items', { user: 8 })];
    await mariadb.restart();
    const { password } = new URL(mariadb.address);
    for (const text of [...answers.map((answer) => answer.text), direct.log(), pooled.log()]) {
      for (const secret of [KEY, password, decodeURIComponent(password)]) assert.ok(!text.includes(secret));
    }
  });
});
