// The catalogue, items and users to look at, over the demo.

import { barriers } from './barriers.js';
import { expect, test } from './usher.js';

/** Opens the page at an address of its own. */
async function look(page, server, place) {
  await page.goto(`${server.address}/${place}`);
}

const cards = (page) => page.getByTestId('browse-card');

test('the code for it is loaded only when it is asked for', async ({ page, usher }) => {
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await usher.open();
  expect(loaded.filter((path) => path.startsWith('/browse'))).toEqual([]);
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page).toHaveURL(/#\/items$/);
  await expect(cards(page).first()).toBeVisible();
  expect(loaded).toContain('/browse_bg.wasm');
  await expect(page.getByTestId('found')).toContainText('most popular');
});

test('conditions become an address, and the address finds the same', async ({ page, server }) => {
  await look(page, server, '#/items');
  await page.getByText('Conditions', { exact: true }).click();
  await page.getByLabel('Genres').fill('sci fi');
  await page.getByLabel('Year, from').fill('1980');
  await page.getByLabel('Year, to').fill('1989');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page).toHaveURL(/#\/items\?genres=sci%20fi&release_date-from=1980&release_date-to=1989$/);
  await expect(page.getByTestId('found')).toContainText('items');
  const found = await cards(page).allInnerTexts();
  expect(found.length).toBeGreaterThan(2);
  for (const card of found) {
    expect(card).toContain('Sci-Fi');
    expect(card).toMatch(/198\d ·/);
  }
  await page.reload();
  await expect(cards(page)).toHaveCount(found.length);
  expect(await cards(page).allInnerTexts()).toEqual(found);
  await expect(page.getByLabel('Genres')).toHaveValue('sci fi');
});

test('a text is searched among what fulfils the conditions', async ({ page, server }) => {
  await look(page, server, '#/items?text=a%20robot%20falls%20in%20love&genres=Animation');
  await expect(cards(page).first()).toContainText('WALL-E');
  for (const card of await cards(page).allInnerTexts()) expect(card).toContain('Animation');
});

test('what cannot be fulfilled is said in the words of the tool', async ({ page, server }) => {
  await look(page, server, '#/items?actors=Nobody%20Whatsoever');
  await expect(page.getByText(/Nobody Whatsoever/).last()).toBeVisible();
  await expect(cards(page)).toHaveCount(0);
  await look(page, server, '#/items?duration-from=short');
  await page.reload();
  await expect(page.getByRole('status').filter({ hasText: 'duration' })).toBeVisible();
  await look(page, server, '#/nowhere/at/all');
  await page.reload();
  await expect(page.getByText('There is nothing at this address.')).toBeVisible();
  await look(page, server, '#/user/123456');
  await page.reload();
  await expect(page.getByText(/123456/).nth(1)).toBeVisible();
});

test('a user is shown with history, taste and recommendations', async ({ page, server }) => {
  await look(page, server, '#/items');
  await page.getByLabel('User', { exact: true }).fill('8');
  await page.getByRole('button', { name: 'Look at this user' }).click();
  await expect(page).toHaveURL(/#\/user\/8$/);
  await expect(page.getByTestId('who')).toContainText('years old');
  await expect(page.getByRole('list', { name: 'Recommended items' }).getByTestId('browse-card')).toHaveCount(6);
  const genres = page.getByRole('figure').filter({ hasText: 'Genres' });
  await genres.getByText('Numbers').click();
  const rows = await genres.getByRole('row').allInnerTexts();
  expect(rows.length).toBeGreaterThan(3);
  for (const row of rows) expect(row).toMatch(/\d+, rated \d/);
  // Back and forward lead from place to place.
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'User 8', exact: true })).toBeVisible();
});

test('an item is shown with facts, audience and what is like it', async ({ page, server }) => {
  await look(page, server, '#/items?text=toy%20cowboy');
  await page.getByRole('link', { name: 'Toy Story', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Toy Story (1995)' })).toBeVisible();
  await expect(page.getByText('John Lasseter').first()).toBeVisible();
  await expect(page.getByTestId('liked')).toContainText('% of all users rated it');
  const ages = page.getByRole('figure').filter({ hasText: 'Ratings by age' });
  await ages.getByText('Numbers').click();
  await expect(ages.getByRole('row')).toHaveCount(5);
  const similar = page.getByRole('list', { name: 'Similar items' });
  await expect(similar.getByTestId('browse-card')).toHaveCount(6);
  await expect(similar.getByRole('link', { name: 'Toy Story', exact: true })).toHaveCount(0);
});

test('one click asks about what is shown, in the chat', async ({ page, usher, server }) => {
  await look(page, server, '#/user/8');
  await page.getByRole('button', { name: 'Recommend some movies to user 8' }).click();
  const turn = await usher.answered(0);
  await expect(turn.cards).not.toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'User 8', exact: true })).toBeHidden();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'User 8', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await expect(turn.element).toBeVisible();
  // A question typed beside it goes to the chat as well.
  await look(page, server, '#/items');
  await expect(cards(page).first()).toBeVisible();
  await usher.ask('What is the ideal length for westerns?');
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeHidden();
});

test('a card of an answer leads to its item', async ({ page, usher }) => {
  await usher.open();
  const turn = await usher.ask('What happens in Rashomon?');
  await turn.cards.first().getByRole('link', { name: 'Details Rashomon' }).click();
  await expect(page.getByRole('heading', { name: 'Rashomon (1950)' })).toBeVisible();
  await expect(page.getByText('Akira Kurosawa').first()).toBeVisible();
});

test('where its code does not load, that is said', async ({ page, usher }) => {
  await page.route('**/browse_bg.wasm', (route) => route.abort());
  await usher.open();
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'did not load' })).toBeVisible();
  await page.unroute('**/browse_bg.wasm');
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await page.getByRole('link', { name: 'Browse' }).click();
  await expect(cards(page).first()).toBeVisible();
});

for (const scheme of ['dark', 'light']) {
  for (const place of ['#/items?genres=Comedy', '#/user/8', '#/item/12']) {
    test(`nobody is kept out of ${place}, ${scheme}, and it fits a narrow screen`, async ({ page, server }, info) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width: 320, height: 740 });
      await look(page, server, place);
      await expect(page.getByTestId('browse-card').nth(2)).toBeVisible();
      await expect(page.locator('.browse [aria-busy]')).toHaveCount(0);
      expect(await barriers(page)).toEqual([]);
      const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(inner).toBeLessThanOrEqual(outer);
      await page.screenshot({ path: info.outputPath('place.png'), fullPage: true });
    });
  }
}
