// The files that a search of texts reads: fetched ahead, awaited, done without.

import { expect, test } from './usher.js';

const files = /\/bundle\/(search|vectors|index|embedder)[^/]*$/;
const embedder = /\/bundle\/embedder[^/]*$/;
const question = 'Which films are about a robot who falls in love?';
const alone = 'Only the words of the texts were compared';

/** The names of those files, as they are asked for. */
function asked(page) {
  const names = [];
  page.on('request', (request) => {
    const found = new URL(request.url()).pathname.match(files);
    if (found) names.push(found[1]);
  });
  return names;
}

test('are not asked for before the start screen is there, and are fetched ahead then', async ({ page, usher }) => {
  const names = asked(page);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/bundle/factors*', async (route) => {
    await held;
    await route.continue();
  });
  await usher.visit();
  await expect(usher.progress).toBeVisible();
  await page.waitForTimeout(3_000);
  expect(names).toEqual([]);
  release();
  await expect(usher.examples.first()).toBeVisible();
  expect(names).toEqual([]);
  await expect.poll(() => names, { timeout: 10_000 }).toEqual(['search', 'vectors', 'embedder']);

  // Nothing is fetched a second time.
  const turn = await usher.ask(question);
  await expect(turn.answer).not.toContainText(alone);
  expect(names).toHaveLength(3);
});

test('are not fetched ahead where the browser saves data, and still come for a question', async ({ page, usher }) => {
  const names = asked(page);
  await page.route('**/worker.js', async (route) => {
    const response = await route.fetch();
    const { 'content-encoding': _, ...headers } = response.headers();
    const saves = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });";
    await route.fulfill({ headers, body: `${await response.text()}\n${saves}` });
  });
  await usher.open();
  await page.waitForTimeout(4_000);
  expect(names).toEqual([]);
  const turn = await usher.ask(question);
  await expect(turn.answer).not.toContainText(alone);
  expect(names.toSorted()).toEqual(['embedder', 'search', 'vectors']);
});

test('late: words answer alone and say so, and meaning joins them once it is there', async ({ page, usher }) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(embedder, async (route) => {
    await held;
    await route.continue();
  });
  await usher.open();
  await usher.composer.fill(question);
  await usher.send.click();
  await expect(usher.turns.first()).toContainText(/Loading the search of texts: \d+ %/);
  const first = await usher.answered(0);
  await expect(first.answer).toContainText(alone);
  await expect(first.answer).toContainText(/still being loaded \(\d+ %\)\. Ask again in a moment/);
  expect(await first.cards.count()).toBeGreaterThan(0);

  const came = page.waitForResponse(embedder);
  release();
  await (await came).finished();
  const second = await usher.ask(question);
  await expect(second.answer).not.toContainText(alone);
  expect(await second.cards.count()).toBeGreaterThan(0);
});

test('lost: words answer alone and say why, and asking again finds them', async ({ page, usher }) => {
  await page.route(embedder, (route) => route.abort('connectionreset'));
  await usher.open();
  const first = await usher.ask(question);
  await expect(first.answer).toContainText(alone);
  await expect(first.answer).toContainText(/embedder\S* cannot be reached\. Check the connection/);
  expect(await first.cards.count()).toBeGreaterThan(0);

  await page.unroute(embedder);
  const second = await usher.ask(question);
  await expect(second.answer).not.toContainText(alone);
});
