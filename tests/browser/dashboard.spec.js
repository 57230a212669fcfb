// The sample dashboard: a platform's own page with the agent in it.

import { Agent, complaints, expectNoSidewaysScroll } from './agent.js';
import { barriers } from './barriers.js';
import { startScripted } from './scripted.js';
import { expect, test as base } from './usher.js';

const test = base.extend({
  desk: async ({ page, server }, use) => use(new Desk(page, server.address)),
});

/** The dashboard, in the words of a person who works with it. */
class Desk {
  constructor(page, address) {
    this.page = page;
    this.address = address;
    this.agent = new Agent(page);
    this.title = page.getByRole('heading', { level: 1 });
    this.users = page.getByRole('table', { name: 'Users' });
    this.films = page.getByRole('table', { name: 'Films' });
    this.campaign = page.locator('#campaign li');
    this.activity = page.getByRole('log', { name: 'Activity' });
    this.ask = page.getByRole('button', { name: 'Ask Usher' });
    this.suggest = page.getByRole('button', { name: 'Suggest films' });
  }

  async open() {
    await this.page.goto(`${this.address}/dashboard/`);
    await expect(this.users.locator('tbody tr')).toHaveCount(8);
  }

  /** The row that a cell with just this text heads. */
  row(table, name) {
    return table.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  async chooseUser(id) {
    await this.row(this.users, id).click();
    await expect(this.title).toHaveText(`User ${id}`);
  }
}

test('shows users, films and two charts that say what is in them', async ({ page, desk }) => {
  const worries = complaints(page);
  await desk.open();
  await expect(desk.title).toHaveText('Everyone');
  await expect(page.locator('#figures')).toContainText('78,260');
  await expect(page.getByRole('img', { name: /^Ratings per month\. Most in December 2024/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Watched per genre\. Drama leads/ })).toBeVisible();
  const months = page.locator('#months');
  await months.getByText('As a table').click();
  await expect(months.getByRole('row')).toHaveCount(1 + 36);
  expect(worries).toEqual([]);
});

test('a user is chosen with a click or with Enter, and everything is about them', async ({ page, desk }) => {
  await desk.open();
  await desk.row(desk.users, '2').getByText('engineer').click();
  await expect(desk.title).toHaveText('User 2');
  await expect(page.getByRole('img', { name: /^Ratings per month\. Most in April 2023: 9/ })).toBeVisible();
  await desk.users.getByRole('button', { name: '4', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(desk.title).toHaveText('User 4');
  await expect(desk.users.getByRole('button', { name: '4', exact: true })).toBeFocused();
  await expect(desk.users.getByRole('button', { pressed: true })).toHaveText('4');
  await page.getByRole('button', { name: 'Back to everyone' }).click();
  await expect(desk.title).toHaveText('Everyone');
  await expect(desk.users.getByRole('button', { pressed: true })).toHaveCount(0);
});

test('films are searched, sorted and leafed through with the keyboard', async ({ page, desk }) => {
  await desk.open();
  const first = desk.films.locator('tbody tr').first();
  await page.getByLabel('Search films').fill('kurosawa drama');
  await expect(desk.films.locator('tbody')).toContainText('Rashomon');
  await desk.films.getByRole('button', { name: 'Year' }).press('Enter');
  await expect(desk.films.getByRole('columnheader', { name: 'Year' })).toHaveAttribute('aria-sort', 'descending');
  const latest = await first.innerText();
  await desk.films.getByRole('button', { name: 'Year' }).press('Enter');
  await expect(desk.films.getByRole('columnheader', { name: 'Year' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(first).not.toHaveText(latest);
  await page.getByLabel('Search films').fill('no such film');
  await expect(page.getByText('No film matches')).toBeVisible();
  await page.getByLabel('Search films').fill('');
  const next = page.locator('#films').getByRole('button', { name: 'Next' });
  await next.press('Enter');
  await expect(page.getByText('9 to 16 of 348 films')).toBeVisible();
  await expect(next).toBeFocused();
});

test('what should he watch? is about the chosen user', async ({ page, desk }) => {
  const worries = complaints(page);
  await desk.open();
  await desk.chooseUser('4');
  await desk.ask.click();
  const { turn, answer } = await desk.agent.ask('What should he watch?');
  expect(turn.status).toBe('answered');
  expect(answer).toContain('user 4');
  await expect(desk.agent.cards).not.toHaveCount(0);
  // And of somebody else right after.
  await desk.chooseUser('6');
  const other = await desk.agent.ask('What should this user watch?');
  expect(other.answer).toContain('user 6');
  expect(worries).toEqual([]);
});

test('the dashboard asks on a click', async ({ desk }) => {
  await desk.open();
  await expect(desk.suggest).toBeHidden();
  await desk.chooseUser('4');
  const turn = desk.agent.turn();
  await desk.suggest.click();
  expect((await turn).turn.status).toBe('answered');
  await expect(desk.agent.answers.last()).toBeVisible();
});

test('a recommendation that is clicked is found in the table of films', async ({ page, desk }) => {
  await desk.open();
  await page.getByLabel('Search films').fill('kurosawa');
  await desk.chooseUser('4');
  await desk.ask.click();
  await desk.agent.ask('What should he watch?');
  const title = desk.agent.titles.first();
  const film = (await title.innerText()).replace(/ \(\d{4}\)$/, '');
  await title.click();
  const chosen = desk.films.getByRole('button', { pressed: true });
  await expect(chosen).toHaveText(film);
  await expect(page.locator('#film')).toContainText(film);
  await expect(desk.activity).toContainText(film);
});

test('thumbs are reported to the dashboard', async ({ desk }) => {
  await desk.open();
  await desk.chooseUser('4');
  await desk.ask.click();
  await desk.agent.ask('What should he watch?');
  await desk.agent.cards.first().locator('[part~="thumb"]').first().click();
  await expect(desk.activity).toContainText(/Thumbs up for .+, user 4/);
});

test('a language model uses the tool of the dashboard', async ({ page, desk }) => {
  const scripted = await startScripted({
    models: [{ name: 'scripted' }],
    turns: [
      {
        user: 'Put*',
        replies: [
          { calls: [{ name: 'get_top_k_recommendations', arguments: { user: 4, k: 2 } }] },
          { calls: [{ name: 'add_to_campaign', arguments: { items: ['1', '2', '4711'] } }] },
          { text: 'They are in the campaign.' },
        ],
      },
    ],
  });
  await desk.open();
  await desk.agent.element.evaluate((element, endpoint) => {
    element.provider = 'compatible';
    element.endpoint = endpoint;
    element.model = 'scripted';
  }, `${scripted.address}/v1`);
  await desk.ask.click();
  const { turn, answer } = await desk.agent.ask('Put the two best films for user 4 into the campaign');
  expect(turn.status).toBe('answered');
  expect(answer).toContain('They are in the campaign.');
  await expect(desk.campaign).toHaveText([/^Nosferatu/, /^The Gold Rush/]);
  await expect(desk.activity).toContainText('The agent added 2 films to the campaign');
  // What the tool did was told to the model.
  const told = JSON.stringify(await scripted.requests());
  expect(told).toContain('unknown');
  expect(told).toContain('4711');
  await scripted.end();
});

test('a film is put into the campaign and taken out by hand', async ({ page, desk }) => {
  await desk.open();
  await desk.films.locator('tbody tr').first().click();
  await page.getByRole('button', { name: 'Add to the campaign' }).click();
  await expect(desk.campaign).toHaveCount(1);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await expect(desk.campaign).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Add to the campaign' })).toBeVisible();
});

test('works without the agent', async ({ page, desk }) => {
  await page.route('**/widget/**', (route) => route.abort());
  await desk.open();
  await desk.chooseUser('4');
  await expect(desk.ask).toBeHidden();
  await expect(desk.suggest).toBeHidden();
});

test('says what is wrong when its data does not come', async ({ page, desk }) => {
  await page.route('**/data/users.csv', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto(`${desk.address}/dashboard/`);
  await expect(page.getByRole('alert')).toContainText('users.csv cannot be read: the server says 503');
});

for (const colorScheme of ['light', 'dark']) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('has no barrier that a machine can find', async ({ page, desk }) => {
      await desk.open();
      expect(await barriers(page)).toEqual([]);
      await desk.chooseUser('4');
      await desk.films.locator('tbody tr').first().click();
      await page.getByRole('button', { name: 'Add to the campaign' }).click();
      await desk.ask.click();
      await desk.agent.ask('What should he watch?');
      await desk.agent.titles.first().click();
      expect(await barriers(page)).toEqual([]);
    });
  });
}

test('fits a screen 320 pixels wide', async ({ page, desk }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await desk.open();
  await expectNoSidewaysScroll(page);
  await desk.chooseUser('4');
  await desk.films.locator('tbody tr').first().click();
  await expectNoSidewaysScroll(page);
  await desk.ask.click();
  await desk.agent.ask('What should he watch?');
  await expectNoSidewaysScroll(page);
  await expect(desk.agent.composer).toBeInViewport();
  // The agent covers everything: it makes way for the film.
  await desk.agent.titles.first().click();
  await expect(desk.films.getByRole('button', { pressed: true })).toBeFocused();
  await expect(desk.films.getByRole('button', { pressed: true })).toBeInViewport();
  await expectNoSidewaysScroll(page);
});
