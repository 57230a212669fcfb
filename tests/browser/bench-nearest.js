// Searches by nearest vectors in Chromium: `node bench-nearest.js FOLDER ITEMS…`. FOLDER
// holds the WebAssembly files (`simd`, `scalar`) and, per number of items, what the
// native program wrote; browser.json is written beside it. Fails where the nearest items
// are others than natively.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from '@playwright/test';
import config from './playwright.config.js';

const [folder, ...sizes] = process.argv.slice(2);

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const server = createServer((request, response) => {
  const file = path.normalize(request.url);
  response.setHeader('content-type', TYPES[path.extname(file)] ?? 'text/html');
  // Isolated, the page has a clock with steps of 5 µs.
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  const content = path.join(folder, file);
  response.end(existsSync(content) && path.extname(file) ? readFileSync(content) : '');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;

/** In the page: opens what lies in the folder of this size, and searches it. */
async function measure([build, items]) {
  const ROUNDS = 5;
  const BATCH_MS = 1;
  const module = await import(`/${build}/usher-nearest-bench.js`);
  await module.default({ module_or_path: `/${build}/usher-nearest-bench_bg.wasm` });
  const bytes = async (name) => new Uint8Array(await (await fetch(`/${items}/${name}`)).arrayBuffer());
  const [manifest, vectors, index] =
    await Promise.all(['manifest.json', 'vectors.bin', 'index.bin'].map(bytes));
  const queries = (await (await fetch(`/${items}/queries.json`)).json())
    .map((query) => new Float32Array(query));

  const timed = (task) => {
    const start = performance.now();
    const value = task();
    return [performance.now() - start, value];
  };
  let nearest;
  let openVectorsMs = Infinity;
  let openGraphMs = Infinity;
  for (let round = 0; round < 3; round += 1) {
    nearest?.free();
    const [tookMs, opened] = timed(() => module.Nearest.open(manifest, vectors));
    nearest = opened;
    openVectorsMs = Math.min(openVectorsMs, tookMs);
    openGraphMs = Math.min(openGraphMs, timed(() => nearest.open_graph(index))[0]);
  }

  // Each query many times in a row, since the clock has steps; the quickest round counts.
  const times = (search) => {
    const [onceMs] = timed(() => queries.forEach(search));
    const times = Math.max(1, Math.ceil(BATCH_MS / (onceMs / queries.length)));
    const batch = (query) => timed(() => {
      for (let n = 0; n < times; n += 1) search(query);
    })[0];
    const best = queries.map(() => Infinity);
    for (let round = 0; round < ROUNDS; round += 1) {
      queries.forEach((query, at) => {
        best[at] = Math.min(best[at], (batch(query) * 1000) / times);
      });
    }
    best.sort((a, b) => a - b);
    const at = (share) => best[Math.floor(best.length * share)];
    return { median_us: at(0.5), p95_us: at(0.95) };
  };
  const exact = queries.map((query) => [...nearest.exact(query)]);
  const found = queries.map((query) => [...nearest.through_graph(query)]);
  const hits = exact.map((best, at) => best.filter((item) => found[at].includes(item)).length);
  return {
    exact,
    recall_at_10: hits.reduce((a, b) => a + b, 0) / (10 * queries.length),
    all: times((query) => nearest.exact(query)),
    graph: times((query) => nearest.through_graph(query)),
    open_vectors_ms: openVectorsMs,
    open_graph_ms: openGraphMs,
  };
}

const browser = await chromium.launch(config.use.launchOptions);
try {
  for (const items of sizes) {
    const measured = {};
    const native = JSON.parse(readFileSync(path.join(folder, items, 'native.json')));
    for (const build of ['simd', 'scalar']) {
      const page = await browser.newPage();
      await page.goto(address);
      measured[build] = await page.evaluate(measure, [build, items]);
      await page.close();
      if (!isDeepStrictEqual(measured[build].exact, native.exact)) {
        throw new Error(`${build}, ${items} items: the nearest are others than natively`);
      }
    }
    const { all, exact, ...rest } = measured.simd;
    const out = { ...native, exact: undefined, ...rest, simd: all, scalar: measured.scalar.all };
    writeFileSync(path.join(folder, items, 'browser.json'), `${JSON.stringify(out, null, 2)}\n`);
  }
} finally {
  await browser.close();
  server.close();
}
