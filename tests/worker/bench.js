// What the worker costs: `cargo xtask bench worker`. Each figure beside a reference of the
// same run.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';

import { crowd, histories, quantile, together } from './crowd.js';
import { startWorker, TOKEN } from './edge.js';
import { startMariaDb } from './servers.js';

const USERS = 100;
const CLIENTS = 50;

const ms = (number) => number.toFixed(1);
const print = (cells) => console.log(`| ${cells.join(' | ')} |`);

/** Milliseconds to the first byte of each of so many requests, one after the other, sorted. */
async function firstBytes(address, count) {
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const answer = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST', headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ model: 'any', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
    });
    const reader = answer.body.getReader();
    await reader.read();
    times.push(performance.now() - started);
    while (!(await reader.read()).done);
  }
  return times.sort((a, b) => a - b);
}

/** The same for an answer that costs the worker nothing: what is the platform's own. */
async function nothing(address, count) {
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    await (await fetch(`${address}/health`)).arrayBuffer();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

/** Calls of all kinds by many clients at once: how many a second, and the time of each. */
async function tools(worker, count, body) {
  const times = [];
  let failed = 0;
  const started = performance.now();
  await together(CLIENTS, count, async (n) => {
    const [path, sent] = body(n);
    const began = performance.now();
    const answer = await worker.ask('POST', path, sent);
    times.push(performance.now() - began);
    if (answer.status !== 200) failed += 1;
  });
  const seconds = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  return { seconds, failed, median: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const CALLS = [
  (n) => ['get_interacted_items', { user: 1 + (n % USERS) }],
  (n) => ['get_user_metadata', { user: 1 + (n % USERS), get: ['age', 'gender'] }],
  (n) => ['item_filter', { genres: [n % 2 ? 'Drama' : 'Comedy'] }],
  (n) => ['get_item_metadata', { items: [1 + (n % 50), 51 + (n % 50)], get: ['title', 'genres'] }],
  () => ['get_like_percentage', { items: [1, 2, 3] }],
  (n) => ['get_top_k_recommendations', { user: 1 + (n % USERS) }],
];
const call = (n) => CALLS[n % CALLS.length](n);
const one = (n) => { const [name, args] = call(n); return [`/tools/${name}`, args]; };
const BATCH = 20;
const many = (n) => ['/mcp', Array.from({ length: BATCH }, (_, at) => {
  const [name, args] = call(n * BATCH + at);
  return { jsonrpc: '2.0', id: at, method: 'tools/call', params: { name, arguments: args } };
})];

const upstream = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {}\n\n');
    setTimeout(() => response.end('data: [DONE]\n\n'), 5);
  });
});
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve); });
const direct = `http://127.0.0.1:${upstream.address().port}`;
const mariadb = await startMariaDb();
execFileSync(process.env.USHER_PROGRAM, ['load', 'mysql', mariadb.address], { stdio: 'ignore' });
const onBundle = await startWorker({ USHER_OPENAI: `${direct}/v1` });
const onMySql = await startWorker({ USHER_MYSQL: mariadb.address });
try {
  await firstBytes(onBundle.address, 50);
  print(['to the first byte of a streamed answer, ms', 'median', 'p95']);
  print(['---', '---:', '---:']);
  const there = await firstBytes(direct, 500);
  const through = await firstBytes(onBundle.address, 500);
  const platform = await nothing(onBundle.address, 500);
  print(['the worker\'s `/health`: workerd and wrangler\'s own server before it', ms(quantile(platform, 0.5)), ms(quantile(platform, 0.95))]);
  print(['straight to the model\'s server', ms(quantile(there, 0.5)), ms(quantile(there, 0.95))]);
  print(['through the worker', ms(quantile(through, 0.5)), ms(quantile(through, 0.95))]);
  print(['added', ms(quantile(through, 0.5) - quantile(there, 0.5)), ms(quantile(through, 0.95) - quantile(there, 0.95))]);
  console.log();
  print([`tools, ${CLIENTS} clients at once`, 'a second', 'median, ms', 'p99, ms', 'failed']);
  print(['---', '---:', '---:', '---:', '---:']);
  const row = (what, { seconds, failed, median, p99 }, calls) => print([what, (calls / seconds).toFixed(0), ms(median), ms(p99), failed]);
  for (const [worker, what] of [[onBundle, 'over the bundle'], [onMySql, 'over MariaDB']]) {
    await tools(worker, 200, one);
    row(`${what}, a request each (a fresh connection)`, await tools(worker, 3_000, one), 3_000);
    row(`${what}, ${BATCH} in a request (one connection)`, await tools(worker, 300, many), 300 * BATCH);
  }
  console.log();
  const expected = await histories(onMySql, USERS);
  const requests = 10_000;
  const counts = await crowd(onMySql.address, { clients: CLIENTS, requests, users: USERS, expected });
  console.log(`${requests} requests of ${CLIENTS} clients, a tenth given up: ${JSON.stringify(counts)}`);
} finally {
  await onBundle.stop();
  await onMySql.stop();
  await mariadb.end();
  upstream.close();
  upstream.closeAllConnections();
}
