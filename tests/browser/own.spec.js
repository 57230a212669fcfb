// A catalogue of one's own, without a command line: dropped or chosen, packed in the page,
// kept in the browser.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { barriers } from './barriers.js';
import { expect, program, root, test } from './usher.js';
import { zip } from './zip.js';

const THINGS = ['Lamp', 'Kite', 'Boat', 'Clock', 'Drum', 'Fence', 'Globe', 'Harp', 'Inkwell', 'Jar'];
const ITEMS = 'item_id,title,release_date,genres,description\n' + THINGS.map((thing, at) => (
  `${at + 1},The ${thing},${1990 + at},${at % 2 ? 'Drama' : 'Comedy|War'},A film about a ${thing.toLowerCase()}.\n`
)).join('');
const USERS = 'user_id,age,gender\n1,24,F\n2,61,M\n';
/** Every user has seen four films, user 1 the first four. */
const INTERACTIONS = 'user_id,item_id,rating,timestamp\n' + Array.from({ length: 24 }, (_, at) => (
  `${1 + Math.floor(at / 4)},${1 + (at * (1 + Math.floor(at / 12))) % 10},${3 + at % 3},${8e8 + at * 1e5}\n`
)).join('');
const DATASET = { 'items.csv': ITEMS, 'users.csv': USERS, 'interactions.csv': INTERACTIONS };

/** The dialog, in the words of a person who uses it. */
class Own {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Your own catalogue' });
    this.phase = page.locator('#own-phase');
    this.problem = page.locator('#own-problem');
    this.report = page.locator('#own-report');
    this.kept = page.locator('#own-kept li');
    this.use = page.getByRole('button', { name: 'Use this catalogue' });
    this.files = page.getByLabel('Choose files');
  }

  async open() {
    await this.page.getByRole('button', { name: 'Open your own catalogue' }).first().click();
    await expect(this.dialog).toBeVisible();
  }

  /** Chooses files by name and content. */
  async choose(files) {
    await this.files.setInputFiles(Object.entries(files).map(([name, content]) => (
      { name, mimeType: '', buffer: Buffer.from(content) }
    )));
  }

  async drop(files) {
    const contents = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]);
    await this.page.evaluate((contents) => {
      const dataTransfer = new DataTransfer();
      for (const [name, content] of contents) {
        dataTransfer.items.add(new File([Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))], name));
      }
      for (const kind of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
      }
    }, contents);
  }

  /** Waits for the end of packing. */
  async ready() {
    await expect(this.use).toBeVisible({ timeout: 20_000 });
  }
}

test.beforeEach(({ page }) => {
  page.own = new Own(page);
});

test('files that are dropped are packed in the page, answer, and are kept', async ({ page, usher }) => {
  const { own } = page;
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await usher.open();
  expect(loaded.filter((path) => /own|pack|english/.test(path))).toEqual([]);

  await own.drop(DATASET);
  await own.ready();
  await expect(own.phase).toHaveText('Catalogue is ready, and is kept in this browser until you delete it.');
  await expect(own.report).toContainText('items.csv 10 items');
  await expect(own.report).toContainText('users only in the interactions, added without facts: 4 (3, 4, 5, 6)');
  await expect(own.report).toContainText('10 items, 6 users, 24 interactions');
  await expect(own.use).toBeFocused();
  expect(await barriers(page)).toEqual([]);
  await own.use.click();
  await expect(page).toHaveURL(/\?bundle=own:catalogue$/);
  await expect(page.getByTestId('catalogue')).toContainText('10 items · 6 users · 24 interactions');

  let turn = await usher.ask('Recommend some movies to user 1');
  await expect(turn.cards.first()).toBeVisible();
  await expect(turn.cards.first()).toContainText('The ');
  await expect.poll(() => page.evaluate(() => indexedDB.databases().then((all) => all.length))).toBe(2);

  await page.reload();
  await expect(page.getByTestId('catalogue')).toContainText('10 items');
  await expect(usher.turns).toHaveCount(1);
  turn = await usher.ask('What has user 1 watched?');
  await expect(turn.answer).toContainText('The Lamp');

  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.locator('.browse-place').getByText('The Lamp').first()).toBeVisible();
  await page.goBack();

  // From the settings, since the start is no longer there.
  await page.getByRole('button', { name: 'Settings' }).click();
  await own.open();
  await expect(own.kept).toHaveCount(1);
  await expect(own.kept).toContainText('10 items · 6 users · 24 interactions · ');
  await page.getByRole('button', { name: 'Delete Catalogue' }).click();
  await expect(own.kept).toHaveCount(0);
  await expect(own.phase).toHaveText('Catalogue is deleted.');
  await expect(page).not.toHaveURL(/bundle/);
  await page.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByTestId('catalogue')).toContainText('1,000 users');
});

test('back and forward go through catalogues, and browsing follows', async ({ page, usher }) => {
  const { own } = page;
  await usher.open();
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.locator('.browse-place').getByText('Back to the Future').first()).toBeVisible();
  await own.drop({ 'lamps.zip': zip(Object.fromEntries(
    Object.entries(DATASET).map(([name, text]) => [`lamps/${name}`, text]),
  )) });
  await own.ready();
  await own.use.click();
  await expect(page.getByTestId('catalogue')).toContainText('lamps');
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.locator('.browse-place').getByText('The Lamp').first()).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page.getByTestId('catalogue')).toContainText('1,000 users');
  await page.goForward();
  await expect(page.getByTestId('catalogue')).toContainText('lamps');
});

test('a bundle is taken as a folder or as an archive, and a damaged one is told', async ({ page, usher }) => {
  const { own } = page;
  const folder = mkdtempSync(path.join(tmpdir(), 'usher-own-'));
  try {
    const bundle = path.join(folder, 'demo');
    execFileSync(program, ['pack', '--demo', '--out', bundle], { stdio: 'pipe' });
    await usher.open();
    await own.open();
    await page.getByLabel('Choose a folder').setInputFiles(bundle);
    await own.ready();
    await expect(own.report).toContainText('Checked');
    await expect(own.report).toContainText('348 items, 1000 users');
    const name = await own.kept.locator('strong').innerText();

    writeFileSync(path.join(bundle, 'manifest.json'), '{"format": ');
    await page.getByLabel('Choose a folder').setInputFiles(bundle);
    await expect(own.problem).toContainText('manifest.json cannot be read');
    await expect(own.kept).toHaveCount(1);

    await page.getByRole('button', { name: `Use ${name}` }).click();
    await expect(page.getByTestId('catalogue')).toContainText('348 items');
    const turn = await usher.ask('Find movies about ghosts');
    await expect(turn.cards.first()).toBeVisible();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('MovieLens as published is taken from its archive', async ({ page, usher }) => {
  const { own } = page;
  await usher.open();
  const item = (id, title, genre) => `${id}|${title}|01-Jan-1995||http://example.org|${
    Array.from({ length: 19 }, (_, at) => (at === genre ? 1 : 0)).join('|')}`;
  const items = [item(1, 'Lamp, The (1995)', 5), item(2, 'Caf\u00e9 (1996)', 8), item(3, 'Kite (1997)', 8)];
  await own.drop({ 'ml-100k.zip': zip({
    'ml-100k/u.item': Buffer.from(items.join('\n'), 'latin1'),
    'ml-100k/u.user': '1|24|M|technician|85711\n2|53|F|other|94043\n',
    'ml-100k/u.data': '1\t1\t5\t874965758\n1\t2\t3\t876893171\n2\t2\t4\t878542960\n',
    'ml-100k/README': 'MovieLens',
  }) });
  await own.ready();
  await expect(own.report).toContainText('README: nothing in it is used');
  await own.use.click();
  await expect(page.getByTestId('catalogue')).toContainText('ml-100k');
  const turn = await usher.ask('What has user 1 watched?');
  await expect(turn.answer).toContainText('Caf\u00e9');
});

test('what is no catalogue is refused in words', async ({ page, usher }) => {
  const { own } = page;
  await usher.open();
  await own.open();
  for (const [files, words] of [
    [{ 'beach.jpg': 'x', 'notes.txt': 'y' }, 'There is no dataset here (beach.jpg, notes.txt).'],
    [{ 'items.csv': ITEMS }, 'interactions.csv is missing. Put it beside items.csv'],
    [{ 'broken.zip': zip(DATASET).subarray(0, 300) }, 'broken.zip cannot be unpacked: it is no whole zip archive'],
    [{ 'bomb.zip': zip({ 'items.csv': Buffer.alloc(64 << 20) }) }, 'bomb.zip unpacks to more than 100 times its size'],
    [{ 'interactions.csv': 'user_id,item_id\n', 'items.csv': ITEMS }, 'interactions.csv holds no interactions.'],
    [{ 'mapping.toml': '[items]\n', 'items.csv': ITEMS }, 'mapping.toml cannot be used'],
    [{ 'manifest.json': '[]' }, 'manifest.json cannot be read'],
  ]) {
    await own.choose(files);
    await expect(own.problem).toContainText(words, { timeout: 15_000 });
    await expect(own.files).toBeFocused();
    await expect(own.kept).toHaveCount(0);
  }
  expect(await barriers(page)).toEqual([]);
  await own.choose(DATASET);
  await own.ready();
  await expect(own.problem).toBeEmpty();
});

for (const [what, why, deny] of [
  ['denied', 'This browser lets nothing be stored', () => {
    indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };
  }],
  ['full', 'This browser has no room left for it', () => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'QuotaExceededError'); };
  }],
]) {
  test(`where storage is ${what} a catalogue is open for this visit, and that is said`, async ({ page, usher }) => {
    const { own } = page;
    await page.addInitScript(deny);
    await usher.open();
    await own.open();
    await own.choose(DATASET);
    await own.ready();
    await expect(own.phase).toHaveText(`Catalogue is ready. ${why}: it is here until this tab is closed or loaded again.`);
    await expect(own.kept).toContainText('in this tab only');
    await own.use.click();
    const turn = await usher.ask('What has user 1 watched?');
    await expect(turn.answer).toContainText('The Lamp');

    await page.reload();
    await expect(usher.error).toContainText('This catalogue is not kept in this browser.');
    await own.open();
    await page.getByRole('button', { name: 'Back to the page' }).click();
    await expect(page.getByTestId('catalogue')).toContainText('1,000 users');
  });
}

test('packing can be cancelled, and another begun', async ({ page, usher }) => {
  const { own } = page;
  await usher.open();
  await own.open();
  const many = Array.from({ length: 300_000 }, (_, at) => `${at % 3000},${(at * 7919) % 1009},${at % 5 + 1},\n`);
  await own.choose({ ...DATASET, 'interactions.csv': `user_id,item_id,rating,timestamp\n${many.join('')}` });
  await expect(own.phase).toHaveText(/^Measuring the model/, { timeout: 20_000 });
  await expect(page.locator('#own progress')).toHaveAttribute('max', /\d/);
  await own.drop(DATASET);
  await expect(own.problem).toHaveText('Another catalogue is being packed. Wait for it, or cancel it.');
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(own.phase).toHaveText('Cancelled. Nothing was kept.');
  await own.choose(DATASET);
  await own.ready();
  await expect(own.kept).toHaveCount(1);
});

test('two tabs have the same catalogues, and what one deletes the other misses in words', async ({ page, usher, context }) => {
  const { own } = page;
  await usher.open();
  await own.open();
  await own.choose(DATASET);
  await own.ready();
  const other = await context.newPage();
  await other.goto(`${usher.address}/?bundle=own:catalogue`);
  await expect(other.getByTestId('catalogue')).toContainText('10 items');
  // The same name twice.
  await own.choose(DATASET);
  await expect(own.kept).toHaveCount(2);
  await page.getByRole('button', { name: 'Delete Catalogue' }).last().click();
  await expect(own.kept).toHaveCount(1);
  await other.reload();
  await expect(other.getByTestId('error')).toContainText('This catalogue is not kept in this browser.');
});

test('without the token table a catalogue is packed all the same, and that is said', async ({ page, usher }) => {
  const { own } = page;
  await page.context().route('**/english.table', (route) => route.abort());
  await usher.open();
  await own.open();
  await own.choose(DATASET);
  await own.ready();
  await expect(own.report).toContainText('The token table did not load');
});

for (const [scheme, width] of [['light', 1280], ['dark', 320]]) {
  test(`the dialog can be used ${width} wide, in the ${scheme}`, async ({ page, usher }) => {
    const { own } = page;
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 740 });
    await usher.open();
    const opener = page.getByRole('button', { name: 'Open your own catalogue' }).first();
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(own.dialog).toBeVisible();
    await page.screenshot({ path: test.info().outputPath('choose.png') });
    expect(await barriers(page)).toEqual([]);
    await own.choose(DATASET);
    await own.ready();
    const overflow = await page.evaluate(() => {
      const dialog = document.getElementById('own');
      return dialog.scrollWidth - dialog.clientWidth;
    });
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: test.info().outputPath('ready.png') });
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(opener).toBeFocused();
  });
}

test('MovieLens-100k is packed in the page, which goes on meanwhile', async ({ page, usher }) => {
  const dataset = process.env.USHER_ML100K ?? path.join(root, 'data/ml-100k');
  test.skip(!existsSync(path.join(dataset, 'ml-100k.inter')), 'SKIPPED: MovieLens-100k is not here; set USHER_ML100K to its folder');
  test.setTimeout(240_000);
  const { own } = page;
  await usher.open();
  await own.open();
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask' });
  });
  const files = ['ml-100k.inter', 'ml-100k.item', 'ml-100k.user', 'final_ml-100k.csv'];
  const began = Date.now();
  await own.files.setInputFiles(files.map((name) => path.join(dataset, name)));
  await expect(own.use).toBeVisible({ timeout: 200_000 });
  const seconds = (Date.now() - began) / 1000;
  const longest = await page.evaluate(() => window.longest);
  console.log(`MovieLens-100k packed in the page in ${seconds.toFixed(1)} s; longest task of the main thread: ${longest} ms`);
  await expect(own.report).toContainText('1,682 items, 943 users, 100,000 interactions');
  await own.use.click();
  const turn = await usher.ask('Recommend a Tom Cruise movie to user 9');
  await expect(turn.cards).toHaveCount(1);
});
