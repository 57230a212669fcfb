// Narrow and wide, dark and light, with a screen reader.

import { barriers } from './barriers.js';
import { expect, test } from './usher.js';

for (const width of [360, 768, 1280]) {
  test(`fits a screen ${width} pixels wide`, async ({ page, usher }) => {
    await page.setViewportSize({ width, height: 740 });
    await usher.open();
    await expectNoSidewaysScroll(page);
    await usher.ask('Recommend some movies to user 4');
    await expectNoSidewaysScroll(page);
    await expect(usher.composer).toBeInViewport();
    await usher.ask('x'.repeat(500));
    await expectNoSidewaysScroll(page);
  });
}

async function expectNoSidewaysScroll(page) {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(screen);
}

for (const colorScheme of ['dark', 'light']) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('has no barrier that a machine can find', async ({ page, usher }) => {
      await usher.open();
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByLabel(/Another server/).check();
      await page.getByText('More').click();
      // Nothing is filled in: what is missing is told.
      await page.getByRole('button', { name: 'Use this model' }).click();
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await usher.ask('Recommend some movies to user 4');
      expect(await barriers(page)).toEqual([]);
    });
  });
}

test('a chosen theme stays after a reload, until the system decides again', async ({ page, usher }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await usher.open();
  const text = () => page.evaluate(() => getComputedStyle(document.body).color);
  const wear = async (theme) => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel(theme).check();
    await page.keyboard.press('Escape');
  };
  const dark = await text();
  await wear('Light');
  await expect.poll(text).not.toBe(dark);
  const light = await text();
  await usher.open();
  expect(await text()).toBe(light);
  await wear('As the system');
  await expect.poll(text).toBe(dark);
  await usher.open();
  expect(await text()).toBe(dark);
});
