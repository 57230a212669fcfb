// The tools over HTTP give what they give everywhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { startWorker, tryDeploying } from './edge.js';

let worker;
before(async () => { worker = await startWorker(); });
after(() => worker.stop());

/** What the command line answers to the same call. */
function onTheCommandLine(name, call) {
  try {
    return JSON.parse(execFileSync(process.env.USHER_PROGRAM, ['tool', name, JSON.stringify(call)], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch (error) {
    return JSON.parse(error.stdout);
  }
}

const CALLS = [
  ['item_filter', { genres: ['Drama'] }],
  ['item_filter', { genres: ['Drama'], release_date: { request: 'higher', threshold: 1990 } }],
  ['item_filter', { genres: ['Nonsense'] }],
  ['vector_store_search', { query: 'a detective who is haunted by the past' }],
  ['get_top_k_recommendations', { user: 8 }],
  ['get_top_k_recommendations', { user: 8, k: 2, items: [1, 2, 3, 4, 5, 6] }],
  ['get_top_k_recommendations', { user: 123456 }],
  ['get_item_metadata', { items: [1, 2, 9999999] }],
  ['get_user_metadata', { user: 1, get: ['age', 'occupation'] }],
  ['get_user_metadata', { users: [1, 2] }],
  ['get_interacted_items', { user: 8 }],
  ['get_like_percentage', { items: [1, 2, 3] }],
  ['get_popular_items', { k: 3 }],
  ['get_popular_items', { k: 'many' }],
];

for (const [name, call] of CALLS) {
  test(`${name} ${JSON.stringify(call)} is what it is on the command line`, async () => {
    const { json } = await worker.ask('POST', `/tools/${name}`, call);
    assert.deepEqual(json.result, onTheCommandLine(name, call));
  });
}

test('the list of tools has all of them, with their schemas', async () => {
  const { status, json } = await worker.ask('GET', '/tools');
  assert.equal(status, 200);
  assert.equal(json.tools.length, 8);
  assert.ok(json.tools.every((tool) => tool.description && tool.parameters.type === 'object'));
});

test('a set that one request found is known to the next', async () => {
  const found = await worker.ask('POST', '/tools/item_filter', { genres: ['Drama'] });
  const { set } = found.json.result.data;
  const { json } = await worker.ask('POST', '/tools/get_top_k_recommendations', { user: 8, items: set });
  assert.equal(json.result.status, 'success');
});

test('a set outlives the instance that found it, where a store is bound', async () => {
  const wrangler = { kv_namespaces: [{ binding: 'SETS', id: 'sets' }] };
  const other = await startWorker({}, { wrangler });
  try {
    const { json: { result: { data: { set } } } } = await other.ask('POST', '/tools/item_filter', { genres: ['Comedy'] });
    const unknown = await worker.ask('POST', '/tools/get_like_percentage', { items: set });
    assert.equal(unknown.json.result.error.kind, 'unknown_set');
    // Many others push it out of the instance's memory.
    const known = await other.ask('POST', '/tools/get_like_percentage', { items: set });
    assert.equal(known.json.result.status, 'success');
  } finally {
    await other.stop();
  }
});

test('a tool that is not there, and arguments that do not fit, have their status', async () => {
  assert.equal((await worker.ask('POST', '/tools/drop_table', {})).status, 404);
  assert.equal((await worker.ask('POST', '/tools/get_popular_items', { k: -1 })).status, 400);
  assert.equal((await worker.ask('POST', '/tools/get_popular_items', 'null')).status, 400);
});

test('it could be deployed as it is, on the smallest plan', () => {
  const told = tryDeploying();
  const [, size, unit] = /gzip: ([\d.]+) (KiB|MiB)/.exec(told) ?? assert.fail(told);
  // The smallest plan takes 3 MB.
  assert.ok(unit === 'KiB' && Number(size) < 1_000, told);
});
