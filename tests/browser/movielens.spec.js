// The page over real data: MovieLens-100k, where it is found.

import { execFileSync } from 'node:child_process';
import { expectAgreement } from './agreement.js';
import { expect, program, test } from './usher.js';

const bundle = process.env.USHER_ML100K_BUNDLE;

test.use({ bundle });
test.skip(!bundle, 'SKIPPED: MovieLens-100k is not here; set USHER_ML100K to its folder');

test('recommends a Tom Cruise movie to user 9', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('Recommend a Tom Cruise movie to user 9');
  const tools = ['item_filter', 'get_top_k_recommendations', 'get_item_metadata'];
  await expect(turn.steps).toHaveCount(tools.length);
  for (const [index, tool] of tools.entries()) {
    await expect(turn.steps.nth(index)).toContainText(tool);
  }
  await expect(turn.cards).toHaveCount(1);

  // One of his by the catalogue itself.
  const his = call('item_filter', { actors: ['Tom Cruise'] }).items.map((item) => item.item_id);
  const titles = call('get_item_metadata', { items: his, get: ['title'] }).items;
  const title = (await turn.cards.first().getByRole('heading').innerText()).trim();
  expect(titles.map((item) => item.title)).toContain(title);
});

test('recommends titled films to user 4', async ({ usher }) => {
  await usher.open();
  const turn = await usher.ask('Recommend some movies to user 4');
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
});

test('ranks and searches as native code does', async ({ page, server }) => {
  test.slow();
  await expectAgreement(page, server.address, bundle);
});

/** One tool call by the command line over the same bundle. */
function call(tool, json) {
  const printed = execFileSync(program, ['tool', tool, JSON.stringify(json), '--bundle', bundle]);
  return JSON.parse(printed).data;
}
