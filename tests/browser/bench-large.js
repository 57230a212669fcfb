// Searches of texts over a large catalogue in Chromium: `node bench-large.js FOLDER ITEMS`.
// The catalogue is made up: sentences of words as they stand beside each other in the
// demo's texts.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import config from './playwright.config.js';
import { callTools } from './engine.js';
import { program, root, serve } from './usher.js';

const ROUNDS = 3;
const SENTENCES = 3;
const SENTENCE_WORDS = 18;
const USERS = 200;
const RATINGS = 50;

const [folder, items] = [process.argv[2], Number(process.argv[3])];

// A generator that every machine has alike (Park and Miller's).
let state = 1;
const below = (n) => {
  state = (state * 48271) % 2147483647;
  return state % n;
};

const words = readFileSync(path.join(root, 'assets/demo/items.csv'), 'utf8').match(/[A-Za-z']+/g);
const sentence = (length) => {
  const at = below(words.length - length);
  return words.slice(at, at + length).join(' ');
};
const text = () => Array.from({ length: SENTENCES }, () => sentence(SENTENCE_WORDS)).join('. ');

const dataset = path.join(folder, 'dataset');
const bundle = path.join(folder, 'bundle');
mkdirSync(dataset, { recursive: true });
const write = (name, header, rows) =>
  writeFileSync(path.join(dataset, name), `${header}\n${rows.join('\n')}\n`);
const numbered = (n, row) => Array.from({ length: n }, (_, at) => row(at + 1));
write('items.csv', 'item_id,title,genres,storyline',
  numbered(items, (id) => `${id},${sentence(3)} ${id},Drama,${text()}.`));
write('users.csv', 'user_id,age,gender', numbered(USERS, (id) => `${id},30,F`));
write('interactions.csv', 'user_id,item_id,rating,timestamp',
  numbered(USERS * RATINGS, (n) => `${(n % USERS) + 1},${below(items) + 1},4,${n}`));
console.error(execFileSync(program, ['pack', '--input', dataset, '--out', bundle], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));

// As short as an idea, and as long as a story.
const queries = numbered(200, (n) => sentence(n % 2 ? 4 : 24));
const calls = queries.map((query) => ({ name: 'vector_store_search', arguments: { query } }));

const server = await serve(bundle);
const browser = await chromium.launch(config.use.launchOptions);
try {
  const page = await browser.newPage();
  const answers = await callTools(page, server.address, calls, ROUNDS);
  const failed = answers.find(({ result }) => result.status !== 'success');
  if (failed) throw new Error(JSON.stringify(failed.result));
  const times = answers.map(({ elapsedUs }) => elapsedUs).sort((a, b) => a - b);
  const at = (share) => (times[Math.floor(times.length * share)] / 1000).toFixed(1);
  console.log(`${items} items, ${times.length} searches: median ${at(0.5)} ms, p95 ${at(0.95)} ms`);
} finally {
  await browser.close();
  await server.end();
}
