// The worker in workerd, on this machine and without a network, as its owner would
// configure it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('../../worker/', import.meta.url));

/** Wrangler wants a newer Node.js than everything else. */
const NODE = Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : `${WORKER}node_modules/node/bin/node`;

/** A token that may ask. */
export const TOKEN = 'a-token-of-the-tests';

/** What wrangler says of deploying the worker, with the configuration that is deployed; it
 * stays on this machine. */
export function tryDeploying() {
  return execFileSync(NODE, [`${WORKER}node_modules/wrangler/bin/wrangler.js`, 'deploy', '--dry-run', '--outdir', 'build/dry-run'], {
    cwd: WORKER, encoding: 'utf8', env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
  });
}

/** A port of this machine that nobody listens at. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Runs what the configuration in a folder says, in workerd, until it answers a request for
 * `/health` as it should. The folder goes when it is stopped. */
export async function startWrangler(folder, port, isReady) {
  const child = spawn(NODE, [
    `${WORKER}node_modules/wrangler/bin/wrangler.js`, 'dev', '--local', '--config', `${folder}/wrangler.json`,
    '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', String(await freePort()),
    '--show-interactive-dev-session=false', '--persist-to', `${folder}/state`,
  ], {
    cwd: WORKER,
    env: {
      ...process.env,
      CI: '1',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      NO_COLOR: '1',
    },
    detached: true,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { log += text; });
  const stop = async () => {
    const ended = new Promise((resolve) => { child.once('exit', resolve); });
    // Wrangler's own children go with it.
    try { process.kill(-child.pid, 'SIGTERM'); } catch { return; }
    if (child.exitCode === null) await Promise.race([ended, new Promise((resolve) => { setTimeout(resolve, 5_000); })]);
    try { process.kill(-child.pid, 'SIGKILL'); } catch { /* It ended by itself. */ }
    rmSync(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  const until = Date.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${address}/health`).catch(() => null);
    if (answer && isReady(answer)) break;
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`the worker does not start:\n${log}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return { address, stop, log: () => log };
}

/** Starts the worker with these variables; `bindings` are parts of wrangler's configuration. */
export async function startWorker(vars = {}, bindings = {}) {
  const port = await freePort();
  const folder = mkdtempSync(`${WORKER}build/run-`);
  const all = { USHER_TOKENS: `tests=${TOKEN}`, USHER_MODELS: '*', USHER_REQUESTS_A_MINUTE: '1000000', ...vars };
  const isSecret = ([name]) => /TOKENS|KEY|MYSQL/.test(name);
  const files = bindings.files ?? '../files';
  writeFileSync(`${folder}/wrangler.json`, JSON.stringify({
    name: `usher-${port}`,
    main: '../index.js',
    compatibility_date: /compatibility_date = "(.*)"/.exec(readFileSync(`${WORKER}wrangler.toml`, 'utf8'))[1],
    assets: { directory: files, binding: 'ASSETS' },
    vars: Object.fromEntries(Object.entries(all).filter((entry) => !isSecret(entry))),
    ...bindings.wrangler,
  }));
  // As `wrangler secret put` keeps them: wrangler shows none of them.
  writeFileSync(`${folder}/.dev.vars`, Object.entries(all).filter(isSecret).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join(''));
  const { address, stop, log } = await startWrangler(folder, port, (answer) => answer.headers.has('x-request-id'));
  /** Asks the worker, with the token unless other headers are given. */
  const ask = async (method, path, body, headers = {}) => {
    const answer = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    let json;
    try { json = JSON.parse(text); } catch { /* Not every answer is JSON. */ }
    return { status: answer.status, headers: answer.headers, text, json };
  };
  return { address, ask, stop, log };
}
