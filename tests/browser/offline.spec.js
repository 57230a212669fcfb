// The page with its server stopped, and when a new version of it is there.

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { barriers } from './barriers.js';
import { Usher, dist, expect, serve, test as base } from './usher.js';

const test = base.extend({
  // A server of the test's own, over a page of its own: `stop`, `start`, `publish`.
  host: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'usher-page-'));
    cpSync(dist, folder, { recursive: true });
    const host = new Host(folder);
    await host.start();
    await use(host);
    await host.stop();
    rmSync(folder, { recursive: true });
  },
});
test.use({ serviceWorkers: 'allow' });

class Host {
  constructor(folder) {
    this.folder = folder;
    this.port = 0;
  }

  async start(bundle) {
    this.server = await serve(bundle, { page: this.folder, port: this.port });
    this.address = this.server.address;
    this.port = new URL(this.address).port;
  }

  async stop() {
    await this.server?.end();
    this.server = null;
  }

  /** A new version of the page: a file changed, and what the service worker says of it. */
  publish(file, change) {
    const at = (name) => path.join(this.folder, name);
    for (const name of readdirSync(this.folder)) {
      if (/\.(br|gz)$/.test(name)) rmSync(at(name));
    }
    const text = change(readFileSync(at(file), 'utf8'));
    writeFileSync(at(file), text);
    const [, json, code] = readFileSync(at('sw.js'), 'utf8').match(/^const PAGE = (.*);\n([^]*)$/);
    const page = JSON.parse(json);
    page.files[file] = createHash('sha256').update(text).digest('hex');
    page.version += 'x';
    writeFileSync(at('sw.js'), `const PAGE = ${JSON.stringify(page)};\n${code}`);
  }
}

/** Opens the page and waits until it and its catalogue are kept. */
async function openAndKeep(page, address) {
  const usher = new Usher(page, address);
  await usher.open();
  await kept(page);
  return usher;
}

const kept = (page) => expect.poll(() => keptFiles(page), { timeout: 20_000 }).toBe('all');

/** Whether all files of the page's catalogue are kept; else how many are. */
const keptFiles = (page) => page.evaluate(async () => {
  const folder = new URL('bundle/', location.href).href;
  if (!(await caches.keys()).includes(`usher-catalogue ${folder}`)) return 'none';
  const cache = await caches.open(`usher-catalogue ${folder}`);
  const manifest = await cache.match(`${folder}manifest.json`);
  if (!manifest) return 'none';
  const { sections } = await manifest.json();
  const there = (await cache.keys()).length - 1;
  return there === sections.length ? 'all' : `${there} of ${sections.length}`;
});

test('answers and shows the catalogue while its server is stopped, and says so quietly', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  await expect(page.locator('#offline')).toHaveCount(0);
  await host.stop();

  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect(page.locator('#offline')).toContainText('No connection');
  const turn = await usher.ask('Recommend some movies to user 4');
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  const search = await usher.ask('Find movies about a haunted house');
  await expect(search.answer).toHaveAttribute('data-status', 'answered');
  await expect(search.answer).not.toContainText('cannot be reached');

  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  await page.goto(`${host.address}/#/user/8`);
  await expect(page.locator('.browse')).toContainText('User 8');
  await page.goto(`${host.address}/#/chats`);
  await expect(page.locator('.browse')).toContainText('Recommend some movies to user 4');

  // The connection is back.
  await host.start();
  await page.goto(host.address);
  await page.reload();
  await expect(usher.turns).toHaveCount(2);
  await expect(page.locator('#offline')).toBeHidden();
});

test('what is not kept says that it needs the connection', async ({ page, context, host }) => {
  const usher = await openAndKeep(page, host.address);
  await host.stop();
  await (await context.newCDPSession(page)).send('Network.clearBrowserCache');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (request.url.includes('/history-')) await cache.delete(request);
      }
    }
  });
  const turn = await usher.ask('What has user 8 watched?');
  await expect(turn.answer).toContainText('cannot be reached');
  await expect(turn.answer).toContainText('Check the connection');
  await expect(page.locator('#offline')).toContainText('No connection');
  // Others are answered.
  await usher.ask('Which movies were directed by Steven Spielberg?');
});

test('a new version is announced, waits until it is asked for, and comes whole', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  host.publish('index.html', (html) => html.replace('<title>Usher</title>', '<title>Usher anew</title>'));
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect(page).toHaveTitle('Usher');
  const notice = page.locator('#new-version');
  await expect(notice).toContainText('A new version');
  expect(await barriers(page)).toEqual([]);

  // It can wait, also over a reload.
  await notice.getByRole('button', { name: 'Later' }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect(page).toHaveTitle('Usher');

  await notice.getByRole('button', { name: 'Load the new version' }).click();
  await expect(page).toHaveTitle('Usher anew');
  await expect(usher.examples.first()).toBeVisible();
  await expect(notice).toHaveCount(0);
  await expect.poll(() => pageCaches(page)).toBe(1);
  await host.stop();
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect(page).toHaveTitle('Usher anew');
});

/** How many versions of the page are kept. */
const pageCaches = (page) => page.evaluate(async () =>
  (await caches.keys()).filter((name) => name.startsWith('usher-page ') && !name.endsWith(' versions')).length);

test('a tab that did not ask for the new version goes on with its own', async ({ page, context, host }) => {
  const usher = await openAndKeep(page, host.address);
  const other = new Usher(await context.newPage(), host.address);
  await other.open();
  await usher.ask('Recommend some movies to user 4');

  host.publish('browse.css', (css) => `${css}:root{--is-new:1}`);
  await other.page.reload();
  await other.page.getByRole('button', { name: 'Load the new version' }).click();
  await expect.poll(() => other.page.evaluate(() => performance.getEntriesByType('navigation')[0].type)).toBe('reload');
  await expect(other.page.locator('#new-version')).toHaveCount(0);
  await expect(other.examples.first()).toBeVisible();
  const isNew = ({ page }) => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--is-new'));
  await other.page.getByRole('link', { name: 'Browse' }).click();
  await expect(other.page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  expect(await isNew(other)).toBe('1');

  // What this tab loads now is still of the version that it runs.
  await expect(usher.turns).toHaveCount(1);
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  expect(await isNew(usher)).toBe('');
  expect(await pageCaches(page)).toBe(2);

  await page.locator('#new-version').getByRole('button', { name: 'Load the new version' }).click();
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  expect(await isNew(usher)).toBe('1');
});

test('a version of which only a part is there is not taken', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  host.publish('boot.js', (code) => `${code}\n`);
  writeFileSync(path.join(host.folder, 'boot.js'), 'throw new Error("half copied");');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update().catch(() => {}));
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect(page.locator('#new-version')).toHaveCount(0);
  expect(await pageCaches(page)).toBe(1);
});

test('files that a new catalogue no longer names are dropped', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  const stale = `${host.address}/bundle/text-0123456789abcdef.bin`;
  const isThere = () => page.evaluate(async (url) => !!(await caches.match(url)), stale);
  await page.evaluate(async (url) => {
    const cache = await caches.open(`usher-catalogue ${new URL('./', url).href}`);
    await cache.put(url, new Response('of an older catalogue'));
  }, stale);
  expect(await isThere()).toBe(true);
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await expect.poll(isThere).toBe(false);
});

test('a damaged file is not kept, and one that became damaged is fetched anew', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  const damaged = () => page.evaluate(async () => {
    const name = (await caches.keys()).find((name) => name.startsWith('usher-catalogue '));
    const cache = await caches.open(name);
    const [factors] = (await cache.keys()).filter(({ url }) => url.includes('/factors-'));
    const before = await (await cache.match(factors)).text();
    if (before !== 'damage') await cache.put(factors, new Response('damage'));
    return before === 'damage';
  });
  expect(await damaged()).toBe(false);
  await page.reload();
  await expect(usher.error).toContainText('factors');
  await usher.retry.click();
  await expect(usher.examples.first()).toBeVisible();
  await expect.poll(damaged).toBe(false);
});

test('only the catalogues opened last are kept', async ({ page, host }) => {
  await openAndKeep(page, host.address);
  await page.evaluate(async () => {
    for (const n of [1, 2, 3, 4]) {
      const folder = `${location.origin}/older-${n}/`;
      const cache = await caches.open(`usher-catalogue ${folder}`);
      await cache.put(`${folder}manifest.json`, new Response('{"sections": []}', { headers: { 'x-opened': n } }));
    }
  });
  await page.reload();
  const names = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('usher-catalogue ')).map((name) => new URL(name.slice(16)).pathname).sort());
  await expect.poll(names).toEqual(['/bundle/', '/older-2/', '/older-3/', '/older-4/']);
});

test('asks of others, posts and ranges are not touched', async ({ page, host }) => {
  await openAndKeep(page, host.address);
  const [range, post] = await page.evaluate(async () => {
    const manifest = await fetch('bundle/manifest.json', { headers: { range: 'bytes=0-9' } });
    const post = await fetch('bundle/manifest.json', { method: 'POST', body: '{}' });
    return [[manifest.status, (await manifest.text()).length], post.status];
  });
  expect(range).toEqual([206, 10]);
  expect(post).toBe(405);
});

test('is kept under a folder, too', async ({ page, host }) => {
  const front = createServer((asked, answer) => {
    if (!asked.url.startsWith('/usher/')) return answer.writeHead(404).end();
    const { method, headers } = asked;
    const passed = request(host.address + asked.url.slice('/usher'.length), { method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((resolve) => { front.listen(0, '127.0.0.1', resolve); });
  try {
    const address = `http://127.0.0.1:${front.address().port}/usher/`;
    const usher = await openAndKeep(page, address);
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(scope).toBe(address);
    front.close();
    front.closeAllConnections();
    await page.reload();
    await expect(usher.examples.first()).toBeVisible();
    const turn = await usher.ask('Recommend some movies to user 4');
    expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  } finally {
    front.close();
    front.closeAllConnections();
  }
});

test('can be installed', async ({ page, host, context }) => {
  await openAndKeep(page, host.address);
  const browser = await context.newCDPSession(page);
  const { errors, url } = await browser.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${host.address}/usher.webmanifest`);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // A private window installs nothing.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  const headers = async (file) => (await fetch(`${host.address}/${file}`)).headers;
  expect((await headers('usher.webmanifest')).get('content-type')).toBe('application/manifest+json');
  expect((await headers('sw.js')).get('cache-control')).toBe('no-cache');
});

test('says what is kept, and erases it', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.locator('#kept-text')).toContainText('keeps the page and its catalogue');
  await page.getByRole('button', { name: 'Erase the kept page and catalogues' }).click();
  await expect(page.locator('#kept-text')).toContainText('not kept');
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  await page.keyboard.press('Escape');
  // It goes on, and what was erased stays so.
  await usher.ask('What has user 8 watched?');
  expect(await page.evaluate(async () => (await caches.keys()).filter((name) => !name.endsWith(' versions')))).toEqual([]);
});

test('“Erase all” under Chats erases the kept page and catalogues, too', async ({ page, host }) => {
  const usher = await openAndKeep(page, host.address);
  await usher.ask('Recommend some movies to user 4');
  await page.goto(`${host.address}/#/chats`);
  page.on('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Erase all' }).click();
  await expect(page.getByTestId('chats-said')).toContainText('erased');
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
});

test('where nothing may be kept, the page is as ever', async ({ page, host }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'serviceWorker', { value: undefined });
    Object.defineProperty(self, 'caches', { get() { throw new DOMException('denied', 'SecurityError'); } });
  });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  const usher = new Usher(page, host.address);
  await usher.open();
  await usher.ask('Recommend some movies to user 4');
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.locator('#kept-text')).toContainText('not kept');
  expect(complaints).toEqual([]);
});
