// The agent in a page of React and in one of Vue, as their users would build them.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent, complaints } from './agent.js';
import { dist, expect, root, serve, test as base } from './usher.js';

const sources = path.join(root, 'tests/widget');

/** Builds the pages with what npm has installed for them. */
function build(folder) {
  const vite = path.join(sources, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', folder], { cwd: sources, stdio: 'pipe' });
}

const test = base.extend({
  // Usher's own files with the two built pages beside them: a server of a host.
  host: [
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'usher-frameworks-'));
      build(path.join(folder, 'built'));
      cpSync(dist, folder, { recursive: true, dereference: true });
      const server = await serve(undefined, { page: folder });
      await use(server.address);
      await server.end();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
});

for (const framework of ['react', 'vue']) {
  test.describe(framework, () => {
    test('its state is the context, its handlers get the events', async ({ page, host }) => {
      const worries = complaints(page);
      await page.goto(`${host}/built/${framework}/`);
      const agent = new Agent(page);
      const answers = page.getByRole('list', { name: 'Answers' }).getByRole('listitem');
      await page.getByRole('button', { name: 'User 4', exact: true }).click();
      await agent.ask('What should this user watch?');
      await expect(answers).toHaveCount(1);
      await expect(answers.last()).toContainText('user 4');
      await page.getByRole('button', { name: 'User 6', exact: true }).click();
      await agent.ask('What should he watch?');
      await expect(answers).toHaveCount(2);
      await expect(answers.last()).toContainText('user 6');

      const title = agent.titles.last();
      const film = (await title.innerText()).replace(/ \(\d{4}\)$/, '');
      await title.click();
      await expect(page.locator('output')).toContainText(film);
      expect(worries).toEqual([]);
    });

    test('it can be removed while it answers, and come again', async ({ page, host }) => {
      const worries = complaints(page);
      await page.goto(`${host}/built/${framework}/`);
      const agent = new Agent(page);
      const answers = page.getByRole('list', { name: 'Answers' }).getByRole('listitem');
      await page.getByRole('button', { name: 'User 4', exact: true }).click();
      for (let round = 0; round < 5; round += 1) {
        await agent.composer.fill('What should this user watch?');
        await agent.send.click();
        await page.getByRole('button', { name: 'Remove the agent' }).click();
        await expect(agent.element).toHaveCount(0);
        await page.getByRole('button', { name: 'Add the agent' }).click();
      }
      const before = await answers.count();
      // The tool of the page is registered anew each time.
      await agent.ask('What should this user watch?');
      await expect(answers).toHaveCount(before + 1);
      await expect(answers.last()).toContainText('user 4');
      expect(worries).toEqual([]);
    });
  });
}
