// The engine's npm package, as its README uses it: in Node and in workerd.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { freePort, startWrangler } from './edge.js';

const PACKAGE = fileURLToPath(new URL('../../target/npm/engine/', import.meta.url));
const WORKER = fileURLToPath(new URL('../../worker/', import.meta.url));

let home;
let bundle;
let served;
before(async () => {
  // A project of somebody's own, with the package installed and the demo's bundle.
  home = mkdtempSync(join(tmpdir(), 'usher-package-'));
  install(home);
  bundle = join(home, 'bundle');
  cpSync(`${WORKER}build/files/bundle`, bundle, { recursive: true });
  served = createServer((request, answer) => {
    try {
      answer.end(readFileSync(join(home, request.url)));
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { served.listen(0, '127.0.0.1', resolve); });
});
after(() => {
  served.close();
  rmSync(home, { recursive: true, force: true });
});

function install(folder) {
  mkdirSync(join(folder, 'node_modules/@usher'), { recursive: true });
  cpSync(PACKAGE, join(folder, 'node_modules/@usher/engine'), { recursive: true });
  cpSync(join(PACKAGE, 'examples'), join(folder, 'examples'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

const address = () => `http://127.0.0.1:${served.address().port}/bundle/`;
/** Node prints and ends; this process goes on serving meanwhile. */
const node = (...args) => new Promise((resolve) => {
  execFile(process.execPath, args, { cwd: home }, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }));
});

/** Runs code of somebody's own; gives what it prints, read as JSON. */
async function run(code) {
  writeFileSync(join(home, 'own.js'), `import { Engine, UsherError } from '@usher/engine';\nconst open = () => Engine.open({ bundle: ${JSON.stringify(pathToFileURL(bundle).href)} });\nconst tell = (told) => console.log(JSON.stringify(told));\n${code}`);
  const { stdout, stderr, status } = await node('own.js');
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('the example for Node answers, over HTTP and from a folder', async () => {
  for (const from of [address(), pathToFileURL(`${bundle}/`).href]) {
    const { stdout, stderr, status } = await node('examples/node.js', from, 'Recommend a movie to user 8');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /get_top_k_recommendations/);
    assert.match(stdout, /for user 8/);
  }
});

test('the example for workerd answers', async () => {
  const folder = mkdtempSync(`${WORKER}build/example-`);
  install(folder);
  cpSync(join(PACKAGE, 'examples/workerd'), folder, { recursive: true });
  const settings = readFileSync(join(folder, 'wrangler.toml'), 'utf8');
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify({
    name: 'usher-example',
    main: 'worker.js',
    compatibility_date: /compatibility_date = "(.*)"/.exec(settings)[1],
    vars: { BUNDLE: address() },
  }));
  const worker = await startWrangler(folder, await freePort(), ({ status }) => status === 400);
  try {
    for (const question of ['Recommend a movie to user 8', 'Which comedies are there?']) {
      const answer = await fetch(`${worker.address}/?q=${encodeURIComponent(question)}`);
      const told = await answer.json();
      assert.equal(told.status, 'answered', worker.log());
      assert.ok(told.tools.length > 0 && told.answer.length > 20);
    }
  } finally {
    await worker.stop();
  }
});

test('a tool of one\'s own is listed, checked and called, whatever it does', async () => {
  const told = await run(`
    const engine = await open();
    const cycle = {}; cycle.self = cycle;
    const own = (name, execute, timeoutMs) => engine.registerTool({ name, description: 'One of ours.', inputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }, execute, timeoutMs });
    own('double', ({ n }) => n * 2);
    own('never', () => new Promise(() => {}), 50);
    own('cycle', () => cycle);
    own('huge', () => 'x'.repeat(10_000_000));
    own('broken', () => { throw new Error('out of paper'); });
    own('mute', () => { throw Object.create(null); });
    own('function', () => () => 1);
    const takeBack = own('gone', () => 1);
    takeBack();
    const results = {};
    for (const name of ['double', 'never', 'cycle', 'huge', 'broken', 'mute', 'function', 'gone']) results[name] = (await engine.call(name, { n: '4' })).result;
    results.misfit = (await engine.call('double', { n: 'many' })).result;
    results.names = (await engine.tools()).map(({ name }) => name);
    const good = { name: 'good', description: 'Good.', inputSchema: { type: 'object' }, execute() {} };
    const bad = [{ name: 'no good' }, { name: 'item_filter' }, { inputSchema: { type: 'object', required: 'x' } }, { inputSchema: { type: 'object', properties: { a: { type: 'nonsense' } } } }, { timeoutMs: 'abc' }, { name: 'double' }];
    results.refused = bad.map((change) => { try { engine.registerTool({ ...good, ...change }); } catch (error) { return error.message; } });
    engine.close();
    tell(results);
  `);
  assert.deepEqual(told.double, { status: 'success', message: '', data: 8 });
  assert.match(told.never.message, /did not answer within 0.05 s/);
  assert.match(told.cycle.message, /cycle returned what is no JSON/);
  assert.match(told.huge.message, /at most/);
  assert.match(told.broken.message, /out of paper/);
  assert.equal(told.gone.error.kind, 'unknown_tool');
  assert.equal(told.misfit.error.kind, 'invalid_arguments');
  assert.ok(told.names.includes('double') && !told.names.includes('gone'));
  assert.match(told.mute.message, /mute failed/);
  assert.match(told.function.message, /no JSON/);
  const why = [/its name/, /built-in/, /inputSchema/, /inputSchema/, /timeoutMs/, /already/];
  why.forEach((reason, at) => assert.match(told.refused[at], reason));
});

test('nothing is called that was not allowed, and what was changed is called so', async () => {
  const told = await run(`
    const engine = await open();
    const asked = [];
    engine.useConsent((request) => { asked.push(request); return false; });
    const refused = await engine.ask('Recommend a movie to user 8');
    engine.useConsent(({ tool }) => ({ arguments: { ...tool.arguments, user: 9 } }));
    const changed = await engine.call('get_top_k_recommendations', { user: 8 });
    engine.useConsent(() => { throw new Error('gone home'); });
    const faulty = await engine.call('get_top_k_recommendations', { user: 8 });
    engine.useConsent(() => new Promise(() => {}));
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 50);
    const stopped = await engine.ask('Recommend a movie to user 8', { signal: stopping.signal });
    engine.close();
    tell({ asked, refused, changed, faulty, stopped });
  `);
  assert.equal(told.asked[0].tool.name, 'get_top_k_recommendations');
  assert.match(told.refused.answer, /not allowed/);
  assert.equal(told.changed.arguments.user, 9);
  assert.equal(told.changed.requested.user, 8);
  assert.equal(told.faulty.result.error.kind, 'refused');
  assert.match(told.faulty.result.message, /gone home/);
  assert.match(told.stopped.answer, /stopped/);
});

test('a user in sight, items put away and a new conversation have the effect they name', async () => {
  const told = await run(`
    const engine = await open();
    engine.setContext({ user: 8 });
    const about = await engine.ask('What should he watch?');
    const first = (step) => step.result.data.items[0].item_id;
    const recommend = () => engine.call('get_top_k_recommendations', { user: 8, k: 1 });
    const best = first(await recommend());
    engine.exclude([best]);
    const next = first(await recommend());
    engine.resume();
    const again = first(await recommend());
    const shown = engine.shown(about);
    engine.close();
    tell({ about, best, next, again, shown });
  `);
  assert.match(told.about.answer, /user 8/);
  assert.notEqual(told.next, told.best);
  assert.equal(told.again, told.best);
  assert.ok(told.shown.cards.length > 0 && told.shown.steps.length > 0);
});

test('what cannot be opened says what to do, and a closed engine answers no more', async () => {
  const told = await run(`
    const problems = [];
    for (const bundle of ['file:///nowhere/', 'no address', 'http://127.0.0.1:9/']) {
      try { await Engine.open({ bundle }); } catch (error) { problems.push([error instanceof UsherError, error.what, error.next]); }
    }
    const engine = await open();
    const asked = engine.ask('Recommend a movie to user 8').catch((error) => error.message);
    engine.close();
    tell({ problems, asked: await asked, called: await engine.call('item_filter', {}).catch((error) => error.message) });
  `);
  assert.equal(told.problems.length, 3);
  for (const [isOurs, what, next] of told.problems) assert.ok(isOurs && what && next);
  assert.match(told.asked, /closed/);
  assert.match(told.called, /closed/);
});

test('engines that fetch in different ways share nothing, and who listens may fail', async () => {
  const told = await run(`
    const asked = [0, 0];
    const engines = [];
    for (const at of [0, 1]) {
      engines.push(await Engine.open({
        bundle: ${JSON.stringify(address())},
        fetch: (...request) => { asked[at] += 1; return fetch(...request); },
        onProgress: () => { throw new Error('a fault of the host'); },
      }));
    }
    const opened = [...asked];
    const turns = [];
    for (const engine of engines) turns.push(await engine.ask('What has user 8 watched?', { onEvent: () => { throw new Error('another'); } }));
    for (const engine of engines) engine.close();
    tell({ opened, asked, answers: turns.map(({ answer }) => answer) });
  `);
  assert.equal(told.opened[0], told.opened[1]);
  assert.deepEqual(told.asked[0], told.asked[1]);
  assert.ok(told.asked[0] > told.opened[0], 'a history is fetched when it is asked for');
  assert.equal(told.answers[0], told.answers[1]);
});

test('a stopped question ends with what was said by then', async () => {
  const told = await run(`
    const engine = await open();
    const turn = await engine.ask('Recommend a movie to user 8', { signal: AbortSignal.abort() });
    engine.close();
    tell(turn);
  `);
  // The guide is done before it hears of it.
  assert.ok(['answered', 'stopped'].includes(told.status));
});

test('the package holds what its README and its exports name', () => {
  const { exports } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  for (const file of ['README.md', 'LICENSE-MIT', ...Object.values(exports).flatMap((to) => (typeof to === 'string' ? [to] : Object.values(to)))]) {
    assert.ok(readFileSync(join(PACKAGE, file)).length > 0, file);
  }
});
