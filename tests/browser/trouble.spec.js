// What can go wrong on the way: the page says what, and offers to try again.

import { expect, test } from './usher.js';

/** Each way to fail: what is intercepted, and with what it is answered. */
const troubles = {
  'the manifest is missing': ['**/manifest.json', (route) => route.fulfill({ status: 404 })],
  'the manifest is not JSON': [
    '**/manifest.json',
    (route) => route.fulfill({ body: '<!doctype html>' }),
  ],
  'the manifest is of a newer format': [
    '**/manifest.json',
    async (route) => {
      const manifest = await (await route.fetch()).json();
      await route.fulfill({ json: { ...manifest, format: 999 } });
    },
  ],
  'a section is missing': ['**/bundle/catalog*', (route) => route.fulfill({ status: 404 })],
  'a section is damaged': [
    '**/bundle/factors*',
    async (route) => {
      const body = await (await route.fetch()).body();
      body[body.length >> 1] ^= 1;
      await route.fulfill({ body });
    },
  ],
  'a section is cut short': [
    '**/bundle/factors*',
    async (route) => {
      const body = await (await route.fetch()).body();
      await route.fulfill({ body: body.subarray(0, body.length >> 1) });
    },
  ],
  'the connection breaks': ['**/bundle/names*', (route) => route.abort('connectionreset')],
};

for (const [trouble, [files, answer]] of Object.entries(troubles)) {
  test(`${trouble}: says so, and trying again works`, async ({ page, usher }) => {
    await page.route(files, answer);
    await usher.visit();
    await expect(usher.error).toBeVisible();
    expect((await usher.error.innerText()).length).toBeGreaterThan(20);

    // Still wrong: still a message, not a blank page.
    await usher.retry.click();
    await expect(usher.error).toBeVisible();

    await page.unroute(files);
    await usher.retry.click();
    await expect(usher.examples.first()).toBeVisible();
    await expect(usher.error).toBeHidden();
    const turn = await usher.ask('Recommend some movies to user 4');
    expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  });
}

test('the message names the damaged file', async ({ page, usher }) => {
  const [files, answer] = troubles['a section is damaged'];
  await page.route(files, answer);
  await usher.visit();
  await expect(usher.error).toContainText('factors');
});

test('a file that is needed in the middle of a question: says so, and asking again works', async ({ page, usher }) => {
  await usher.open();
  await page.route('**/bundle/history*', (route) => route.abort('connectionreset'));
  const first = await usher.ask('Recommend some movies to user 4');
  await expect(first.answer).toContainText('cannot be reached');
  await expect(first.answer).toContainText('Check the connection');

  await page.unroute('**/bundle/history*');
  const second = await usher.ask('Recommend some movies to user 4');
  expect(await second.cards.count()).toBeGreaterThanOrEqual(5);
});

const problem = (page) => page.locator('#page-problem');

test('without WebAssembly: says so', async ({ page, usher }) => {
  await page.addInitScript(() => { delete globalThis.WebAssembly; });
  await usher.visit();
  await expect(problem(page)).toContainText('needs WebAssembly');
  await expect(problem(page)).toContainText('current browser');
});

test('WebAssembly that this browser cannot read: says so', async ({ page, usher }) => {
  // Ends in the middle of its first section, as one with unknown instructions might.
  const body = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, 1, 9]);
  await page.route('**/usher_bg.wasm', (route) => route.fulfill({ body, contentType: 'application/wasm' }));
  await usher.visit();
  await expect(problem(page)).toContainText('cannot read the page’s code');
});

test('without JavaScript modules: says so', async ({ page, usher }) => {
  await page.addInitScript(() => { delete HTMLScriptElement.prototype.noModule; });
  await page.route('**/boot.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await usher.visit();
  await expect(problem(page)).toContainText('needs JavaScript modules');
  await expect(problem(page)).toContainText('current browser');
});

test('JavaScript that this browser does not understand: says so', async ({ page, usher }) => {
  await page.route('**/boot.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'a newer language' }));
  await usher.visit();
  await expect(problem(page)).toContainText('does not understand the page’s code');
});

test('the first script does not come: says so', async ({ page, usher }) => {
  await page.route('**/boot.js', (route) => route.abort('connectionreset'));
  await usher.visit();
  await expect(problem(page)).toContainText('did not load');
  await page.unroute('**/boot.js');
  await problem(page).getByRole('button', { name: 'Load the page again' }).click();
  await expect(usher.examples.first()).toBeVisible();
  await expect(problem(page)).toBeHidden();
});
