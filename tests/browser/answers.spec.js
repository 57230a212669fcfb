// What can be done with an answer: copy it, ask again, ask otherwise, sort and look at it.

import { barriers } from './barriers.js';
import { expect, test } from './usher.js';

const QUESTION = 'Recommend some movies to user 4';
const LENGTH = 'What is the ideal length for comedy?';

test('an answer is copied as Markdown', async ({ page, context, usher }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await usher.open();
  const turn = await usher.ask(LENGTH);
  await turn.element.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('**');
  expect(copied).toContain('| Minutes | Movies |');
});

test('where nothing can be copied, that is said', async ({ page, usher }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await usher.open();
  const turn = await usher.ask(QUESTION);
  await turn.element.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('lets nothing be copied')).toBeVisible();
});

test('a question is edited, and the old way stays', async ({ page, usher }) => {
  await usher.open();
  await usher.ask(QUESTION);
  const old = await usher.ask('And for user 5?');
  await expect(old.answer).toContainText('user 5');
  await old.element.getByRole('button', { name: 'Edit the question' }).click();
  await expect(usher.composer).toHaveValue('And for user 5?');
  await expect(usher.composer).toBeFocused();
  await expect(page.getByTestId('edited')).toBeVisible();
  await usher.composer.fill('And for user 6?');
  await usher.send.click();
  const other = await usher.answered(1);
  // What came before is known to it, what was replaced is not.
  await expect(other.answer).toContainText('user 6');
  await expect(usher.turns).toHaveCount(2);
  await expect(other.element.getByTestId('ways')).toContainText('2 of 2');
  await expect(page.getByTestId('edited')).toBeHidden();

  await other.element.getByRole('button', { name: 'Earlier answer' }).click();
  await expect(usher.turns.last()).toContainText('And for user 5?');
  await expect(usher.turns.last().getByTestId('ways')).toContainText('1 of 2');
  const further = await usher.ask('What has user 5 watched?');
  await expect(usher.turns).toHaveCount(3);

  // A reload shows the way that was shown.
  await usher.visit();
  await expect(usher.turns).toHaveCount(3);
  await usher.turns.nth(1).getByRole('button', { name: 'Later answer' }).click();
  await expect(usher.turns).toHaveCount(2);
  await expect(usher.turns.last()).toContainText('And for user 6?');
  // And back to where that way was left.
  await usher.turns.last().getByRole('button', { name: 'Earlier answer' }).click();
  await expect(usher.turns).toHaveCount(3);
  await expect(further.element).toContainText('What has user 5 watched?');
});

test('the first question can be edited, and an edit can be left', async ({ page, usher }) => {
  await usher.open();
  const turn = await usher.ask(QUESTION);
  await turn.element.getByRole('button', { name: 'Edit the question' }).click();
  await page.getByRole('button', { name: 'Leave it as it was' }).click();
  await expect(usher.composer).toHaveValue('');
  await turn.element.getByRole('button', { name: 'Edit the question' }).click();
  await usher.composer.fill('Recommend some movies to user 7');
  await usher.send.click();
  await expect(usher.turns).toHaveCount(1);
  await expect((await usher.answered(0)).answer).toContainText('user 7');
  await expect(usher.turns.first()).toContainText('2 of 2');
});

test('a question is asked again', async ({ usher }) => {
  await usher.open();
  await usher.ask(QUESTION);
  await usher.ask('Why these?');
  await usher.composer.fill('half a question');
  await usher.turns.first().getByRole('button', { name: 'Ask again' }).click();
  await expect(usher.turns).toHaveCount(1);
  const again = await usher.answered(0);
  await expect(again.element.getByTestId('ways')).toContainText('2 of 2');
  expect(await again.cards.count()).toBeGreaterThanOrEqual(5);
  await expect(usher.composer).toHaveValue('half a question');
  await again.element.getByRole('button', { name: 'Earlier answer' }).click();
  await expect(usher.turns).toHaveCount(2);
});

test('what is not kept is not lost by asking again', async ({ page, usher }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };
  });
  await usher.open();
  await usher.ask(QUESTION);
  await expect(page.getByTestId('unkept')).not.toBeEmpty();
  await usher.turns.first().getByRole('button', { name: 'Ask again' }).click();
  await expect(usher.turns).toHaveCount(2);
  await usher.answered(1);
});

test('ways are exported and imported with the rest', async ({ page, usher }) => {
  await usher.open();
  await usher.ask(QUESTION);
  await usher.ask('And for user 5?');
  await usher.turns.last().getByRole('button', { name: 'Ask again' }).click();
  await expect(usher.turns.last().getByTestId('ways')).toBeVisible();
  await usher.answered(1);
  await page.getByRole('link', { name: 'Chats' }).first().click();
  const exported = async (as) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('chat').first().getByRole('button', { name: `Export as ${as}` }).click(),
    ]);
    const parts = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    return Buffer.concat(parts);
  };
  const json = await exported('JSON');
  expect(JSON.parse(json).turns.map(({ after }) => after)).toEqual([undefined, undefined, 0]);
  expect(String(await exported('Markdown'))).toContain('*Another way on from “Recommend some movies to user 4”:*');
  await page.getByTestId('import').setInputFiles({ name: 'chat.json', mimeType: 'application/json', buffer: json });
  await expect(page.getByTestId('chats-said')).toContainText('is imported');
  await page.getByTestId('chat').nth(1).getByRole('button', { name: QUESTION, exact: true }).click();
  await expect(usher.turns).toHaveCount(2);
  await expect(usher.turns.last().getByTestId('ways')).toContainText('2 of 2');
});

test('tables sort by each column, by numbers as numbers', async ({ usher }) => {
  await usher.open();
  const { answer } = await usher.ask('Which genre is the most popular among seniors?');
  const column = (at) => answer.locator(`tr td:nth-child(${at})`).allInnerTexts();
  const before = await column(2);
  const numbers = before.map((text) => Number(text.replace(',', '')));
  await answer.getByRole('button', { name: 'Ratings' }).click();
  await expect(answer.getByRole('columnheader', { name: 'Ratings' })).toHaveAttribute('aria-sort', 'descending');
  await answer.getByRole('button', { name: 'Ratings' }).click();
  expect((await column(2)).map((text) => Number(text.replace(',', '')))).toEqual(numbers.sort((a, b) => a - b));
  await answer.getByRole('button', { name: 'Genres' }).press('Enter');
  await expect(answer.getByRole('columnheader', { name: 'Genres' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(answer.getByRole('columnheader', { name: 'Ratings' })).not.toHaveAttribute('aria-sort');
  const genres = await column(1);
  expect(genres).toEqual([...genres].sort());
});

test('what an answer counts is drawn', async ({ usher }) => {
  await usher.open();
  const length = await usher.ask(LENGTH);
  const bars = length.answer.locator('.chart rect');
  await expect(bars).toHaveCount(await length.answer.locator('tr:has(td)').count());
  await expect(length.answer.locator('figcaption')).toHaveText('Movies by minutes');
  // The picture is for those who look: the table tells the same to all.
  await expect(length.answer.locator('.chart svg')).toHaveAttribute('aria-hidden', 'true');

  const history = await usher.ask('What has user 8 watched?');
  await expect(history.answer.locator('figcaption')).toHaveCount(3);
  await expect(history.answer.getByText('Genres, with the mean rating').first()).toBeVisible();
  await history.answer.getByText('Numbers').first().click();
  await expect(history.answer.locator('.charts th').first()).toBeVisible();

  const recommended = await usher.ask(QUESTION);
  await expect(recommended.answer.locator('.charts')).toHaveCount(0);
});

test('without the code for pictures the answer stands', async ({ page, usher }) => {
  await page.route('**/browse_bg.wasm', (route) => route.abort());
  await usher.open();
  const turn = await usher.ask(LENGTH);
  await expect(turn.answer.locator('table')).toBeVisible();
  await expect(turn.answer.locator('.charts')).toHaveCount(0);
});

for (const colorScheme of ['dark', 'light']) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });
      test('answers with tables, pictures and ways have no barrier that a machine can find', async ({ page, usher }) => {
        await usher.open();
        await usher.ask(LENGTH);
        await usher.turns.first().getByRole('button', { name: 'Ask again' }).click();
        await usher.answered(0);
        await usher.ask('What has user 8 watched?');
        await expect(page.locator('.chart svg').last()).toBeVisible();
        await usher.turns.last().getByRole('button', { name: 'Edit the question' }).click();
        expect(await barriers(page)).toEqual([]);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect(wider).toBe(false);
        await page.screenshot({ path: test.info().outputPath('answers.png'), fullPage: true });
      });
    });
  }
}
