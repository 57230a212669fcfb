// The official clients of MCP, of both its kinds, list and call the tools.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { startWorker, TOKEN } from './edge.js';

let worker;
before(async () => { worker = await startWorker(); });
after(() => worker.stop());

const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
const who = { name: 'usher-tests', version: '1.0.0' };

async function uses(client) {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name).sort(), [
    'get_interacted_items', 'get_item_metadata', 'get_like_percentage', 'get_popular_items',
    'get_top_k_recommendations', 'get_user_metadata', 'item_filter', 'vector_store_search',
  ]);
  const found = await client.callTool({ name: 'item_filter', arguments: { genres: ['Drama'] } });
  assert.ok(!found.isError);
  const { set, count } = found.structuredContent.data;
  assert.ok(count > 10);
  assert.deepEqual(JSON.parse(found.content[0].text), found.structuredContent);
  const recommended = await client.callTool({ name: 'get_top_k_recommendations', arguments: { user: 8, k: 3, items: set } });
  assert.equal(recommended.structuredContent.data.items.length, 3);
  const nobody = await client.callTool({ name: 'get_user_metadata', arguments: { user: 987654, get: ['age'] } });
  assert.equal(nobody.isError, true);
  assert.match(nobody.content[0].text, /unknown_user/);
}

test('the client of 2025 shakes hands, lists and calls', async () => {
  const client = new Client2025(who);
  await client.connect(new Transport2025(new URL(`${worker.address}/mcp`), { requestInit }));
  assert.match(client.getInstructions(), /demo/i);
  await uses(client);
  await client.close();
});

test('the client of 2026 discovers, lists and calls', async () => {
  const client = new Client(who, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${worker.address}/mcp`), { requestInit }));
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  await uses(client);
  await client.close();
});

test('the client of 2026 gets on with either when it chooses itself', async () => {
  const client = new Client(who);
  await client.connect(new StreamableHTTPClientTransport(new URL(`${worker.address}/mcp`), { requestInit }));
  await uses(client);
  await client.close();
});

test('the client for Rust lists and calls', () => {
  const told = execFileSync(process.env.USHER_MCP_CLIENT, [`${worker.address}/mcp`, TOKEN], { encoding: 'utf8' });
  // As a client of 2025, and as one of 2026.
  const [old, current] = JSON.parse(told);
  assert.equal(old.tools.length, 8);
  assert.equal(old.recommended.length, 3);
  assert.deepEqual(old, current);
});

test('without a token nobody speaks', async () => {
  const client = new Client2025(who);
  await assert.rejects(client.connect(new Transport2025(new URL(`${worker.address}/mcp`))));
});
