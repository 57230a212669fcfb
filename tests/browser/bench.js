// The calls of the tools' benchmark, and the guide's planning, in Chromium:
// `node bench.js BUNDLE FOLDER`. FOLDER holds calls.jsonl and results.jsonl of the
// native run; browser.json is written beside them. Fails where a result differs from
// the native one.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from '@playwright/test';
import config from './playwright.config.js';
import { callTools, timeGuide } from './engine.js';
import { root, serve } from './usher.js';

const ROUNDS = 3;

const [bundle, folder] = process.argv.slice(2);
const lines = (file) =>
  readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const calls = lines(path.join(folder, 'calls.jsonl'));
const natively = lines(path.join(folder, 'results.jsonl'));
const conversations = lines(path.join(root, 'tests/questions/tuning.jsonl'))
  .map(({ question, turns = [] }) => [question, ...turns.map((turn) => turn.question)]);

const server = await serve(bundle);
const browser = await chromium.launch(config.use.launchOptions);
const byTool = {};
try {
  const page = await browser.newPage();
  const answers = await callTools(page, server.address, calls, ROUNDS);
  for (const [index, { result, elapsedUs }] of answers.entries()) {
    const { name, arguments: given } = calls[index];
    if (!isDeepStrictEqual(result, natively[index])) {
      throw new Error(`${name} ${JSON.stringify(given)} gives another result than natively`);
    }
    (byTool[name] ??= []).push(elapsedUs);
    if (given.likes) (byTool.likes ??= []).push(elapsedUs);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const times = await timeGuide(page, conversations);
    byTool.guide = times.map((time, index) => Math.min(time, byTool.guide?.[index] ?? time));
  }
} finally {
  await browser.close();
  await server.end();
}
for (const [name, times] of Object.entries(byTool)) {
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  byTool[name] = { calls: times.length, median_us: at(0.5), p95_us: at(0.95), most_us: times.at(-1) };
}
writeFileSync(path.join(folder, 'browser.json'), `${JSON.stringify(byTool, null, 2)}\n`);
