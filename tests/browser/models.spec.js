// Language models on servers, as a person connects them: a scripted server in each
// wire format, and what goes wrong with one.

import { startScripted } from './scripted.js';
import { expect, test as base, Turn } from './usher.js';

const KEY = 'sk-only-in-its-header-4711';

/** How a person reaches the scripted server in each format. */
const FORMATS = [
  { format: 'Responses', who: 'OpenAI', version: '/v1', key: KEY },
  { format: 'Chat Completions', who: /Another server/, version: '/v1', key: KEY },
  { format: 'Ollama', who: /Ollama/, version: '', key: undefined },
];

const calls = (name, args) => [{ name, arguments: args }];
const metadata = { items: '$1.items', get: ['title', 'genres', 'release_date'] };

const script = {
  key: KEY,
  models: [
    { name: 'scripted' },
    { name: 'scripted-old', shutdown_date: '2027-01-31' },
  ],
  turns: [
    {
      user: 'Recommend*',
      replies: [
        {
          thinking: 'First the ranking, then the titles.',
          text: 'I rank, then I look the titles up.',
          calls: calls('get_top_k_recommendations', { user: 4, k: 3 }),
        },
        { calls: calls('get_item_metadata', metadata) },
        {
          text: 'For user 4 these are the best three by the ranking, the best one first, and none of them was seen before: {{2.titles}}.',
          pace_ms: 60,
        },
      ],
    },
    {
      user: 'What is popular*',
      replies: [
        { calls: calls('get_popular_items', { popularity: 'standard', k: 2 }) },
        { calls: calls('get_item_metadata', metadata) },
        { text: 'Many rate these: {{2.titles}}.', pace_ms: 10 },
      ],
    },
    {
      user: 'Who is user 4*',
      replies: [
        { calls: calls('get_user_metadata', { user: 4, get: ['gender', 'age_category'] }) },
        { text: 'User 4: {{1.gender}}, {{1.age_category}}.' },
      ],
    },
    {
      user: 'Talk on',
      replies: [{ text: 'Word after word comes, and there are many of them. '.repeat(40), pace_ms: 40 }],
    },
    {
      user: 'What has user 4 seen*',
      replies: [
        { calls: calls('get_interacted_items', { user: 4, k: 2 }) },
        { calls: calls('get_item_metadata', metadata) },
        { text: 'Last seen: {{2.titles}}.' },
      ],
    },
    { user: 'Call the tool*', replies: [{ calls: calls('ready', { word: 'yes' }) }] },
    { user: '*', replies: [{ text: 'You are welcome.' }] },
  ],
};

const test = base.extend({
  scripted: [
    async ({}, use) => {
      const scripted = await startScripted(script);
      await use(scripted);
      await scripted.end();
    },
    { scope: 'worker' },
  ],
  settings: async ({ page }, use) => use(new Settings(page)),
});

/** The dialog, in the words of a person who uses it. */
class Settings {
  constructor(page) {
    this.page = page;
    this.opener = page.getByRole('button', { name: 'Settings' }).first();
    this.dialog = page.getByRole('dialog', { name: 'Settings' });
    this.address = this.dialog.getByLabel('Address');
    this.key = this.dialog.getByLabel('Key', { exact: true });
    this.keep = this.dialog.getByLabel('Keep the key for this tab');
    this.forget = this.dialog.getByRole('button', { name: 'Forget the key' });
    this.model = this.dialog.getByLabel('Model', { exact: true });
    this.list = this.dialog.getByRole('button', { name: 'List models' });
    this.test = this.dialog.getByRole('button', { name: 'Test connection' });
    this.use = this.dialog.getByRole('button', { name: /^Use / });
    this.status = page.getByTestId('settings-status');
  }

  async open() {
    await this.opener.click();
    await expect(this.dialog).toBeVisible();
  }

  async choose(who) {
    await this.dialog.getByLabel(who).check();
  }

  /** Fills in a server and its model, and does not apply them yet. */
  async fill({ who, address, key, model = 'scripted' }) {
    await this.open();
    await this.choose(who);
    await this.address.fill(address);
    await this.key.fill(key ?? '');
    await this.model.fill(model);
  }

  async connect(server) {
    await this.fill(server);
    await this.use.click();
    await expect(this.dialog).toBeHidden();
  }
}

/** Sends a question; gives its turn, at once. */
async function begin(usher, question) {
  const before = await usher.turns.count();
  await usher.composer.fill(question);
  await usher.send.click();
  const turn = new Turn(usher.turns.nth(before));
  await expect(turn.element).toBeVisible();
  return turn;
}

for (const { format, who, version, key } of FORMATS) {
  test(`${format}: five turns with tools, streamed, stopped and gone on with`, async ({ page, usher, scripted, settings }) => {
    test.slow();
    await usher.open();
    await expect(page.getByTestId('who-answers')).toContainText('The guide answers');
    await settings.connect({ who, address: scripted.address + version, key });
    await expect(page.getByTestId('catalogue')).toContainText('scripted answers');

    const first = await begin(usher, 'Recommend three films to user 4');
    const draft = first.element.getByTestId('draft');
    await expect(draft).toContainText('For user 4');
    const early = (await draft.innerText()).length;
    await expect.poll(async () => (await draft.innerText()).length).toBeGreaterThan(early);
    await expect(first.answer).toContainText('none of them was seen before');
    await expect(first.steps).toHaveCount(2);
    await expect(first.cards).toHaveCount(3);
    await expect(first.element.getByTestId('plan')).toContainText('I rank, then');
    await expect(first.element.getByTestId('cost')).toContainText(/model: scripted · 3 requests · .* tokens read/);
    await first.element.getByText('Thinking').click();
    await expect(first.element.getByText('First the ranking')).toBeVisible();

    const second = await usher.ask('What is popular?');
    await expect(second.answer).toContainText('Many rate these');
    await expect(second.steps).toHaveCount(2);

    const third = await begin(usher, 'Talk on');
    await expect(third.element.getByTestId('draft')).toContainText('Word after word');
    await expect(usher.send).toHaveAccessibleName('Stop');
    await usher.send.click();
    await expect(third.answer).toHaveAttribute('data-status', 'stopped');
    await expect(third.answer).toContainText('Word after word');
    await expect(third.answer).toContainText('Stopped.');
    await expect(usher.send).toHaveAccessibleName('Send');

    const fourth = await usher.ask('Who is user 4?');
    await expect(fourth.answer).toContainText(/User 4: (fe)?male/i);

    // The key that stops stops a second one as well.
    const fifth = await begin(usher, 'Talk on');
    await expect(fifth.element.getByTestId('draft')).toContainText('Word after word');
    await page.keyboard.press('Escape');
    await expect(fifth.answer).toHaveAttribute('data-status', 'stopped');

    const sixth = await usher.ask('What has user 4 seen?');
    await expect(sixth.answer).toContainText('Last seen');
    await expect(sixth.steps).toHaveCount(2);
    for (const turn of [first, second, third, fourth, fifth, sixth]) {
      await expect(turn.element.getByTestId('trouble')).toHaveCount(0);
    }
  });

  test(`${format}: lists the models and tries the chosen one`, async ({ page, usher, scripted, settings }) => {
    await usher.open();
    await settings.fill({ who, address: scripted.address + version, key, model: '' });
    await settings.list.click();
    await expect(settings.status).toContainText('2 models');
    const names = page.locator('#model-names option');
    // Ollama's have a tag behind.
    const listed = await names.evaluateAll((all) => all.map((one) => one.value.split(':')[0]));
    expect(listed.sort()).toEqual(['scripted', 'scripted-old']);
    await settings.model.fill('scripted-old');
    if (format === 'Responses') await expect(settings.dialog).toContainText('2027-01-31');
    await settings.model.fill('scripted');
    await expect(settings.dialog).not.toContainText('2027-01-31');
    await settings.test.click();
    await expect(settings.status).toContainText('scripted answers and calls tools');
  });
}

/** What is wrong, and what the person is told: what happened, and what to type. */
const FAULTS = [
  ['key-wrong', /does not accept the key.*enter it again/],
  ['path-missing', /Choose one of the models|address is right/],
  ['model-missing', /has no model.*Choose one of the models/],
  ['server-500', /fails or is overloaded/],
  ['page-instead', /not in the format.*kind of server/],
];

for (const [fault, told] of FAULTS) {
  test(`the test of a connection tells what is wrong: ${fault}`, async ({ usher, scripted, settings }) => {
    await usher.open();
    const address = `${scripted.address}/fault/${fault}/v1`;
    await settings.fill({ who: /Another server/, address, key: KEY });
    await settings.test.click();
    await expect(settings.status).toContainText(told);
    await expect(settings.status).not.toContainText(KEY);
  });
}

test('the test of a connection tells that nothing listens', async ({ usher, settings }) => {
  await usher.open();
  await settings.fill({ who: /Ollama/, address: 'http://localhost:9' });
  await settings.test.click();
  await expect(settings.status).toContainText('Nothing answers at http://localhost:9');
  await expect(settings.status).toContainText('Start');
});

test('the test of a connection tells what to type when Ollama refuses the page', async ({ usher, scripted, settings }) => {
  await usher.open();
  await settings.fill({ who: /Ollama/, address: `${scripted.address}/fault/cors-refused` });
  await settings.test.click();
  await expect(settings.status).toContainText(`OLLAMA_ORIGINS=${usher.address}`);
});

test('a model that fails is replaced by the guide, which is said', async ({ page, usher, scripted, settings }) => {
  await usher.open();
  const address = `${scripted.address}/fault/key-wrong/v1`;
  await settings.connect({ who: 'OpenAI', address, key: KEY });
  const turn = await usher.ask('Recommend some movies to user 4');
  const trouble = turn.element.getByTestId('trouble');
  await expect(trouble).toContainText('does not accept the key');
  await expect(trouble).toContainText('The guide answers instead');
  expect(await turn.cards.count()).toBeGreaterThanOrEqual(5);
  await expect(turn.element.locator('.steps')).toContainText('model: guide');

  await trouble.getByRole('button', { name: 'Settings' }).click();
  await settings.choose(/The guide/);
  await settings.use.click();
  await expect(page.getByTestId('catalogue')).toContainText('the guide answers');
  const second = await usher.ask('Recommend some movies to user 4');
  await expect(second.element.getByTestId('trouble')).toHaveCount(0);
});

test('a failure that passes is waited for, and said', async ({ usher, scripted, settings }) => {
  await usher.open();
  const address = `${scripted.address}/fault/rate-limit-wait:1/page/v1`;
  await settings.connect({ who: /Another server/, address, key: KEY });
  const turn = await begin(usher, 'Thanks');
  await expect(turn.element).toContainText(/It is asked again in \d/);
  await expect(turn.answer).toContainText('You are welcome.');
  await expect(turn.element.getByTestId('trouble')).toHaveCount(0);
});

for (const keeps of [false, true]) {
  test(`the key is nowhere but in its header${keeps ? ', and in this tab if that is wished' : ''}`, async ({ page, context, usher, scripted, settings }) => {
    const seen = [];
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(String(error)));
    context.on('request', (request) => seen.push(request.url(), request.postData() ?? ''));
    await usher.open();
    await settings.fill({ who: 'OpenAI', address: `${scripted.address}/v1`, key: KEY });
    await settings.keep.setChecked(keeps);
    await settings.list.click();
    await expect(settings.status).toContainText('2 models');
    await settings.test.click();
    await expect(settings.status).toContainText('scripted answers and calls tools');
    await settings.use.click();
    await usher.ask('What is popular?');

    // It is not in a field either, and an empty one means the key that is held.
    await settings.open();
    await expect(settings.key).toHaveValue('');
    await settings.test.click();
    await expect(settings.status).toContainText('scripted answers and calls tools');
    const stored = await page.evaluate(async () => ({
      local: JSON.stringify({ ...localStorage }),
      kept: JSON.stringify(await new Promise((resolve) => {
        indexedDB.open('usher', 1).onsuccess = ({ target: { result } }) => {
          result.transaction('turns').objectStore('turns').getAll().onsuccess = ({ target }) => resolve(target.result);
        };
      })),
      session: JSON.stringify({ ...sessionStorage }),
      page: document.documentElement.outerHTML
        + [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' ')
        + document.cookie + location.href,
    }));
    expect(stored.kept).toContain('What is popular?');
    expect(stored.local + stored.kept + stored.page + seen.join(' ')).not.toContain(KEY);
    expect(stored.session.includes(KEY)).toBe(keeps);
    // It does get where it belongs, and there alone.
    const sent = (await scripted.requests()).filter(({ headers }) => JSON.stringify(headers).includes(KEY));
    expect(sent.length).toBeGreaterThan(3);
    expect(JSON.stringify(sent.map(({ path, body }) => [path, body]))).not.toContain(KEY);

    // A key is for its server: another one does not get it.
    await settings.address.fill('http://localhost:9/v1');
    await expect(settings.forget).toBeHidden();
    await settings.address.fill(`${scripted.address}/v1`);
    await settings.forget.click();
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(KEY);
    await settings.test.click();
    await expect(settings.status).toContainText(/key/);
    await expect(settings.status).not.toContainText('scripted answers and calls tools');
  });
}

test('the choice is remembered, the key only if that is wished', async ({ page, usher, scripted, settings }) => {
  await usher.open();
  await settings.fill({ who: 'OpenAI', address: `${scripted.address}/v1`, key: KEY });
  await settings.dialog.getByText('More').click();
  await settings.dialog.getByLabel(/Temperature/).fill('0.5');
  await settings.dialog.getByLabel(/Plan first/).check();
  await settings.use.click();
  await usher.open();
  await expect(page.getByTestId('catalogue')).toContainText('scripted answers');
  await expect(page.getByTestId('who-answers')).toContainText('needs its key again');
  await settings.open();
  await expect(settings.address).toHaveValue(`${scripted.address}/v1`);
  await settings.dialog.getByText('More').click();
  await expect(settings.dialog.getByLabel(/Temperature/)).toHaveValue('0.5');
  await expect(settings.dialog.getByLabel(/Plan first/)).toBeChecked();
  await settings.dialog.getByLabel(/Plan first/).uncheck();
  await settings.key.fill(KEY);
  await settings.keep.check();
  await settings.use.click();
  await usher.open();
  const turn = await usher.ask('What is popular?');
  await expect(turn.answer).toContainText('Many rate these');
});

test('storage that is damaged or denied breaks nothing', async ({ page, usher, scripted, settings }) => {
  await page.addInitScript(() => {
    if (!location.hash.includes('denied')) {
      localStorage.setItem('usher-model', '{"api":7');
      localStorage.setItem('usher-model-answers', 'yes');
      sessionStorage.setItem('usher-key', 'nonsense');
      return;
    }
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
    }
  });
  for (const address of [usher.address, `${usher.address}/?#denied`]) {
    await page.goto(address);
    await expect(usher.examples.first()).toBeVisible();
    await expect(page.getByTestId('catalogue')).toContainText('the guide answers');
    await settings.connect({ who: /Ollama/, address: scripted.address });
    const turn = await usher.ask('Thanks');
    await expect(turn.answer).toContainText('You are welcome.');
  }
});

test('a field that is filled wrongly says so itself', async ({ usher, settings }) => {
  await usher.open();
  await settings.open();
  await settings.choose('OpenAI');
  await settings.address.fill('localhost:1234');
  await settings.key.fill('sk-ünusual');
  await settings.dialog.getByText('More').click();
  await settings.dialog.getByLabel(/Context/).fill('12.5');
  await settings.dialog.getByLabel(/Temperature/).fill('7');
  await settings.use.click();
  await expect(settings.dialog).toBeVisible();
  for (const said of ['http:// or https://', 'No key has', 'model’s name', 'whole number', '0 to 2']) {
    await expect(settings.dialog).toContainText(said);
  }
  await expect(settings.address).toBeFocused();
  await expect(settings.address).toHaveAttribute('aria-invalid', 'true');
  await settings.address.fill('http://localhost:1234');
  await expect(settings.dialog).not.toContainText('http:// or https://');
});

test('what was pasted with something around it is taken, and OpenAI is not asked without a key', async ({ usher, scripted, settings }) => {
  await usher.open();
  await settings.fill({ who: 'OpenAI', address: 'https://api.openai.com/v1' });
  await settings.use.click();
  await expect(settings.dialog).toContainText('OpenAI wants a key');
  await expect(settings.key).toBeFocused();
  await settings.address.fill(` ${scripted.address}/v1 `);
  await settings.key.fill(` Bearer ${KEY} `);
  await settings.test.click();
  await expect(settings.status).toContainText('answers and calls tools');
});

test('the dialog is used with the keyboard, and gives the focus back', async ({ page, usher, settings }) => {
  await usher.open();
  await settings.opener.focus();
  await page.keyboard.press('Enter');
  await expect(settings.dialog).toBeVisible();
  await settings.choose('OpenAI');
  await settings.key.fill(KEY);
  await page.keyboard.press('Escape');
  await expect(settings.dialog).toBeHidden();
  await expect(settings.opener).toBeFocused();
  await settings.open();
  await expect(settings.key).toHaveValue('');
});

test('the chosen model answers again after the engine is restarted', async ({ page, usher, scripted, settings }) => {
  await usher.open();
  await settings.connect({ who: /Another server/, address: `${scripted.address}/v1`, key: KEY });
  await begin(usher, 'Talk on');
  // Starting over in the middle of an answer starts a new engine.
  await page.getByTestId('start-over').click();
  await expect(usher.examples.first()).toBeVisible();
  await expect(async () => {
    const turn = await usher.ask('Thanks');
    await expect(turn.answer).toContainText('You are welcome.');
  }).toPass();
});

test('what a model writes loads nothing and runs nothing', async ({ page, context, usher, scripted, settings }) => {
  const asked = [];
  context.on('request', (request) => asked.push(request.url()));
  await usher.open();
  const address = `${scripted.address}/fault/markup-echoed/v1`;
  await settings.connect({ who: /Another server/, address, key: KEY });
  let isRun = false;
  page.on('dialog', async (dialog) => {
    isRun = true;
    await dialog.dismiss();
  });
  const turn = await usher.ask('Thanks');
  await expect(turn.answer).toContainText('<img src=x onerror=');
  await expect(turn.answer).toContainText('<script>');
  await expect(turn.element.locator('img, script, iframe, a[href^="javascript"]')).toHaveCount(0);
  expect(isRun).toBe(false);
  expect(asked.filter((url) => url.includes(':9/') || url.endsWith('/x'))).toEqual([]);
});

test('the dialog fits a screen of 320 pixels', async ({ page, usher, settings }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await usher.open();
  await settings.open();
  await settings.choose(/Another server/);
  await settings.dialog.getByText('More').click();
  const { content, screen } = await settings.dialog.evaluate((dialog) => ({
    content: dialog.scrollWidth,
    screen: dialog.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(screen);
});
