// The page over the demo, as a person meets it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expectAgreement } from './agreement.js';
import { expect, root, test } from './usher.js';

test('shows its progress while the bundle loads, then what can be asked', async ({ page, usher }) => {
  // Held back, so that the bar can be seen.
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/bundle/factors*', async (route) => {
    await held;
    await route.continue();
  });
  await usher.visit();
  await expect(usher.progress).toBeVisible();
  release();
  await expect(usher.examples.first()).toBeVisible();
  await expect(usher.progress).toBeHidden();
  expect(await usher.examples.count()).toBeGreaterThanOrEqual(4);
});

test('every question of the tour is answered when clicked', async ({ usher }) => {
  test.slow();
  await usher.open();
  const questions = await usher.examples.allInnerTexts();
  const stops = readFileSync(path.join(root, 'assets/demo/tour.jsonl'), 'utf8').trim().split('\n');
  const tour = stops.map((stop) => JSON.parse(stop));
  expect(questions).toEqual(tour.map(({ question }) => question));
  const kinds = await usher.page.locator('.example .kind').allTextContents();
  expect(kinds).toEqual(tour.map(({ kind }) => kind));
  for (const [index, question] of questions.entries()) {
    await usher.open();
    await usher.examples.nth(index).click();
    const turn = await usher.answered(0);
    await expect(turn.element).toContainText(question.trim());
    await expect(turn.steps).not.toHaveCount(0);
    await expect(turn.answer).toHaveAttribute('data-status', 'answered');
    await expect(turn.element.getByTestId('error')).toHaveCount(0);
  }
});

test('recommends titled films, and says how', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('Recommend some movies to user 4');
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  for (const card of await turn.cards.all()) {
    const title = card.getByRole('heading');
    await expect(title).not.toBeEmpty();
  }
  await expect(turn.steps.filter({ hasText: 'get_top_k_recommendations' })).toHaveCount(1);
  await expect(turn.steps.filter({ hasText: 'get_item_metadata' })).toHaveCount(1);
});

test('tells why a film is recommended', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('Recommend some movies to user 4');
  const card = turn.cards.first();
  const before = (await card.innerText()).length;
  await card.getByTestId('why').click();
  await expect.poll(async () => (await card.innerText()).length).toBeGreaterThan(before);
});

test('fetches nothing but its own files', async ({ page, usher }) => {
  const foreign = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== usher.address && protocol !== 'blob:' && protocol !== 'data:') {
      foreign.push(request.url());
    }
  });
  await usher.open();
  await usher.ask('Recommend some movies to user 4');
  expect(foreign).toEqual([]);
});

test('says nothing on the console that a person should worry about', async ({ page, usher }) => {
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await usher.open();
  await usher.ask('Recommend some movies to user 4');
  expect(complaints).toEqual([]);
});

test('asks for a missing user id, and goes on when it comes', async ({ usher }) => {
  await usher.open();
  const first = await usher.ask('Recommend some movies');
  await expect(first.answer).toContainText(/user/i);
  await expect(first.cards).toHaveCount(0);
  const second = await usher.ask('4');
  expect(await second.cards.count()).toBeGreaterThanOrEqual(5);
});

test('says so when a user does not exist', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('Recommend some movies to user 99999');
  await expect(turn.answer).toContainText('99999');
  await expect(turn.cards).toHaveCount(0);
});

test('can be used with the keyboard alone', async ({ page, usher }) => {
  await usher.open();
  await tabTo(page, 'composer');
  await page.keyboard.type('Recommend some movies to user 4');
  await page.keyboard.press('Enter');
  const turn = await usher.answered(0);
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  // What was asked next needs no mouse either.
  await expect(usher.composer).toBeFocused();
});

test('an example can be chosen with the keyboard', async ({ page, usher }) => {
  await usher.open();
  await tabTo(page, 'example');
  await page.keyboard.press('Enter');
  await usher.answered(0);
});

/** Presses Tab until an element of this name has the focus, as a person would. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 40; presses += 1) {
    const focused = await page.evaluate(
      () => document.activeElement?.closest('[data-testid]')?.dataset.testid,
    );
    if (focused === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`forty presses of Tab do not reach ${name}`);
}

test('a question of 100,000 characters is refused, and the page stays usable', async ({ usher }) => {
  await usher.open();
  await usher.composer.fill('movie '.repeat(17_000).slice(0, 100_000));
  await usher.composer.press('Enter');
  await expect(usher.counter).toContainText('100,000');
  await expect(usher.turns).toHaveCount(0);
  const turn = await usher.ask('Recommend some movies to user 4');
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
});

test('markup in a question is shown as text', async ({ page, usher }) => {
  await usher.open();
  await usher.ask('<img src=x onerror="window.wasRun=1"> <b>user 4</b> **bold**');
  await expect(usher.turns.first()).toContainText('<img src=x');
  expect(await page.evaluate(() => window.wasRun)).toBeUndefined();
});

test('what a tool returned can be read', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('What has user 8 watched?');
  await turn.steps.first().getByText('12 found').click();
  await expect(turn.steps.first().locator('pre')).toContainText('"item_id":58');
});

test.describe('on a narrow screen', () => {
  test.use({ viewport: { width: 320, height: 700 } });

  test('writing from right to left and endless words keep their place', async ({ page, usher }) => {
    await usher.open();
    const hebrew = 'מה כדאי לראות הערב? Top Gun או משהו אחר';
    await usher.composer.fill(hebrew);
    expect(await usher.composer.evaluate((field) => getComputedStyle(field).direction)).toBe('rtl');
    await usher.ask(hebrew);
    const question = usher.turns.first().locator('.question bdi');
    expect(await question.evaluate((text) => getComputedStyle(text).direction)).toBe('rtl');
    await usher.ask(`${'Donaudampfschifffahrt'.repeat(30)} ${'\u202e'}movies\u0000`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.screenshot({ path: test.info().outputPath('words.png') });
    await page.goto(`${usher.address}/#/items?text=${'x'.repeat(300)}`);
    await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
    await expect(page.locator('.browse-place [aria-busy]')).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
});

test('ranks and searches as native code does', async ({ page, server }) => {
  await expectAgreement(page, server.address);
});
