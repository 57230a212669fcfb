// The engine's npm package in a page, as its own example uses it.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, root, serve, test } from './usher.js';

test('the example for the browser answers, without a bundler', async ({ page }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'usher-package-'));
  cpSync(path.join(root, 'target/npm/engine'), path.join(folder, '@usher/engine'), { recursive: true });
  cpSync(path.join(root, 'web/engine/package/examples/browser'), folder, { recursive: true });
  const server = await serve(undefined, { page: folder });
  try {
    await page.goto(`${server.address}/?bundle=/bundle/`);
    await expect(page.getByRole('status')).not.toContainText('Loading');
    await page.getByRole('button', { name: 'Ask' }).click();
    await expect(page.locator('pre')).toContainText('for user 8');
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
});
