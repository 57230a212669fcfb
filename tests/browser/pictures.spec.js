// The README's pictures: what the page shows of the demo, light and dark. Written anew with
// USHER_WRITE_PICTURES=1; else they must be there, and small.

import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, root, test } from './usher.js';

const LARGEST = 160_000;
const folder = path.join(root, 'docs/pictures');

async function picture(page, name, info) {
  const kept = path.join(folder, `${name}.png`);
  mkdirSync(folder, { recursive: true });
  const to = process.env.USHER_WRITE_PICTURES ? kept : info.outputPath(`${name}.png`);
  await page.screenshot({ path: to, animations: 'disabled', caret: 'hide' });
  expect(existsSync(kept), `${kept} is missing: set USHER_WRITE_PICTURES=1`).toBe(true);
  expect(statSync(kept).size).toBeLessThan(LARGEST);
}

for (const scheme of ['light', 'dark']) {
  test(`pictures of the page, ${scheme}`, async ({ page, usher }, info) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1280, height: 720 });
    await usher.open();
    const turn = await usher.ask('Recommend a comedy from the 1980s that is popular among seniors to user 4');
    await expect(turn.cards).not.toHaveCount(0);
    await picture(page, `answer-${scheme}`, info);
    // Room for the cards and for the charts below them.
    await page.setViewportSize({ width: 1280, height: 820 });
    await page.goto(`${usher.address}/#/user/8`);
    await expect(page.getByRole('figure').first()).toBeVisible();
    await expect(page.locator('.browse [aria-busy]')).toHaveCount(0);
    await page.locator('.cards').first().evaluate((heading) => heading.scrollIntoView({ behavior: 'instant' }));
    await expect(page.getByRole('figure').first()).toBeInViewport({ ratio: 1 });
    await picture(page, `user-${scheme}`, info);
  });
}
