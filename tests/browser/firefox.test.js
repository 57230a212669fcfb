// The page in Firefox, as the system has it: `node --test firefox.test.js`, with
// `USHER_FIREFOX` for another place than /usr/bin/firefox-esr. Playwright drives only a
// Firefox of its own making.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { root, serve } from './usher.js';

const TIMEOUT_MS = 30_000;
const pictures = path.join(root, 'test-results', 'firefox');

let server;
let browser;
let page;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  server = await serve();
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.USHER_FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
  });
  page = await browser.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.setViewport({ width: 1280, height: 800 });
});

after(async () => {
  await browser?.close();
  await server?.end();
});

const named = (name) => `[data-testid="${name}"]`;
const picture = (name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
const count = async (selector) => (await page.$$(selector)).length;
const text = (selector) => page.$eval(selector, (element) => element.textContent);
const until = (condition, ...given) => page.waitForFunction(condition, { timeout: TIMEOUT_MS }, ...given);
const answered = (turns) => until(
  (turns) => [...document.querySelectorAll('[data-testid="turn"] [data-testid="answer"]')]
    .filter((answer) => answer.textContent && answer.dataset.status).length === turns,
  turns,
);

test('opens, and answers two of its examples', { timeout: 90_000 }, async () => {
  await page.goto(server.address);
  await page.waitForSelector(named('example'));
  await picture('start');
  await page.click(named('example'));
  await answered(1);
  assert.ok(await count(`${named('turn')} ${named('card')}`) >= 5);
  const example = 'What share of users would like films by Hayao Miyazaki?';
  await page.type(named('composer'), example);
  await page.keyboard.press('Enter');
  await answered(2);
  assert.match(await text(`${named('turn')}:last-of-type`), /Miyazaki/);
  await picture('answered');
});

test('shows the catalogue', { timeout: 90_000 }, async () => {
  await page.click('.top a[href="#/items"]');
  await page.waitForSelector('.browse .card');
  assert.match(await text('.browse h2'), /Catalogue/);
  await picture('catalogue');
  await page.click('.top a[href="#"]');
  await until(() => document.querySelector('.browse-place').hidden);
});

test('switches its theme, and finds theme and conversation after a reload', { timeout: 90_000 }, async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body.parentElement).backgroundColor);
  const before = await ground();
  const isLight = await page.evaluate(() => matchMedia('(prefers-color-scheme: light)').matches);
  await page.click('.top [data-opens="settings"]');
  await page.waitForSelector('#settings[open]');
  await page.click(isLight ? '#theme-dark' : '#theme-light');
  await until((before) => getComputedStyle(document.documentElement).backgroundColor !== before, before);
  const chosen = await ground();
  await page.reload();
  await answered(2);
  assert.equal(await ground(), chosen);
  await picture('again');
});

test('is kept, and answers while its server is stopped', { timeout: 90_000 }, async () => {
  await until(async () => {
    const names = await caches.keys();
    return names.some((name) => name.startsWith('usher-page ')) && names.some((name) => name.startsWith('usher-catalogue '));
  });
  await until(async () => {
    const name = (await caches.keys()).find((name) => name.startsWith('usher-catalogue '));
    const cache = await caches.open(name);
    const manifest = await cache.match(`${name.slice('usher-catalogue '.length)}manifest.json`);
    return manifest && (await cache.keys()).length === (await manifest.json()).sections.length + 1;
  });
  await server.end();
  await page.reload();
  await answered(2);
  await page.type(named('composer'), 'Recommend some movies to user 4');
  await page.keyboard.press('Enter');
  await answered(3);
  await until(() => document.getElementById('offline')?.textContent.includes('No connection'));
  await picture('offline');
});
