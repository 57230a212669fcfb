// Language models through the worker: the key stays there, and words come as they are
// written.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';

import { startScripted } from '../browser/scripted.js';
import { freePort, startWorker, TOKEN } from './edge.js';

const KEY = 'sk-a-key-that-nobody-may-see';

/** A server that notes what it is sent and answers as it is told. */
let upstream; let received; let respond; let worker;

before(async () => {
  received = [];
  upstream = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const entry = { path: request.url, headers: request.headers, body: Buffer.concat(parts).toString() };
      received.push(entry);
      respond(entry, response);
    });
  });
  await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve); });
  const base = `http://127.0.0.1:${upstream.address().port}`;
  worker = await startWorker({
    USHER_OPENAI: `${base}/v1`, USHER_OPENAI_KEY: KEY, USHER_OLLAMA: base, USHER_MODELS: 'scripted qwen*',
    USHER_MOST_TOKENS: '500', USHER_MOST_SECONDS: '2', USHER_MOST_STEPS: '3',
  });
});
after(async () => { await worker.stop(); upstream.close(); upstream.closeAllConnections(); });

const json = (status, body, headers = {}) => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const messages = [{ role: 'user', content: 'Hello' }];

test('a request goes on with the worker\'s key and not with the caller\'s', async () => {
  respond = json(200, { choices: [] });
  const answer = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages }, { cookie: 'a=b', 'x-other': 'c' });
  assert.deepEqual([answer.status, answer.json], [200, { choices: [] }]);
  const { path, headers, body } = received.at(-1);
  assert.equal(path, '/v1/chat/completions');
  assert.equal(headers.authorization, `Bearer ${KEY}`);
  assert.ok(!('cookie' in headers) && !('x-other' in headers));
  assert.deepEqual(JSON.parse(body), { model: 'scripted', messages, max_tokens: 500 });
  respond = json(200, { output: [] });
  await worker.ask('POST', '/v1/responses', { model: 'scripted', input: 'Hello', max_output_tokens: 9_999 });
  assert.deepEqual([received.at(-1).path, JSON.parse(received.at(-1).body).max_output_tokens], ['/v1/responses', 500]);
  respond = json(200, { message: {} });
  await worker.ask('POST', '/api/chat', { model: 'qwen3:4b', messages });
  assert.equal(received.at(-1).path, '/api/chat');
  assert.ok(!('authorization' in received.at(-1).headers));
});

test('words come as they are written, not all at the end', async () => {
  let go;
  respond = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
    go = () => response.end('data: second\n\n');
  };
  const answer = await fetch(`${worker.address}/v1/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify({ model: 'scripted', messages, stream: true }),
  });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  // The second is not yet written.
  assert.equal(decoder.decode((await reader.read()).value), 'data: first\n\n');
  go();
  assert.equal(decoder.decode((await reader.read()).value), 'data: second\n\n');
  assert.equal((await reader.read()).done, true);
});

test('only models that may be asked are listed and asked', async () => {
  respond = json(200, { object: 'list', data: [{ id: 'scripted' }, { id: 'costly' }, { id: 'qwen3' }] });
  const { json: list } = await worker.ask('GET', '/v1/models');
  assert.deepEqual(list.data.map((model) => model.id), ['scripted', 'qwen3']);
  respond = json(200, { models: [{ name: 'qwen3:4b' }, { name: 'phi' }] });
  const { json: tags } = await worker.ask('GET', '/api/tags');
  assert.deepEqual(tags.models.map((model) => model.name), ['qwen3:4b']);
  const before = received.length;
  const refused = await worker.ask('POST', '/v1/chat/completions', { model: 'costly', messages });
  assert.deepEqual([refused.status, refused.json.error.code], [403, 'model_not_allowed']);
  const tool = { role: 'tool', tool_call_id: 'a', content: '' };
  const steps = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages: [...messages, tool, tool, tool, tool] });
  assert.deepEqual([steps.status, steps.json.error.code], [400, 'too_many_steps']);
  assert.equal(received.length, before, 'nothing went on');
});

test('what the server says of an error is passed on, unless it tells of the key', async () => {
  respond = json(429, { error: { message: 'Slow down.' } }, { 'retry-after': '7' });
  const slow = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
  assert.deepEqual([slow.status, slow.json.error.message, slow.headers.get('retry-after')], [429, 'Slow down.', '7']);
  respond = json(401, { error: { message: `Incorrect API key provided: ${KEY}.` } });
  const key = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
  assert.deepEqual([key.status, key.json.error.code], [502, 'upstream_refuses_key']);
  respond = json(400, { error: { message: `You sent ${KEY}` } });
  const told = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
  assert.equal(told.status, 400);
  respond = (_, response) => { response.writeHead(302, { location: 'http://127.0.0.1:9/' }); response.end(); };
  const sent = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
  assert.deepEqual([sent.status, sent.json.error.code], [502, 'upstream_redirects']);
  for (const answer of [key, told, sent]) assert.ok(!answer.text.includes(KEY));
  assert.ok(!worker.log().includes(KEY));
});

test('a server that does not answer in time is given up, also in the middle', async () => {
  respond = () => {};
  const late = await worker.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
  assert.deepEqual([late.status, late.json.error.code], [504, 'upstream_timeout']);
  let closed;
  const gone = new Promise((resolve) => { closed = resolve; });
  respond = (_, response) => {
    response.on('close', closed);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
  };
  const cut = fetch(`${worker.address}/v1/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}` }, body: JSON.stringify({ model: 'scripted', messages }),
  }).then((answer) => answer.text());
  await assert.rejects(cut);
  await gone;
});

test('a server that is down, or was never set, is told of', async () => {
  const other = await startWorker({ USHER_OPENAI: `http://127.0.0.1:${await freePort()}/v1` });
  try {
    const down = await other.ask('POST', '/v1/chat/completions', { model: 'scripted', messages });
    assert.deepEqual([down.status, down.json.error.code], [502, 'upstream_unreachable']);
    const unset = await other.ask('POST', '/api/chat', { model: 'scripted', messages });
    assert.deepEqual([unset.status, unset.json.error.code], [503, 'no_upstream']);
    assert.match(unset.json.error.message, /USHER_OLLAMA/);
  } finally { await other.stop(); }
});

test('the scripted server finds nothing wrong with what comes through the worker', async () => {
  const scripted = await startScripted({ models: [{ name: 'scripted' }], turns: [] });
  const other = await startWorker({ USHER_OPENAI: `${scripted.address}/v1`, USHER_OPENAI_KEY: 'sk-scripted' });
  try {
    const { status, json: list } = await other.ask('GET', '/v1/models');
    assert.deepEqual([status, list.data.map((model) => model.id)], [200, ['scripted']]);
  } finally { await other.stop(); await scripted.end(); }
});
