// The page as it opens in Chromium: `node bench-page.js BUNDLE [ROUNDS]`. How long until
// the first question is answered, the first time and again; the longest task of the main
// thread after load; the memory.

import { readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import config from './playwright.config.js';
import { serve } from './usher.js';

const [bundle, rounds = 7] = process.argv.slice(2);
/** How long the page goes on by itself: it is kept, and fetches ahead. */
const IDLE_MS = 6_000;
/** The goals, in milliseconds. */
const [FIRST_MS, AGAIN_MS, TASK_MS] = [1_500, 500, 50];

/** Asks the page's first example as soon as it can be asked, and notes when it is answered. */
function watch() {
  addEventListener('load', () => performance.mark('usher-loaded'));
  new MutationObserver(() => {
    const example = document.querySelector('[data-testid="example"]');
    if (example && !globalThis.openedMs) {
      globalThis.openedMs = performance.now();
      // Not in the task that is measured.
      setTimeout(() => example.click());
    }
    const answer = document.querySelector('[data-testid="answer"][data-status]');
    if (answer?.textContent) globalThis.answeredMs ??= performance.now();
  }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
}

/** Opens the page in a tab of its own, and lets it come to rest. */
async function visit(context, address, { isAgain, isTraced }) {
  const page = await context.newPage();
  await page.addInitScript(watch);
  if (isTraced) await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'blink.user_timing'] });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.answeredMs, null, { timeout: 120_000 });
  await page.waitForTimeout(IDLE_MS);
  const tasks = isTraced ? laterTasks(JSON.parse(await browser.stopTracing()).traceEvents) : [];
  const noted = await page.evaluate(() => ({
    openedMs: globalThis.openedMs,
    answeredMs: globalThis.answeredMs,
    isKept: !!navigator.serviceWorker.controller,
  }));
  if (isAgain && !noted.isKept) throw new Error('nothing was kept for the second visit');
  return { page, tasks, ...noted };
}

/** The tasks of the page's main thread after its load: `{wallMs, cpuMs}`. */
function laterTasks(events) {
  const loaded = events.find(({ name }) => name === 'usher-loaded');
  return events
    .filter(({ name, pid, tid, ts }) => name.endsWith('RunTask') && pid === loaded.pid && tid === loaded.tid && ts > loaded.ts)
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }));
}

/** What page and engine hold: JavaScript's heaps, WebAssembly's memories, the process. */
async function memoryOf(page) {
  const { bytes } = await page.evaluate(() => performance.measureUserAgentSpecificMemory());
  // Already started: this gives what it exports.
  const memory = async () => (await (await import(new URL('usher.js', location).href)).default()).memory.buffer.byteLength;
  const [worker] = page.workers();
  const own = { heaps: bytes, page: await page.evaluate(memory), engine: await worker.evaluate(memory) };
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const status = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
    const parts = [...status.matchAll(/^Private_\w+: +(\d+) kB$/gm)];
    return parts.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
  });
  return { ...own, process: Math.max(...sizes) };
}

const ordered = (numbers) => [...numbers].sort((a, b) => a - b);
const median = (numbers) => ordered(numbers)[Math.floor(numbers.length / 2)];
const ms = (number) => `${Math.round(number)} ms`;
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const server = await serve(bundle);
const browser = await chromium.launch({
  ...config.use.launchOptions,
  // Memory is measured at once, not when the browser next clears up.
  args: [...config.use.launchOptions.args, '--enable-blink-features=ForceEagerMeasureMemory'],
});
const visits = { first: [], again: [] };
const tasks = [];
let memory;
try {
  for (let round = 0; round < rounds; round += 1) {
    // What is traced is slower: it is not timed.
    const isTraced = round < 2;
    const context = await browser.newContext({ viewport: config.use.viewport });
    for (const kind of ['first', 'again']) {
      const visited = await visit(context, server.address, { isAgain: kind === 'again', isTraced });
      tasks.push(...visited.tasks);
      if (!isTraced) visits[kind].push(visited);
      memory ??= isTraced ? undefined : await memoryOf(visited.page);
      await visited.page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.end();
}

for (const [name, kind, goalMs] of [['first visit', 'first', FIRST_MS], ['second visit', 'again', AGAIN_MS]]) {
  const times = visits[kind].map(({ answeredMs }) => answeredMs);
  const opened = median(visits[kind].map(({ openedMs }) => openedMs));
  console.log(`${name}, from opening the page to its first answer: median ${ms(median(times))}, least ${ms(Math.min(...times))}, most ${ms(Math.max(...times))}, ${times.length} times (goal ${ms(goalMs)}); the catalogue is open after ${ms(opened)}`);
}
const longest = tasks.reduce((most, task) => (task.wallMs > most.wallMs ? task : most));
const over = (kind) => tasks.filter((task) => task[kind] > TASK_MS).length;
console.log(`longest task of the main thread after load: ${ms(longest.wallMs)}, of which ${ms(longest.cpuMs)} at work (goal ${ms(TASK_MS)}); over that: ${over('wallMs')} of ${tasks.length}, by work alone ${over('cpuMs')} (longest ${ms(Math.max(...tasks.map(({ cpuMs }) => cpuMs)))})`);
console.log(`memory: JavaScript ${mb(memory.heaps)}, WebAssembly ${mb(memory.page)} in the page and ${mb(memory.engine)} in the engine; the tab's process holds ${mb(memory.process)} for itself`);
