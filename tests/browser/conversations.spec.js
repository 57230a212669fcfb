// Conversations are kept in the browser, and are the person's: to find, to take along, to erase.

import { readFileSync } from 'node:fs';
import { barriers } from './barriers.js';
import { expect, test } from './usher.js';

const QUESTION = 'Recommend some movies to user 4';

test.beforeEach(async ({ page, usher }) => {
  page.chats = new Chats(page, usher);
});

/** The list of conversations. */
class Chats {
  constructor(page, usher) {
    this.page = page;
    this.usher = usher;
    this.rows = page.getByTestId('chat');
    this.said = page.getByTestId('chats-said');
    this.search = page.getByLabel('Search');
  }

  async open() {
    await this.page.getByRole('link', { name: 'Chats' }).first().click();
    await expect(this.page.getByTestId('found')).not.toBeEmpty();
  }

  /** Waits until so many turns are kept. */
  async kept(count) {
    await expect.poll(() => stored(this.page, 'turns').then((turns) => turns.length)).toBe(count);
  }

  async export(as) {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.rows.first().getByRole('button', { name: `Export as ${as}` }).click(),
    ]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  }

  async import(text) {
    const file = { name: 'chat.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await this.page.getByTestId('import').setInputFiles(file);
    await expect(this.said).not.toBeEmpty();
  }
}

/** All that stands in one store. */
function stored(page, name) {
  return page.evaluate(
    (name) => new Promise((resolve, reject) => {
      const opening = indexedDB.open('usher', 1);
      opening.onerror = () => reject(opening.error);
      opening.onupgradeneeded = () => opening.transaction.abort();
      opening.onsuccess = () => {
        const reading = opening.result.transaction(name).objectStore(name).getAll();
        reading.onsuccess = () => { opening.result.close(); resolve(reading.result); };
      };
    }).catch(() => []),
    name,
  );
}

/** Puts entries into a store, whatever they are. */
function put(page, name, entries) {
  return page.evaluate(
    ([name, entries]) => new Promise((resolve) => {
      const opening = indexedDB.open('usher', 1);
      opening.onsuccess = () => {
        const writing = opening.result.transaction(name, 'readwrite');
        for (const [entry, ...key] of entries) writing.objectStore(name).put(entry, ...key);
        writing.oncomplete = () => { opening.result.close(); resolve(); };
      };
    }),
    [name, entries],
  );
}

test('a reload brings the conversation back, and it goes on', async ({ page, usher }) => {
  await usher.open();
  const before = await usher.ask(QUESTION);
  const said = await before.answer.innerText();
  const steps = await before.steps.count();
  await page.chats.kept(1);
  await usher.visit();
  const after = await usher.answered(0);
  expect(await after.answer.innerText()).toBe(said);
  expect(await after.steps.count()).toBe(steps);
  await expect(usher.turns).toHaveCount(1);
  await expect(page.getByTestId('unkept')).toBeEmpty();
  // What the tools still know is asked for as before.
  await after.cards.first().getByTestId('why').click();
  await expect(after.cards.first().locator('.evidence')).not.toBeEmpty();

  const other = await usher.ask('And for user 5?');
  await expect(other.answer).toContainText('user 5');
  expect(await other.cards.count()).toBeGreaterThanOrEqual(5);
  const why = await usher.ask('Why these?');
  await expect(why.answer).toHaveAttribute('data-status', 'answered');
  await page.chats.kept(3);
  await usher.visit();
  await expect(usher.turns).toHaveCount(3);
  expect(await stored(page, 'conversations')).toHaveLength(1);
});

test('starting over leaves the old conversation kept', async ({ page, usher }) => {
  await usher.open();
  await usher.ask(QUESTION);
  await page.getByTestId('start-over').click();
  await expect(usher.turns).toHaveCount(0);
  const turn = await usher.ask('And for user 5?');
  // It has nothing to go on with.
  await expect(turn.cards).toHaveCount(0);
  await page.chats.kept(2);
  await page.chats.open();
  await expect(page.chats.rows).toHaveCount(2);
  await expect(page.chats.rows.first()).toContainText('And for user 5?');

  // The old one goes on where it was.
  await page.chats.rows.nth(1).getByRole('button', { name: QUESTION, exact: true }).click();
  await expect(usher.turns).toHaveCount(1);
  const next = await usher.ask('And for user 5?');
  expect(await next.cards.count()).toBeGreaterThanOrEqual(5);
});

test('conversations are found, renamed, deleted and brought back', async ({ page, usher }) => {
  const { chats } = page;
  await usher.open();
  for (const question of [QUESTION, 'What is popular?']) {
    await usher.ask(question);
    await page.getByTestId('start-over').click();
  }
  await chats.kept(2);
  await chats.open();
  await expect(chats.rows).toHaveCount(2);
  await chats.search.fill('user RECOMMEND');
  await expect(chats.rows).toHaveCount(1);
  await chats.search.fill('nothing of that kind');
  await expect(chats.rows).toHaveCount(0);
  await chats.search.fill('');

  await chats.rows.first().getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByLabel('New name')).toBeFocused();
  await page.keyboard.type('Loved by <many>');
  await page.keyboard.press('Enter');
  await expect(chats.rows.first()).toContainText('Loved by <many>');
  // A question is still found after that.
  await chats.search.fill('popular');
  await expect(chats.rows).toHaveCount(1);

  await chats.rows.first().getByRole('button', { name: 'Delete' }).click();
  await expect(chats.said).toContainText('is deleted');
  await expect(chats.rows).toHaveCount(0);
  await chats.kept(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(chats.rows).toHaveCount(1);
  await chats.kept(2);
});

test('an export can be read, and imported again beside the rest', async ({ page, usher }) => {
  const { chats } = page;
  await usher.open();
  const answer = (await (await usher.ask(QUESTION)).answer.locator('.words').first().innerText()).trim();
  await chats.kept(1);
  await chats.open();
  const markdown = await chats.export('Markdown');
  expect(markdown.name).toBe('usher-Recommend-some-movies-to-user-4.md');
  expect(markdown.text).toContain(`## ${QUESTION}`);
  expect(markdown.text).toContain('get_top_k_recommendations');
  expect(markdown.text).toContain(answer.slice(0, 20));
  const json = await chats.export('JSON');
  expect(JSON.parse(json.text)).toMatchObject({ format: 'usher-conversation', version: 1, name: QUESTION });

  await chats.import(json.text);
  await expect(chats.said).toContainText('is imported');
  await expect(chats.rows).toHaveCount(2);
  expect(await chats.rows.nth(1).innerText()).toBe(await chats.rows.nth(0).innerText());

  const all = JSON.parse(json.text);
  for (const [rubbish, reason] of [
    ['\u0000PNG', 'not JSON'],
    ['{"format": "other"}', 'missing field'],
    [JSON.stringify({ ...all, version: 9 }), 'its format is not'],
    [JSON.stringify({ ...all, turns: [{ ...all.turns[0], steps: 'none' }] }), 'steps'],
  ]) {
    await chats.import(rubbish);
    await expect(chats.said).toContainText('Nothing was imported');
    await expect(chats.said).toContainText(reason);
  }
  await expect(chats.rows).toHaveCount(2);
  // The imported one opens as the other does.
  await chats.rows.nth(1).getByRole('button', { name: QUESTION, exact: true }).click();
  await expect(usher.turns).toHaveCount(1);
});

test('one button erases everything', async ({ page, usher }) => {
  const { chats } = page;
  await usher.open();
  await usher.ask(QUESTION);
  await chats.kept(1);
  await chats.open();
  await expect(page.getByText('Kept in this browser only')).toBeVisible();
  page.once('dialog', (dialog) => dialog.dismiss());
  await page.getByRole('button', { name: 'Erase all' }).click();
  await expect(chats.rows).toHaveCount(1);
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Erase all' }).click();
  await expect(chats.rows).toHaveCount(0);
  expect(await stored(page, 'turns')).toEqual([]);
  expect(await stored(page, 'conversations')).toEqual([]);
  await usher.visit();
  await expect(usher.examples.first()).toBeVisible();
  await expect(usher.turns).toHaveCount(0);
});

for (const [how, deny] of Object.entries({
  denied: () => {
    IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };
  },
  'denied, the tab\u2019s own too': () => {
    IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };
    Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
  },
  full: () => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'QuotaExceededError'); };
  },
})) {
  test(`storage is ${how}: the page works and says that nothing is kept`, async ({ page, usher }) => {
    const faults = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.addInitScript(deny);
    await usher.open();
    const turn = await usher.ask(QUESTION);
    expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
    await expect(page.getByTestId('unkept')).toContainText(how === 'full' ? 'no room left' : 'are not kept');
    const next = await usher.ask('And for user 5?');
    expect(await next.cards.count()).toBeGreaterThanOrEqual(5);
    await page.getByRole('link', { name: 'Chats' }).click();
    await expect(page.getByText(how === 'full' ? 'Nothing is kept yet' : /^This browser lets nothing/).last()).toBeVisible();
    expect(faults).toEqual([]);
  });
}

test('what is damaged is left out, and that is said', async ({ page, usher }) => {
  const { chats } = page;
  await usher.open();
  await usher.ask(QUESTION);
  await usher.ask('And for user 5?');
  await chats.kept(2);
  const [head] = await stored(page, 'conversations');
  await put(page, 'turns', [[{ question: 7 }, [head.id, 0]]]);
  await put(page, 'conversations', [
    [{ id: 'a' }],
    [{ ...head, id: 'b', questions: 'many' }],
    [{ ...head, id: 'c', changed: 1e300 }],
    [{ ...head, id: 7 }],
  ]);
  await usher.visit();
  await expect(usher.turns).toHaveCount(1);
  await expect(page.getByTestId('said')).toContainText('damaged');
  await chats.open();
  await expect(chats.rows).toHaveCount(1);
  await expect(page.getByText('Damaged and not shown: 4')).toBeVisible();

  // The one that the tab shows itself.
  await put(page, 'conversations', [[{ ...head, name: null }]]);
  await usher.visit();
  await expect(page.getByTestId('said')).toContainText('damaged');
  await usher.ask(QUESTION);
  await usher.visit();
  await expect(usher.turns).toHaveCount(1);
});

test('two tabs do not overwrite each other', async ({ page, context, usher }) => {
  const { chats } = page;
  await usher.open();
  await usher.ask(QUESTION);
  await chats.kept(1);
  const [{ id }] = await stored(page, 'conversations');
  const tab = await context.newPage();
  await tab.addInitScript((id) => { sessionStorage['usher-conversation'] ??= id; }, id);
  const other = new usher.constructor(tab, usher.address);
  await other.visit();
  await expect(other.turns).toHaveCount(1);
  await other.ask('And for user 5?');
  await chats.kept(2);
  // This tab does not know of that turn: it goes another way on.
  await usher.ask('And for user 6?');
  await chats.kept(3);
  await chats.open();
  await expect(chats.rows).toHaveCount(1);
  await usher.visit();
  await expect(usher.turns).toHaveCount(2);
  await expect(usher.turns.last()).toContainText('And for user 6?');
  await expect(usher.turns.last()).toContainText('2 of 2');
  await other.visit();
  await expect(other.turns.last()).toContainText('And for user 5?');
  await expect(other.turns.last()).toContainText('1 of 2');
});

test('a conversation about another catalogue can be read and is not gone on with', async ({ page, usher }) => {
  const { chats } = page;
  await usher.open();
  await usher.ask(QUESTION);
  await chats.kept(1);
  const [head] = await stored(page, 'conversations');
  await put(page, 'conversations', [[{ ...head, catalogue: 'Another · 3 items' }]]);
  await usher.visit();
  await expect(usher.turns).toHaveCount(1);
  await expect(page.getByTestId('said')).toContainText('Another · 3 items');
  await expect(page.getByTestId('why').first()).toBeHidden();
  await usher.composer.fill('And for user 5?');
  await usher.send.click();
  await expect(usher.turns.first()).toContainText('And for user 5?');
  await expect(usher.turns).toHaveCount(1);
  const turn = await usher.answered(0);
  await expect(turn.cards).toHaveCount(0);
  await expect(page.getByTestId('said')).toBeEmpty();
  await chats.kept(2);
  expect(await stored(page, 'conversations')).toHaveLength(2);
});

test('ten thousand turns do not hold the list up', async ({ page, usher }) => {
  test.slow();
  const { chats } = page;
  await usher.open();
  await usher.ask(QUESTION);
  await chats.kept(1);
  const [head] = await stored(page, 'conversations');
  await page.evaluate(([head]) => new Promise((resolve) => {
    const opening = indexedDB.open('usher', 1);
    opening.onsuccess = () => {
      const writing = opening.result.transaction(['conversations', 'turns'], 'readwrite');
      const [heads, turns] = ['conversations', 'turns'].map((name) => writing.objectStore(name));
      turns.get([head.id, 0]).onsuccess = ({ target }) => {
        for (let at = 1; at < 10_000; at += 1) turns.put(target.result, [head.id, at]);
        const { parents, ...linear } = head;
        heads.put({ ...linear, questions: Array(10_000).fill(head.questions[0]) });
      };
      writing.oncomplete = () => { opening.result.close(); resolve(); };
    };
  }), [head]);
  await page.evaluate((id) => sessionStorage.setItem('usher-conversation', id), head.id);
  await usher.visit();
  await expect(page.getByTestId('said')).toContainText('9950 earlier turns');
  await expect(usher.turns).toHaveCount(50);
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask' });
  });
  await chats.open();
  await expect(chats.rows).toContainText('10,000 questions');
  await chats.search.fill('recommend');
  await expect(chats.rows).toHaveCount(1);
  expect(await page.evaluate(() => window.longest)).toBeLessThan(500);
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await usher.ask('And for user 5?');
  const count = () => stored(page, 'conversations').then(([{ questions }]) => questions.length);
  await expect.poll(count).toBe(10_001);
});

for (const colorScheme of ['dark', 'light']) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test('the list has no barrier that a machine can find', async ({ page, usher }) => {
      await usher.open();
      await usher.ask(QUESTION);
      await page.chats.kept(1);
      await page.chats.open();
      expect(await barriers(page)).toEqual([]);
      await page.chats.rows.first().getByRole('button', { name: 'Rename' }).click();
      expect(await barriers(page)).toEqual([]);
      await page.chats.rows.first().getByRole('button', { name: 'Cancel' }).click();
      await page.chats.rows.first().getByRole('button', { name: 'Delete' }).click();
      await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
      expect(await barriers(page)).toEqual([]);
    });
  });
}
