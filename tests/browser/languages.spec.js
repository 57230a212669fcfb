// The page speaks the person's language; English where it knows no other.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { barriers } from './barriers.js';
import { expect, root, test } from './usher.js';

const GERMAN = JSON.parse(readFileSync(path.join(root, 'web/static/messages-de.json'), 'utf8'));
/** The same in both. */
const ALIKE = Object.keys(GERMAN).filter((english) => GERMAN[english] === english);

/** The texts of the page that stand in the catalogue as English. */
function english(page) {
  return page.evaluate((known) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const text = walker.currentNode.data.trim();
      // A film may be called Dark.
      const isData = walker.currentNode.parentElement.closest('noscript, .card-link, .card-title, .poster');
      if (known.includes(text) && !isData) found.push(text);
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder]')) {
      for (const name of ['aria-label', 'placeholder']) {
        const text = element.getAttribute(name);
        if (known.includes(text)) found.push(text);
      }
    }
    return found;
  }, Object.keys(GERMAN).filter((text) => !ALIKE.includes(text)));
}

test.describe('a browser that speaks German', () => {
  test.use({ locale: 'de-AT' });

  test('is met in German, in every view', async ({ page, usher }) => {
    await usher.open();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await expect(page.getByRole('heading', { name: 'Was sehen wir uns an?' })).toBeVisible();
    expect(await english(page)).toEqual([]);
    const turn = await usher.ask('Recommend a comedy to user 4');
    await turn.cards.first().getByRole('button', { name: /warum das/ }).click();
    await expect(turn.cards.first().locator('.evidence')).toContainText('Nutzer 4');
    await expect(turn.element.getByRole('button', { name: 'Kopieren' })).toBeVisible();
    await usher.ask('What has user 8 watched?');
    await expect(page.getByText('Bewertungen nach Monat').first()).toBeVisible();
    expect(await english(page)).toEqual([]);
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByLabel(/Ein anderer Server/).check();
    await page.getByRole('button', { name: 'Dieses Modell verwenden' }).click();
    expect(await english(page)).toEqual([]);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const address of ['#/items', '#/items?genres=Comedy', '#/item/12', '#/user/8', '#/chats', '#/nothing']) {
      await page.evaluate((address) => { location.hash = address; }, address);
      await expect(page.locator('.browse-place [aria-busy]')).toHaveCount(0);
      expect(await english(page), address).toEqual([]);
    }
  });

  test('can be told to speak English, and German again', async ({ page, usher }) => {
    await usher.open();
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByLabel('Sprache').selectOption('en');
    await expect(page.getByRole('heading', { name: 'What shall we watch?' })).toBeVisible();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Language').selectOption('');
    await expect(page.getByRole('heading', { name: 'Was sehen wir uns an?' })).toBeVisible();
  });

  test('goes on with its conversation in another language', async ({ page, usher }) => {
    await usher.open();
    await usher.ask('Recommend some movies to user 4');
    await page.getByRole('button', { name: 'Einstellungen' }).click();
    await page.getByLabel('Sprache').selectOption('en');
    await expect(page.getByRole('button', { name: 'Settings' })).toBeVisible();
    const turn = await usher.answered(0);
    await expect(page.getByTestId('said')).toBeEmpty();
    await expect(turn.cards.first().getByTestId('why')).toBeVisible();
    const why = await usher.ask('Why these?');
    await expect(why.answer).toHaveAttribute('data-status', 'answered');
    await expect(usher.turns).toHaveCount(2);
  });

  test('is spoken to in English where the catalogue of messages is missing', async ({ page, usher }) => {
    await page.route('**/messages-de.json', (route) => route.fulfill({ status: 404, body: 'no' }));
    await usher.open();
    await expect(page.getByRole('heading', { name: 'What shall we watch?' })).toBeVisible();
    await usher.ask('Recommend a comedy to user 4');
  });
});

test.describe('a browser that speaks another language', () => {
  test.use({ locale: 'fi-FI' });

  test('is met in English', async ({ page, usher }) => {
    await usher.open();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByRole('heading', { name: 'What shall we watch?' })).toBeVisible();
  });
});

test.describe('a narrow screen in German', () => {
  test.use({ locale: 'de-DE', viewport: { width: 320, height: 700 }, colorScheme: 'light' });

  test('has room for the longer words', async ({ page, usher }) => {
    await usher.open();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.screenshot({ path: test.info().outputPath('german.png') });
    await usher.ask('What is the ideal length for comedy?');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.screenshot({ path: test.info().outputPath('german-answer.png') });
  });
});
