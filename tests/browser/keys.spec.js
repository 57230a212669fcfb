// Keys for everything, and the list of them.

import { barriers } from './barriers.js';
import { expect, test } from './usher.js';

const list = (page) => page.getByRole('dialog', { name: 'Keyboard' });
const focusPage = (page) => page.evaluate(() => document.activeElement?.blur());

test('each key does what its button does', async ({ page, usher }) => {
  await usher.open();
  await focusPage(page);
  await page.keyboard.press('/');
  await expect(usher.composer).toBeFocused();
  await expect(usher.composer).toHaveValue('');
  await page.keyboard.type('Recommend some movies to user 4');
  await page.keyboard.press('Enter');
  await usher.answered(0);

  // Escape leaves the field: from here on letters are keys.
  await page.keyboard.press('Escape');
  await expect(usher.composer).not.toBeFocused();
  await page.keyboard.press('b');
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  await page.keyboard.press('k');
  await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible();
  await page.keyboard.press('c');
  await expect(usher.turns.first()).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  // What an open dialog covers is left alone.
  await page.locator('#settings-title').click();
  await page.keyboard.press('b');
  await expect(page).not.toHaveURL(/items/);
  await page.keyboard.press('Escape');
  await focusPage(page);
  await page.keyboard.press('n');
  await expect(usher.turns).toHaveCount(0);
  await expect(usher.composer).toBeFocused();
});

test('opens and closes the steps of the last answer', async ({ page, usher }) => {
  await page.setViewportSize({ width: 800, height: 700 });
  await usher.open();
  await usher.ask('Recommend some movies to user 4');
  const steps = page.locator('.steps-line');
  await expect(steps).toHaveAttribute('aria-expanded', 'false');
  await focusPage(page);
  await page.keyboard.press('d');
  await expect(steps).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('d');
  await expect(steps).toHaveAttribute('aria-expanded', 'false');
});

test('? shows the list, which goes with Escape and gives the focus back', async ({ page, usher }) => {
  await usher.open();
  await page.getByRole('button', { name: 'Settings' }).focus();
  await page.keyboard.press('?');
  await expect(list(page)).toBeVisible();
  await expect(list(page).getByRole('row')).not.toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Settings' })).toBeFocused();
});

test('in a field, letters and signs are typed', async ({ page, usher }) => {
  await usher.open();
  await usher.composer.focus();
  await page.keyboard.type('ncb? /st');
  await expect(usher.composer).toHaveValue('ncb? /st');
  await expect(list(page)).toBeHidden();
});

test('with Control, Alt or Meta they are the browser’s', async ({ page, usher }) => {
  await usher.open();
  await focusPage(page);
  for (const modifier of ['Control', 'Alt', 'Meta']) {
    const isTaken = await page.evaluate((modifier) => !document.body.dispatchEvent(new KeyboardEvent('keydown', {
      key: 'b', bubbles: true, cancelable: true, [`${modifier.toLowerCase().replace('control', 'ctrl')}Key`]: true,
    })), modifier);
    expect(isTaken).toBe(false);
  }
  await expect(page).not.toHaveURL(/items/);
});

test('they can be switched off, for good, and on again', async ({ page, usher }) => {
  await usher.open();
  await focusPage(page);
  await page.keyboard.press('?');
  await list(page).getByLabel('Use these letters and signs').uncheck();
  await list(page).getByRole('button', { name: 'Close' }).click();
  await usher.open();
  await focusPage(page);
  for (const key of ['?', 'b', '/']) await page.keyboard.press(key);
  await expect(list(page)).toBeHidden();
  await expect(page).not.toHaveURL(/items/);
  await expect(usher.composer).not.toBeFocused();

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Keyboard' }).click();
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeHidden();
  await list(page).getByLabel('Use these letters and signs').check();
  await page.keyboard.press('Escape');
  await focusPage(page);
  await page.keyboard.press('b');
  await expect(page).toHaveURL(/items/);
});

for (const colorScheme of ['dark', 'light']) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme });
      test('the list has no barrier that a machine can find', async ({ page, usher }) => {
        await page.setViewportSize({ width, height: 700 });
        await usher.open();
        await focusPage(page);
        await page.keyboard.press('?');
        await expect(list(page)).toBeVisible();
        await expect(page.locator('#keys kbd').first()).toHaveCSS('border-top-width', '1px');
        expect(await barriers(page)).toEqual([]);
        const isCut = await list(page).evaluate((dialog) => dialog.scrollWidth > dialog.clientWidth);
        expect(isCut).toBe(false);
      });
    });
  }
}
