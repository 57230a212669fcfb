// The page through the edge worker: the worker serves it, keeps the model's key, and runs
// the tools over MariaDB and Qdrant's engine.

import { execFileSync } from 'node:child_process';

import { startWorker, TOKEN } from '../worker/edge.js';
import { startMariaDb, startQdrant } from '../worker/servers.js';
import { startScripted } from './scripted.js';
import { expect, program, test as base, Turn, Usher } from './usher.js';

const KEY = 'sk-that-only-the-worker-knows';
const QDRANT_KEY = 'the-key-of-qdrant';

const script = {
  key: KEY,
  models: [{ name: 'scripted' }],
  turns: [{
    user: 'Recommend*',
    replies: [
      { calls: [{ name: 'get_top_k_recommendations', arguments: { user: 4, k: 3 } }] },
      { calls: [{ name: 'get_item_metadata', arguments: { items: '$1.items', get: ['title'] } }] },
      { text: 'For user 4: {{2.titles}}.', pace_ms: 20 },
    ],
  }],
};

const test = base.extend({
  world: [
    async ({}, use) => {
      const [mariadb, qdrant, scripted] = await Promise.all([startMariaDb(), startQdrant(QDRANT_KEY), startScripted(script)]);
      const quiet = { stdio: 'ignore', env: { ...process.env, QDRANT_API_KEY: QDRANT_KEY } };
      execFileSync(program, ['load', 'mysql', mariadb.address], quiet);
      execFileSync(program, ['load', 'qdrant', qdrant.address], quiet);
      const worker = await startWorker({
        USHER_MYSQL: mariadb.address, USHER_QDRANT: qdrant.address, USHER_QDRANT_KEY: QDRANT_KEY,
        USHER_OPENAI: `${scripted.address}/v1`, USHER_OPENAI_KEY: KEY, USHER_MODELS: 'scripted',
      });
      await use({ worker, mariadb });
      await worker.stop();
      await Promise.all([mariadb.end(), qdrant.end(), scripted.end()]);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  usher: async ({ page, world }, use) => use(new Usher(page, world.worker.address)),
});

/** Chooses the worker for the tools, and, if it is wished, for the model as well. */
async function connect(page, { address, token, model }) {
  await page.getByRole('button', { name: 'Settings' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  if (model) {
    await dialog.getByLabel(/Another server/).check();
    await dialog.getByLabel('Address').fill(`${address}/v1`);
    await dialog.getByLabel('Key', { exact: true }).fill(token);
    await dialog.getByRole('button', { name: 'List models' }).click();
    await expect(dialog.getByTestId('settings-status')).toContainText('1 model there.');
  }
  await dialog.getByLabel(/On an edge worker/).check();
  await dialog.getByLabel('The worker').fill(`${address}/`);
  await dialog.getByLabel('Token', { exact: true }).fill(token);
  return dialog;
}

const use = (dialog) => dialog.getByRole('button', { name: /^Use / }).click();

test('a model behind the worker answers with tools over MySQL and Qdrant', async ({ page, usher, world }) => {
  test.slow();
  const asked = [];
  page.on('request', (request) => asked.push(request));
  await usher.open();
  await use(await connect(page, { address: world.worker.address, token: TOKEN, model: true }));
  await expect(page.getByTestId('catalogue')).toContainText('scripted answers');
  await usher.composer.fill('Recommend three films to user 4');
  await usher.send.click();
  const turn = new Turn(usher.turns.last());
  await expect(turn.answer).toContainText('For user 4:');
  await expect(turn.element.locator('.steps')).toContainText('model: scripted');
  await page.screenshot({ path: test.info().outputPath('answer.png'), fullPage: true });
  const paths = asked.map((request) => new URL(request.url()).pathname);
  for (const path of ['/v1/chat/completions', '/tools/get_top_k_recommendations', '/tools/get_item_metadata']) {
    expect(paths).toContain(path);
  }
  // The browser never saw the key.
  for (const request of asked) expect(JSON.stringify([request.headers(), request.postData()])).not.toContain(KEY);
});

test('the guide\'s tools run there too, and what they find is what the page finds', async ({ page, usher, world }) => {
  test.slow();
  const questions = ['Recommend a drama to user 8', 'Films in which a detective hunts a killer', 'Who directed Ghostbusters?'];
  const answers = async () => {
    const told = [];
    for (const question of questions) {
      await usher.composer.fill(question);
      await usher.send.click();
      const turn = new Turn(usher.turns.last());
      await expect(turn.answer).not.toBeEmpty();
      told.push(await turn.answer.innerText());
    }
    return told;
  };
  await usher.open();
  const here = await answers();
  let there = 0;
  page.on('request', (request) => { if (request.url().includes('/tools/')) there += 1; });
  await use(await connect(page, { address: world.worker.address, token: TOKEN }));
  await page.getByRole('button', { name: 'Start over' }).click();
  expect(await answers()).toEqual(here);
  expect(there).toBeGreaterThan(3);
});

test('a worker that refuses or is gone is told of, with what to do', async ({ page, usher, world }) => {
  test.slow();
  await usher.open();
  await use(await connect(page, { address: world.worker.address, token: 'a-token-that-is-wrong' }));
  const ask = async () => {
    await usher.composer.fill('What did user 8 watch last?');
    await usher.send.click();
    return new Turn(usher.turns.last()).element;
  };
  await expect(await ask()).toContainText('not one of those that this worker knows');
  await use(await connect(page, { address: 'http://127.0.0.1:9', token: '' }));
  await expect(await ask()).toContainText('cannot be reached');
  await world.mariadb.stop();
  await use(await connect(page, { address: world.worker.address, token: TOKEN }));
  await expect(await ask()).toContainText(/database/i);
  await world.mariadb.restart();
  await expect((await ask()).getByTestId('answer')).toContainText(/watched|rated/i);
  // Back to the page, whatever becomes of the worker.
  await page.getByRole('button', { name: 'Settings' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByLabel('In this page').check();
  await use(dialog);
  await expect((await ask()).getByTestId('answer')).toContainText(/watched|rated/i);
});

test('an address that is none is told at once; a token is kept for the tab only if that is wished', async ({ page, usher, world }) => {
  await usher.open();
  let dialog = await connect(page, { address: 'nonsense', token: TOKEN });
  await use(dialog);
  await expect(dialog).toContainText('Write it like https://');
  await dialog.getByLabel('The worker').fill(world.worker.address);
  await dialog.getByLabel('Token', { exact: true }).fill(TOKEN);
  await use(dialog);
  await expect(dialog).toBeHidden();
  const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(await kept()).toContain(world.worker.address);
  expect(await kept()).not.toContain(TOKEN);
  dialog = await connect(page, { address: world.worker.address, token: TOKEN });
  await dialog.getByLabel('Keep the token for this tab').check();
  await use(dialog);
  expect(await kept()).toContain(TOKEN);
  await page.reload();
  await expect(usher.examples.first()).toBeVisible();
  await usher.composer.fill('What did user 8 watch last?');
  const asked = page.waitForRequest(/\/tools\//);
  await usher.send.click();
  expect((await asked).headers().authorization).toBe(`Bearer ${TOKEN}`);
});
