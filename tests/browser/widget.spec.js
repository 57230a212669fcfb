// `<usher-agent>` in pages that others might write: what it does, and what it bears.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { barriers } from './barriers.js';
import { startScripted } from './scripted.js';
import { expect, root, test as base } from './usher.js';

/** The policies that the README states: for files on the page's own origin, and elsewhere. */
const [POLICY, POLICY_ELSEWHERE] = readFileSync(path.join(root, 'web/widget/README.md'), 'utf8')
  .match(/(?<=^Content-Security-Policy: ).*$/gm);
const SCRIPT = '<script type="module" src="/widget/usher-agent.js"></script>';
const QUESTION = 'Recommend some movies to user 4';

const model = {
  models: [{ name: 'scripted' }],
  turns: [
    { user: 'Look up*', replies: [{ text: 'I look.', calls: [{ name: 'stock', arguments: { item: 'a' } }] }, { text: 'It says {{1.say}}.' }] },
    { user: 'Try to look up*', replies: [{ calls: [{ name: 'stock', arguments: { item: 'a' } }] }, { text: 'The shelf did not answer.' }] },
    { user: 'Talk on*', replies: [{ text: 'Word after word comes, and there are many of them. '.repeat(40), pace_ms: 40 }] },
    { user: 'Write*', replies: [{ text: 'See [here](https://example.org/a), [not here](javascript:alert(1)), <img src=x onerror=alert(2)>\n\n| a | b |\n|---|---|\n| 1 | **2** |' }] },
    { user: '*', replies: [{ text: 'You are welcome.' }] },
  ],
};

const test = base.extend({
  scripted: [
    async ({}, use) => {
      const scripted = await startScripted(model);
      await use(scripted);
      await scripted.end();
    },
    { scope: 'worker' },
  ],
  /** Opens a page of the host's with this body, and keeps what the widgets tell. */
  host: async ({ page, server }, use) => use(async (body = '<usher-agent></usher-agent>', { head = '', headers = {}, script = SCRIPT, origin = server.address } = {}) => {
    await page.addInitScript(() => {
      globalThis.told = [];
      for (const name of ['ready', 'answer', 'tool-call', 'error', 'recommendation-click', 'feedback']) {
        addEventListener(`usher-${name}`, ({ detail }) => globalThis.told.push({ name, detail: JSON.parse(JSON.stringify(detail)) }));
      }
    });
    await page.route('**/host.html', (route) => route.fulfill({
      contentType: 'text/html',
      headers,
      body: `<!doctype html><html lang="en"><head><title>A host</title>${head}</head><body><h1>A host</h1>${body}${script}</body></html>`,
    }));
    await page.goto(`${origin}/host.html`);
    return new Widget(page);
  }),
});

/** A widget, in the words of a person who uses it. */
class Widget {
  constructor(page, element = page.locator('usher-agent').first()) {
    this.page = page;
    this.element = element;
    this.button = element.locator('.launcher');
    this.panel = element.locator('.panel');
    this.field = element.getByRole('textbox', { name: /Question|Frage/ });
    this.send = element.locator('.send');
    this.examples = element.locator('.example');
    this.turns = element.locator('.turn');
    this.cards = element.locator('.card');
    this.answer = element.locator('.answer').last();
    this.consent = element.locator('.consent');
  }

  async open() {
    await this.button.click();
    await expect(this.examples.first()).toBeVisible();
  }

  async ask(question) {
    await this.field.fill(question);
    await this.field.press('Enter');
    await this.answered();
  }

  async answered() {
    await expect(this.turns.last()).not.toHaveAttribute('aria-busy', 'true');
    await expect(this.answer).not.toBeEmpty();
  }

  /** Asks as a script does; gives the turn. */
  askByScript(question) {
    return this.element.evaluate((agent, question) => agent.ask(question), question);
  }

  /** What was told of a kind. */
  told(name) {
    return this.page.evaluate((name) => globalThis.told.filter((one) => one.name === name).map(({ detail }) => detail), name);
  }
}

const withModel = ({ address }) => `provider="compatible" endpoint="${address}/v1" model="scripted"`;

test('what a page loads before the widget is opened is small, and nothing else is loaded', async ({ page, host }) => {
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const widget = await host();
  await expect(widget.button).toBeVisible();
  expect(asked.filter((path) => path.startsWith('/widget/'))).toEqual(['/widget/usher-agent.js']);
  expect(asked.filter((path) => path.startsWith('/bundle/'))).toEqual([]);
  expect(page.workers()).toHaveLength(0);
  const code = readFileSync(path.join(root, 'dist/widget/usher-agent.js'));
  expect(brotliCompressSync(code).length).toBeLessThan(15_000);
});

test('answers in a panel that opens over the page', async ({ page, host }) => {
  const widget = await host();
  await widget.open();
  await widget.ask(QUESTION);
  expect(await widget.cards.count()).toBeGreaterThanOrEqual(5);
  await expect(widget.element.locator('.steps')).toContainText('steps');
  await page.screenshot({ path: test.info().outputPath('answer.png') });
  const [ready] = await widget.told('ready');
  expect(ready.about.counts.items).toBeGreaterThan(0);
  const [answer] = await widget.told('answer');
  expect(answer).toMatchObject({ question: QUESTION, turn: { status: 'answered' } });
  const calls = await widget.told('tool-call');
  expect(calls.filter(({ step }) => step).length).toBe(answer.turn.steps.length);
  await widget.cards.nth(1).locator('.card-title').click();
  const [click] = await widget.told('recommendation-click');
  expect(click).toMatchObject({ position: 2, user: '4' });
});

test('the first answer comes soon after a click', async ({ page, host }) => {
  const widget = await host();
  await expect(widget.button).toBeVisible();
  const ms = await widget.element.evaluate(async (agent, question) => {
    const begun = performance.now();
    agent.shadowRoot.querySelector('.launcher').click();
    await agent.ask(question);
    return performance.now() - begun;
  }, QUESTION);
  test.info().annotations.push({ type: 'from the click to the first answer', description: `${Math.round(ms)} ms` });
  expect(ms).toBeLessThan(3_000);
});

test('a script asks without opening it, sets whom it is about, and hears the turn', async ({ host }) => {
  const widget = await host();
  const turn = await widget.element.evaluate(async (agent) => {
    agent.setContext({ user: 42 });
    return agent.ask('What should he watch?');
  });
  expect(turn.status).toBe('answered');
  expect(turn.answer).toContain('42');
  await expect(widget.panel).toBeHidden();
  await expect(widget.element).toHaveAttribute('user', '42');
  await widget.element.evaluate((agent) => agent.open());
  await expect(widget.element.locator('.catalogue')).toContainText('about user 42');
  expect(await widget.askByScript('  ')).toMatchObject({ status: 'failed' });
  // What is asked at once is answered one after the other.
  const turns = await widget.element.evaluate((agent) => Promise.all(['What is popular?', 'How many users are there?'].map((question) => agent.ask(question))));
  expect(turns.map(({ question }) => question)).toEqual(['What is popular?', 'How many users are there?']);
  expect((await widget.told('answer')).map(({ turn }) => turn.question)).toEqual(['What should he watch?', 'What is popular?', 'How many users are there?']);
  expect(await widget.element.evaluate((agent) => {
    agent.remove();
    return agent.ask('What is popular?');
  })).toMatchObject({ status: 'failed', answer: expect.stringContaining('not in the page') });
});

test('each question is about the user who was set when it was asked', async ({ page, host }) => {
  await page.addInitScript(() => {
    const { postMessage } = MessagePort.prototype;
    globalThis.posted = [];
    MessagePort.prototype.postMessage = function post(message, ...rest) {
      const { set_context: context, ask } = JSON.parse(message.to ?? '{}');
      if (context || ask) globalThis.posted.push(context ? context.user : ask.question);
      postMessage.call(this, message, ...rest);
    };
  });
  const widget = await host('<usher-agent></usher-agent>');
  const turns = await widget.element.evaluate((agent) => {
    agent.setContext({ user: 7 });
    const asked = ['What should he watch?', 'What has this user watched?'].map((question) => agent.ask(question));
    agent.setContext({ user: 42 });
    return Promise.all([...asked, agent.ask('What should this user watch?')]);
  });
  expect(turns.map(({ steps }) => steps[0].arguments.user)).toEqual([7, 7, 42]);
  // The same user again is said again, and one that is refused is nobody.
  await widget.element.evaluate(async (agent) => {
    await agent.ask('What has user 3 watched?');
    agent.setContext({ user: 42 });
    await agent.ask('What is popular?');
    agent.setContext({ user: 'x'.repeat(300) });
    await agent.ask('How many users are there?');
    agent.opened = true;
  });
  expect(await page.evaluate(() => globalThis.posted)).toEqual([
    '7', 'What should he watch?', 'What has this user watched?',
    '42', 'What should this user watch?', 'What has user 3 watched?',
    '42', 'What is popular?',
    null, 'How many users are there?',
  ]);
  await expect(widget.examples.first()).toBeHidden();
  await expect(widget.element.locator('.catalogue')).not.toBeEmpty();
  await expect(widget.element.locator('.catalogue')).not.toContainText('about user');
});

test('where it is about a user, it offers questions about that user and no other', async ({ host }) => {
  const widget = await host('<usher-agent open></usher-agent>');
  await expect(widget.examples.first()).toBeVisible();
  await expect(widget.examples.filter({ hasText: /user \d/ })).not.toHaveCount(0);
  await widget.element.evaluate((agent) => agent.setContext({ user: 42 }));
  await expect(widget.examples.first()).toHaveText('What should this user watch?');
  await expect(widget.examples.filter({ hasText: /user \d/ })).toHaveCount(0);
  await widget.element.evaluate((agent) => { agent.language = 'de'; });
  await expect(widget.examples.first()).toHaveText('Was sollte dieser Nutzer ansehen?');
  await widget.examples.nth(1).click();
  await widget.answered();
  const [{ turn }] = await widget.told('answer');
  expect(turn.status).toBe('answered');
  expect(turn.steps[0]).toMatchObject({ tool: 'get_interacted_items', arguments: { user: 42 } });
});

test('two widgets share one worker, which ends with the last of them', async ({ page, host }) => {
  const widget = await host('<usher-agent id="a" mode="inline" open></usher-agent><usher-agent id="b" mode="inline" open></usher-agent>');
  const other = new Widget(page, page.locator('#b'));
  await expect(widget.examples.first()).toBeVisible();
  await expect(other.examples.first()).toBeVisible();
  const [first, second] = await Promise.all([widget.askByScript(QUESTION), other.askByScript('What is popular?')]);
  expect([first.question, second.question]).toEqual([QUESTION, 'What is popular?']);
  expect(page.workers()).toHaveLength(1);
  await expect(widget.answer).not.toHaveText(await other.answer.textContent());
  await page.evaluate(() => document.getElementById('a').remove());
  await other.ask(QUESTION);
  await page.evaluate(() => document.getElementById('b').remove());
  await expect.poll(() => page.workers().length).toBe(0);
});

test('opened and removed a hundred times, it leaves nothing behind', async ({ page, host }) => {
  test.slow();
  await host('<main></main>');
  const round = (times) => page.evaluate(async (times) => {
    globalThis.gone ??= [];
    for (let at = 0; at < times; at += 1) {
      const agent = document.createElement('usher-agent');
      document.querySelector('main').append(agent);
      agent.opened = true;
      // Some leave before the engine is there, some with an answer under way.
      if (at % 10 === 0) await new Promise((resolve) => agent.addEventListener('usher-ready', resolve));
      if (at % 20 === 0) agent.ask('What is popular?');
      if (at % 3 === 0) await new Promise((resolve) => setTimeout(resolve, at));
      agent.remove();
      globalThis.gone.push(new WeakRef(agent));
    }
    globalThis.told.length = 0;
  }, times);
  const session = await page.context().newCDPSession(page);
  const left = async () => {
    await page.waitForTimeout(200);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { ...await session.send('Memory.getDOMCounters'), usedSize };
  };
  await round(5);
  const before = await left();
  await round(100);
  await expect.poll(() => page.workers().length).toBe(0);
  const after = await left();
  test.info().annotations.push({ type: 'after 5, and after 105', description: JSON.stringify([before, after]) });
  expect(after.nodes - before.nodes).toBeLessThan(100);
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(20);
  expect(after.usedSize - before.usedSize).toBeLessThan(1_000_000);
  expect(await page.evaluate(() => globalThis.gone.filter((gone) => gone.deref()).length)).toBeLessThan(3);
});

test('moved while it answers, it goes on; removed, it stops; added again, it knows what was said', async ({ page, host, scripted }) => {
  const widget = await host(`<div id="one"><usher-agent open ${withModel(scripted)}></usher-agent></div><div id="two"></div>`);
  await expect(widget.examples.first()).toBeVisible();
  await widget.field.fill('Talk on and on');
  await widget.field.press('Enter');
  await expect(widget.answer).toContainText('Word after word');
  await page.evaluate(() => document.getElementById('two').append(document.querySelector('usher-agent')));
  const before = (await widget.answer.textContent()).length;
  await expect.poll(async () => (await widget.answer.textContent()).length).toBeGreaterThan(before);
  await page.evaluate(() => {
    globalThis.kept = document.querySelector('usher-agent');
    globalThis.kept.addEventListener('usher-answer', ({ detail }) => globalThis.told.push({ name: 'end', detail }));
    globalThis.kept.remove();
  });
  await expect.poll(() => page.workers().length).toBe(0);
  await page.evaluate(() => document.body.append(globalThis.kept));
  await expect(widget.turns).toHaveCount(1);
  await expect(widget.answer).toContainText('Stopped.');
  const [end] = await widget.told('end');
  expect(end.turn.status).toBe('stopped');
  await widget.ask('Thank you');
  await expect(widget.answer).toContainText('You are welcome.');
});

test('an answer is stopped, and what was said stays', async ({ host, scripted }) => {
  const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent>`);
  await expect(widget.examples.first()).toBeVisible();
  await widget.field.fill('Talk on and on');
  await widget.field.press('Enter');
  await expect(widget.answer).toContainText('Word after word');
  await widget.element.getByRole('button', { name: 'Stop' }).click();
  await widget.answered();
  await expect(widget.answer).toContainText('Word after word');
  expect((await widget.told('answer'))[0].turn.status).toBe('stopped');
});

test('works under a strict content policy', async ({ page, host }) => {
  const problems = [];
  page.on('console', (message) => { if (/content security policy/i.test(message.text())) problems.push(message.text()); });
  const headers = { 'content-security-policy': POLICY };
  await page.route('**/widget/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  const widget = await host(undefined, { headers });
  await widget.open();
  await widget.ask(QUESTION);
  expect(await widget.cards.count()).toBeGreaterThanOrEqual(5);
  expect(problems).toEqual([]);
});

test('a policy that forbids WebAssembly is told of', async ({ page, host }) => {
  const headers = { 'content-security-policy': POLICY.replace(" 'wasm-unsafe-eval'", '') };
  await page.route('**/widget/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  const widget = await host(undefined, { headers });
  await widget.button.click();
  await expect(widget.element.locator('.failure')).toContainText('content policy');
  expect((await widget.told('error'))[0].kind).toBe('engine');
});

test('hostile styles of the page do not reach it, and its own do not leave it', async ({ page, host }) => {
  const hostile = '<style>body * { all: unset; color: red !important; font: 40px fantasy !important; letter-spacing: 9px; visibility: hidden; transform: rotate(9deg); opacity: 0.1; text-transform: uppercase; pointer-events: none; position: static !important; line-height: 0; width: 3px; overflow: hidden; } .panel, .launcher, button { display: none !important; }</style>';
  const widget = await host('<button>Of the page</button><usher-agent></usher-agent>', { head: hostile });
  const before = await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length);
  await widget.open();
  await widget.ask(QUESTION);
  const look = await widget.element.locator('.question').evaluate((element) => {
    const { color, fontSize, letterSpacing, textTransform, visibility } = getComputedStyle(element);
    return { color, fontSize, letterSpacing, textTransform, visibility };
  });
  expect(look).toEqual({ color: 'rgb(34, 29, 43)', fontSize: '15px', letterSpacing: 'normal', textTransform: 'none', visibility: 'visible' });
  await expect(widget.panel).toBeInViewport();
  await page.screenshot({ path: test.info().outputPath('hostile.png') });
  expect(await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length)).toBe(before);
});

for (const [way, act] of [
  ['a description', { execute: '() => ({ say: "seven" })', expected: 'It says seven.' }],
  ['a promise', { execute: 'async () => { await null; return { say: "eight" }; }', expected: 'It says eight.' }],
]) {
  test(`a tool of the page's own answers with ${way}, and stands in the steps`, async ({ page, host, scripted }) => {
    const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent>`);
    await page.evaluate((execute) => {
      globalThis.takeBack = globalThis.usher.registerTool({
        name: 'stock',
        description: 'How many of an item are there.',
        inputSchema: { type: 'object', properties: { item: { type: 'string' } }, required: ['item'] },
        execute: (0, eval)(execute),
      });
    }, act.execute);
    await widget.ask('Look up item a');
    await expect(widget.answer).toContainText(act.expected);
    await widget.element.locator('.steps summary').click();
    await expect(widget.element.locator('.step')).toContainText('stock');
    await page.evaluate(() => globalThis.takeBack());
  });
}

for (const [fault, { execute, kind, says }] of Object.entries({
  'never returns': { execute: '() => new Promise(() => {})', kind: 'tool', says: 'did not answer within 0.3 seconds' },
  'returns ten megabytes': { execute: '() => "x".repeat(10_000_000)', kind: 'tool', says: 'at most 256 KB' },
  'returns a cycle': { execute: '() => { const me = {}; me.me = me; return me; }', kind: 'tool', says: 'returned what is no JSON' },
  'returns a function': { execute: '() => () => 1', kind: 'tool', says: 'returned what is no JSON' },
  throws: { execute: '() => { throw new Error("the shelf is empty"); }', kind: 'host', says: 'the shelf is empty' },
})) {
  test(`a tool of the page's own that ${fault}: says so and goes on`, async ({ page, host, scripted }) => {
    const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent>`);
    await widget.element.evaluate((agent, execute) => {
      agent.registerTool({ name: 'stock', description: 'How many there are.', inputSchema: { type: 'object', properties: { item: { type: 'string' } } }, execute: (0, eval)(execute), timeoutMs: 300 });
    }, execute);
    await widget.ask('Try to look up item a');
    await expect(widget.answer).toContainText('The shelf did not answer.');
    await widget.element.locator('.steps summary').click();
    await expect(widget.element.locator('.step.failed')).toContainText(says);
    const errors = await widget.told('error');
    expect(errors).toContainEqual(expect.objectContaining({ kind, what: expect.stringContaining(says) }));
    await widget.ask('Thank you');
    await expect(widget.turns).toHaveCount(2);
  });
}

test('a tool that is none is refused at once, with the reason', async ({ host }) => {
  const widget = await host();
  const refused = (tool) => widget.element.evaluate((agent, tool) => {
    try { agent.registerTool({ execute: () => 1, ...tool }); } catch (error) { return `${error.name}: ${error.message}`; }
  }, tool);
  expect(await refused({ name: 'two words', description: 'x' })).toContain('the name must be');
  expect(await refused({ name: 'item_filter', description: 'x' })).toContain('choose another name');
  expect(await refused({ name: 'a', description: ' ' })).toContain('needs a description');
  expect(await refused({ name: 'a', description: 'x', inputSchema: [] })).toContain('JSON Schema');
  for (const [schema, reason] of [
    [{ properties: [] }, '"properties" of the inputSchema of a must be an object'],
    [{ properties: { b: 'string' } }, '"b" in the inputSchema of a must be an object'],
    [{ properties: { b: { type: 'strnig' } } }, 'the "type" of "b" in the inputSchema of a must be one of'],
    [{ properties: { b: { type: 'array', items: { type: 7 } } } }, 'the "type" of "items" of "b"'],
    [{ required: 'b' }, '"required" of the inputSchema of a must be a list of names'],
    [{ required: [1] }, '"required"'],
  ]) expect(await refused({ name: 'a', description: 'x', inputSchema: { type: 'object', ...schema } })).toContain(`TypeError: registerTool: ${reason}`);
  const right = { type: 'object', properties: { b: { type: ['string', 'null'] }, c: { type: 'array', items: { type: 'integer' } }, d: { enum: [1] } }, required: ['b'] };
  expect(await refused({ name: 'right', description: 'x', inputSchema: right })).toBeUndefined();
  expect(await refused({ name: 'a', description: 'x', timeoutMs: -1 })).toContain('timeoutMs');
  expect(await refused({ name: 'a', description: 'x' })).toBeUndefined();
  expect(await refused({ name: 'a', description: 'x' })).toContain('already');
});

test('a person allows, changes and refuses what a tool is to do', async ({ page, host, scripted }) => {
  const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent>`);
  await expect(widget.examples.first()).toBeVisible();
  await widget.element.evaluate((agent) => {
    agent.consent = 'ask';
    agent.registerTool({ name: 'stock', description: 'How many there are.', inputSchema: { type: 'object', properties: { item: { type: 'string' } } }, execute: ({ item }) => ({ say: `item ${item}` }) });
  });
  const start = async (question) => {
    await widget.field.fill(question);
    await widget.field.press('Enter');
  };
  /** A model is asked for once per request; the tool is what this is about. */
  const until = async (title) => {
    await expect(widget.consent).toBeVisible();
    while (!(await widget.consent.textContent()).includes(title)) {
      const now = await widget.consent.elementHandle();
      await widget.consent.getByRole('button', { name: 'Allow' }).click();
      await now.waitForElementState('hidden');
      await expect(widget.consent).toBeVisible();
    }
  };
  const allowRest = () => page.addLocatorHandler(widget.consent.getByText(/May scripted/), () => widget.consent.getByRole('button', { name: 'Allow' }).click());
  await start('Look up item a');
  await until('May the tool stock run?');
  await expect(widget.element.locator('.doing')).toBeHidden();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('consent.png') });
  await widget.consent.getByRole('button', { name: 'Change' }).click();
  const field = widget.consent.getByLabel('Arguments');
  await field.fill('{"item": ');
  await widget.consent.getByRole('button', { name: 'Allow' }).click();
  await expect(widget.consent).toContainText('These are no arguments');
  await field.fill('{"item": "b"}');
  await allowRest();
  await widget.consent.getByRole('button', { name: 'Allow' }).click();
  await widget.answered();
  const [answer] = await widget.told('answer');
  expect(answer.turn.steps[0]).toMatchObject({ tool: 'stock', arguments: { item: 'b' } });

  // Who stops it refuses, and who cannot see it is shown it.
  await widget.element.evaluate((agent) => {
    agent.close();
    agent.ask('Look up item a');
  });
  await expect(widget.consent).toBeVisible();
  await widget.element.evaluate((agent) => agent.stop());
  await expect(widget.consent).toHaveCount(0);
  await widget.answered();
  expect((await widget.told('answer'))[1].turn.status).toBe('stopped');

  await widget.element.evaluate((agent) => {
    globalThis.requests = [];
    agent.consent = async (request) => {
      globalThis.requests.push(request);
      return !request.tool;
    };
  });
  await widget.ask('Look up item c');
  const [, , third] = await widget.told('answer');
  expect(third.turn.steps[0].result.status).toBe('failure');
  expect(await page.evaluate(() => globalThis.requests)).toContainEqual({ tool: expect.objectContaining({ name: 'stock', arguments: { item: 'a' } }) });
});

test('errors in the page\'s own functions and listeners break nothing', async ({ page, host }) => {
  const widget = await host();
  await widget.element.evaluate((agent) => {
    const broken = () => { throw new Error('of the page'); };
    agent.consent = broken;
    agent.storage = { get: broken, set: broken, remove: broken };
    agent.addEventListener('usher-ready', broken);
    agent.addEventListener('usher-answer', broken);
  });
  await widget.open();
  await widget.ask(QUESTION);
  await widget.element.evaluate((agent) => { agent.consent = null; });
  await widget.ask(QUESTION);
  await widget.cards.last().locator('.thumb').first().click();
  await expect(widget.cards.last().locator('.thumb').first()).toHaveAttribute('aria-pressed', 'true');
  const kinds = (await widget.told('error')).map(({ kind, what }) => `${kind}: ${what}`);
  expect(kinds).toContainEqual(expect.stringMatching(/^host: .*storage failed/));
  expect(kinds).toContainEqual(expect.stringMatching(/^host: .*consent failed/));
});

test('a consent that never comes holds nothing up: stopping refuses', async ({ page, host }) => {
  const widget = await host();
  const turns = await widget.element.evaluate(async (agent, question) => {
    const asked = new Promise((resolve) => {
      agent.consent = (request, { signal }) => {
        signal.addEventListener('abort', () => { globalThis.heard = true; });
        resolve();
        return new Promise(() => {});
      };
    });
    const first = agent.ask(question);
    await asked;
    agent.stop();
    const stopped = await first;
    agent.consent = () => false;
    return [stopped, await agent.ask(question)];
  }, QUESTION);
  expect(turns[0].steps[0].result.message).toMatch(/not allowed: it was stopped\.$/);
  expect(await page.evaluate(() => globalThis.heard)).toBe(true);
  expect(turns[1].steps[0].result.message).toMatch(/not allowed: the page does not allow it\.$/);
});

test('what is thrown without a text is told, and breaks nothing', async ({ host, scripted }) => {
  const widget = await host(`<usher-agent ${withModel(scripted)}></usher-agent>`);
  const turns = await widget.element.evaluate(async (agent, question) => {
    const broken = () => { throw Object.create(null); };
    agent.registerTool({ name: 'stock', description: 'How many there are.', inputSchema: { type: 'object', properties: { item: { type: 'string' } } }, execute: broken });
    const turns = [await agent.ask('Try to look up item a')];
    agent.provider = 'guide';
    agent.consent = broken;
    turns.push(await agent.ask(question));
    agent.consent = () => ({ arguments: { get user() { throw Object.create(null); } } });
    turns.push(await agent.ask(question));
    agent.consent = null;
    agent.fetch = broken;
    turns.push(await agent.ask(question), await agent.ask(Object.create(null)));
    return turns.map(({ status }) => status);
  }, QUESTION);
  expect([turns[0], ...turns.slice(-2)]).toEqual(['answered', 'failed', 'failed']);
  const told = (await widget.told('error')).filter(({ kind }) => kind === 'host').map(({ what }) => what);
  for (const what of [/^stock failed/, /own consent failed/, /own fetch failed/]) expect(told).toContainEqual(expect.stringMatching(what));
});

test('a thumb is kept and told; a thumb down keeps the item out of the conversation', async ({ page, host }) => {
  const widget = await host();
  await widget.open();
  await widget.ask(QUESTION);
  const first = widget.cards.first();
  const title = await first.locator('.card-title').textContent();
  await first.getByRole('button', { name: /^Not this one/ }).click();
  const [feedback] = await widget.told('feedback');
  expect(feedback).toMatchObject({ value: -1, user: '4' });
  await widget.ask(QUESTION);
  await expect(widget.turns.last().locator('.card').first()).toBeVisible();
  await expect(widget.turns.last().locator('.card-title', { hasText: title })).toHaveCount(0);
  await page.reload();
  await widget.open();
  await widget.ask(QUESTION);
  const again = widget.cards.filter({ has: page.getByText(title, { exact: true }) }).first();
  await expect(again.getByRole('button', { name: /^Not this one/ })).toHaveAttribute('aria-pressed', 'true');
});

test('the page\'s own storage keeps the thumbs, and null keeps nothing', async ({ page, host }) => {
  const widget = await host();
  await widget.element.evaluate((agent) => {
    const kept = globalThis.kept = new Map();
    agent.storage = { get: async (key) => kept.get(key) ?? null, set: async (key, value) => { kept.set(key, value); }, remove: async (key) => { kept.delete(key); } };
  });
  await widget.open();
  await widget.ask(QUESTION);
  const thumb = widget.cards.first().locator('.thumb').first();
  await thumb.click();
  expect(await page.evaluate(() => globalThis.kept.size)).toBe(1);
  await thumb.click();
  expect(await page.evaluate(() => globalThis.kept.size)).toBe(0);
  await widget.element.evaluate((agent) => { agent.storage = null; });
  await thumb.click();
  expect(await page.evaluate(() => [globalThis.kept.size, Object.keys(localStorage).filter((key) => key.startsWith('usher-thumbs')).length])).toEqual([0, 0]);
});

test('the page\'s own fetch fetches the bundle and asks the model', async ({ page, host, scripted }) => {
  const widget = await host(`<usher-agent ${withModel(scripted)}></usher-agent>`);
  await widget.element.evaluate((agent) => {
    globalThis.fetched = [];
    agent.fetch = (url, options) => {
      const { origin, pathname } = new URL(url);
      globalThis.fetched.push(`${options.method} ${pathname}`);
      // Other servers need not allow a header of this page's.
      const own = origin === location.origin ? [['x-host', 'yes']] : [];
      return fetch(url, { ...options, headers: [...options.headers, ...own] });
    };
  });
  const asked = page.waitForRequest(/manifest\.json/);
  await widget.open();
  expect((await asked).headers()['x-host']).toBe('yes');
  await widget.ask('Thank you');
  await expect(widget.answer).toContainText('You are welcome.');
  const fetched = await page.evaluate(() => globalThis.fetched);
  expect(fetched).toContain('GET /bundle/manifest.json');
  expect(fetched).toContain('POST /v1/chat/completions');
  await widget.element.evaluate((agent) => { agent.fetch = () => { throw new Error('no pass'); }; });
  expect(await widget.askByScript(QUESTION)).toMatchObject({ status: 'failed' });
  expect((await widget.told('error')).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['host', 'bundle']));
});

test('attributes that make no sense are told of, and the usual holds', async ({ host }) => {
  const widget = await host('<usher-agent mode="sideways" theme="pink" provider="oracle" language="tlh" bundle="javascript:alert(1)" endpoint="http://[" open></usher-agent>');
  await expect(widget.examples.first()).toBeVisible();
  const errors = (await widget.told('error')).map(({ what }) => what);
  for (const name of ['mode', 'theme', 'provider', 'language', 'bundle', 'endpoint']) {
    expect(errors).toContainEqual(expect.stringContaining(`attribute ${name}=`));
  }
  await expect(widget.element.locator('.notes')).toContainText('sideways');
  expect(await widget.element.evaluate(({ mode, theme, provider, language }) => [mode, theme, provider, language])).toEqual(['bubble', 'auto', 'guide', 'auto']);
  await widget.element.evaluate((agent) => { agent.provider = 'openai'; });
  await expect(widget.element.locator('.notes')).toContainText('needs the attribute model');
  await widget.ask(QUESTION);
  await expect(widget.cards.first()).toBeVisible();
});

test('properties that were set before the element was defined hold', async ({ page, host }) => {
  const widget = await host('<usher-agent></usher-agent>', { script: '' });
  await widget.element.evaluate((agent) => Object.assign(agent, { user: '9', heading: 'Pick', opened: true, consent: 'ask' }));
  await page.addScriptTag({ type: 'module', url: '/widget/usher-agent.js' });
  await page.addScriptTag({ type: 'module', url: '/widget/usher-agent.js?again' });
  await expect(widget.panel).toBeVisible();
  await expect(widget.element.locator('.heading')).toHaveText('Pick');
  expect(await widget.element.evaluate((agent) => [agent.getAttribute('user'), agent.consent])).toEqual(['9', 'ask']);
});

test('a bundle of another origin that does not allow it: says so, and trying again works', async ({ page, server, host }) => {
  const elsewhere = server.address.replace('127.0.0.1', 'localhost');
  const widget = await host(`<usher-agent bundle="${elsewhere}/bundle/" open></usher-agent>`);
  const failure = widget.element.locator('.failure');
  await expect(failure).toContainText(/^(?!.*CORS).*Access-Control-Allow-Origin: http:/);
  await expect(failure).not.toContainText(/Access-Control.*Access-Control/);
  expect((await widget.told('error'))[0]).toMatchObject({ kind: 'bundle' });
  expect(await widget.askByScript(QUESTION)).toMatchObject({ status: 'failed', answer: expect.stringContaining('Access-Control-Allow-Origin') });
  await page.route(`${elsewhere}/bundle/**`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
  });
  await failure.getByRole('button', { name: 'Try again' }).click();
  await widget.ask(QUESTION);
  await expect(widget.cards.first()).toBeVisible();
});

test('another bundle begins another conversation', async ({ host }) => {
  const widget = await host();
  await widget.open();
  await widget.ask(QUESTION);
  await widget.element.evaluate((agent) => { agent.bundle = '/nowhere/'; });
  await expect(widget.turns).toHaveCount(0);
  await expect(widget.element.locator('.failure')).toBeVisible();
  await widget.element.evaluate((agent) => { agent.bundle = null; });
  await expect(widget.examples.first()).toBeVisible();
  await widget.ask(QUESTION);
  await expect(widget.cards.first()).toBeVisible();
});

test('from another origin, the worker is made of a script of the page\'s own', async ({ page, server, host }) => {
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
  });
  const elsewhere = server.address.replace('127.0.0.1', 'localhost');
  const widget = await host(`<usher-agent bundle="${server.address}/bundle/"></usher-agent>`, {
    headers: { 'content-security-policy': POLICY_ELSEWHERE.replaceAll('https://cdn.example', elsewhere) },
    script: `<script type="module" src="${elsewhere}/widget/usher-agent.js"></script>`,
  });
  await widget.open();
  expect(page.workers()[0].url()).toMatch(/^blob:/);
  await widget.ask(QUESTION);
  await expect(widget.cards.first()).toBeVisible();
});

for (const [what, files] of [['panel', '**/panel.js'], ['engine', '**/engine.js'], ['worker', '**/engine-worker.js'], ['WebAssembly', '**/engine_bg.wasm']]) {
  test(`the ${what}'s code does not come: says so, and the next time works`, async ({ page, host }) => {
    await page.route(files, (route) => route.abort('connectionreset'));
    const widget = await host();
    await widget.button.click();
    await expect(widget.element.locator('.failure, .problem:not([hidden])')).toBeVisible();
    expect((await widget.told('error'))[0]).toMatchObject({ kind: 'engine' });
    expect(await widget.askByScript(QUESTION)).toMatchObject({ status: 'failed' });
    await page.unroute(files);
    if (what === 'panel') await widget.button.click();
    else await widget.element.getByRole('button', { name: 'Try again' }).click();
    if (what === 'panel') await expect(widget.examples.first()).toBeVisible();
    await widget.ask(QUESTION);
    await expect(widget.cards.first()).toBeVisible();
  });
}

test('the engine ends in the middle: all who use it say so, and go on', async ({ page, host, scripted }) => {
  const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent><usher-agent id="b" mode="inline" open></usher-agent>`);
  const other = new Widget(page, page.locator('#b'));
  await expect(other.examples.first()).toBeVisible();
  await widget.ask('Thank you');
  await widget.field.fill('Talk on and on');
  await widget.field.press('Enter');
  await expect(widget.answer).toContainText('Word after word');
  await page.workers()[0].evaluate(() => { setTimeout(() => { throw new Error('unreachable'); }); });
  await expect(widget.element.locator('.failure')).toContainText('The engine stopped: Error: unreachable');
  await expect(other.element.locator('.failure')).toBeVisible();
  await widget.answered();
  await expect.poll(() => page.workers().length).toBe(0);
  await widget.element.getByRole('button', { name: 'Try again' }).click();
  await widget.ask('Thank you');
  await expect(widget.answer).toContainText('You are welcome.');
  await expect(widget.turns).toHaveCount(3);
});

test('an edge worker runs the tools, with a token that only a script gives', async ({ page, host }) => {
  const headers = [];
  await page.route('https://edge.example/tools/*', async (route) => {
    const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (route.request().method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    headers.push(route.request().headers().authorization);
    return route.fulfill({ status: 503, headers: cors, json: { error: { message: 'The shelves are closed.' } } });
  });
  const widget = await host('<usher-agent worker="https://edge.example/"></usher-agent>');
  await widget.element.evaluate((agent) => { agent.workerToken = 'a-token'; });
  const turn = await widget.askByScript(QUESTION);
  expect(headers).toContain('Bearer a-token');
  expect(JSON.stringify(turn.steps)).toContain('The shelves are closed.');
  expect(await page.content()).not.toContain('a-token');
});

test('what a model writes becomes text and links to the web, and nothing else', async ({ page, host, scripted }) => {
  page.on('dialog', () => { throw new Error('code ran'); });
  const widget = await host(`<usher-agent open ${withModel(scripted)}></usher-agent>`);
  await widget.ask('Write something');
  await expect(widget.answer).toContainText('<img src=x onerror=alert(2)>');
  await expect(widget.answer.locator('img')).toHaveCount(0);
  expect(await widget.answer.locator('a').evaluateAll((links) => links.map(({ href, rel }) => [href, rel]))).toEqual([['https://example.org/a', 'noopener noreferrer']]);
  await expect(widget.answer.locator('td strong')).toHaveText('2');
});

test('the manifest tells what there is', async ({ page, host }) => {
  const { modules: [{ declarations }] } = JSON.parse(readFileSync(path.join(root, 'web/widget/custom-elements.json'), 'utf8'));
  const { attributes, members, cssProperties, cssParts, events } = declarations.find(({ tagName }) => tagName === 'usher-agent');
  const names = (list) => list.map(({ name }) => name).sort();
  const widget = await host();
  const [observed, lacking] = await widget.element.evaluate((agent, members) => [
    agent.constructor.observedAttributes,
    members.filter(({ name, static: isStatic }) => !(name in (isStatic ? agent.constructor : agent))),
  ], members);
  expect(names(attributes)).toEqual([...observed].sort());
  expect(lacking).toEqual([]);
  const code = readdirSync(path.join(root, 'web/widget')).filter((file) => file.endsWith('.js')).map((file) => readFileSync(path.join(root, 'web/widget', file), 'utf8')).join('');
  const found = (pattern) => [...new Set([...code.matchAll(pattern)].map(([, name]) => name))].sort();
  expect(names(cssProperties)).toEqual(found(/var\((--usher-[a-z-]+)/g));
  expect(names(events)).toEqual(found(/mit\('(usher-[a-z-]+)'/g));
  expect(names(cssParts)).toEqual([...new Set(found(/part(?:: | = )(?:isIdle \? )?'([a-z -]+)'/g).concat('stop'))].sort());
});

test('keys: opens, closes with Escape, and the focus goes back', async ({ page, host }) => {
  const widget = await host('<button id="own">Own</button><usher-agent></usher-agent>');
  await widget.button.focus();
  await page.keyboard.press('Enter');
  await expect(widget.field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(widget.panel).toBeHidden();
  await expect(widget.button).toBeFocused();
  await page.locator('#own').focus();
  await widget.element.evaluate((agent) => agent.open());
  await expect(widget.field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('#own')).toBeFocused();
  // By the attribute alone it takes no focus.
  await widget.element.evaluate((agent) => { agent.opened = true; });
  await expect(widget.panel).toBeVisible();
  await expect(page.locator('#own')).toBeFocused();
});

test('on a narrow screen it covers the page, and keeps the focus', async ({ page, host }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const widget = await host('<button id="own">Own</button><usher-agent></usher-agent>');
  await widget.open();
  await widget.ask(QUESTION);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await widget.panel.evaluate((panel) => [panel.clientWidth, panel.querySelector('.talk').scrollWidth <= panel.clientWidth])).toEqual([320, true]);
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.id)).not.toBe('own');
  }
  await page.screenshot({ path: test.info().outputPath('narrow.png') });
  await page.keyboard.press('Escape');
  await expect(widget.button).toBeVisible();
});

for (const theme of ['light', 'dark']) {
  test(`${theme}: has no barrier that a machine can find`, async ({ page, host }) => {
    const widget = await host(`<main><usher-agent theme="${theme}"></usher-agent></main>`);
    expect(await barriers(page)).toEqual([]);
    await widget.open();
    expect(await barriers(page)).toEqual([]);
    await widget.ask(QUESTION);
    await widget.element.locator('.steps summary').click();
    await widget.cards.first().locator('.why summary').click();
    // It comes in, and is half seen until then.
    await page.waitForTimeout(200);
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: test.info().outputPath(`${theme}.png`) });
  });
}

test('speaks German, each of its texts', async ({ page, host }) => {
  const folder = path.join(root, 'web/widget');
  const texts = readFileSync(path.join(folder, 'messages-de.js'), 'utf8');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    for (const [, text] of readFileSync(path.join(folder, file), 'utf8').matchAll(/\bt\('((?:[^'\\]|\\.)*)'/g)) expect(texts).toContain(`'${text}'`);
  }
  const widget = await host('<usher-agent language="de"></usher-agent>');
  await expect(widget.button).toHaveText('Usher fragen');
  await widget.open();
  await expect(widget.field).toHaveAttribute('placeholder', /^Fragen Sie nach Titeln/);
  await widget.element.evaluate((agent) => { agent.language = 'en'; });
  await expect(widget.field).toHaveAttribute('placeholder', 'Ask about items or users');
});

test('the looks and the places that a page may set are there', async ({ page, host }) => {
  const widget = await host('<usher-agent open></usher-agent>', { head: '<style>usher-agent { --usher-accent: rgb(0, 80, 0); --usher-width: 360px; } usher-agent::part(heading) { font-size: 30px; }</style>' });
  await expect(widget.examples.first()).toBeVisible();
  expect(await widget.element.locator('.heading').evaluate((heading) => [getComputedStyle(heading).fontSize, getComputedStyle(heading).color])).toEqual(['30px', 'rgb(0, 80, 0)']);
  expect((await widget.panel.boundingBox()).width).toBe(360);
  await widget.ask(QUESTION);
  await widget.element.locator('.steps summary').click();
  const parts = await widget.element.evaluate((agent) => [...agent.shadowRoot.querySelectorAll('[part]')].flatMap((element) => [...element.part]));
  for (const part of ['button', 'panel', 'header', 'heading', 'question', 'answer', 'card', 'card-title', 'steps', 'composer', 'input', 'send', 'chip', 'thumb']) expect(parts).toContain(part);
  await widget.element.evaluate((agent) => { agent.mode = 'panel'; });
  await expect.poll(async () => (await widget.panel.boundingBox())?.height).toBe(page.viewportSize().height);
  await widget.element.evaluate((agent) => { agent.mode = 'inline'; });
  await expect(widget.element.locator('section.panel')).toBeVisible();
  await expect(widget.turns).toHaveCount(1);
});

test('it reads from the left in a page that reads from the right, and stands where the page says', async ({ page, host }) => {
  const widget = await host('<usher-agent open></usher-agent><usher-agent id="b"></usher-agent>', {
    head: '<style>body { direction: rtl; unicode-bidi: bidi-override; } usher-agent { --usher-font: monospace; } #b { --usher-inset-block: 100px; --usher-inset-inline: 60px; }</style>',
  });
  const other = new Widget(page, page.locator('#b'));
  await expect(widget.examples.first()).toBeVisible();
  const look = await widget.element.locator('.heading').evaluate((heading) => {
    const { direction, unicodeBidi, fontFamily } = getComputedStyle(heading);
    return { direction, unicodeBidi, fontFamily };
  });
  expect(look).toEqual({ direction: 'ltr', unicodeBidi: 'isolate', fontFamily: 'monospace' });
  const { width, height } = page.viewportSize();
  const from = async (place) => {
    const box = await place.boundingBox();
    return [width - box.x - box.width, height - box.y - box.height].map(Math.round);
  };
  // It comes in, and stands elsewhere until then.
  await expect.poll(() => from(widget.panel)).toEqual([16, 16]);
  expect(await from(other.button)).toEqual([60, 100]);
  await widget.element.evaluate((agent) => agent.close());
  await other.open();
  await expect.poll(() => from(other.panel)).toEqual([60, 100]);
  expect((await other.panel.boundingBox()).y).toBeGreaterThanOrEqual(16);
});

test('the theme is the page\'s own unless one is named', async ({ host }) => {
  const widget = await host('<usher-agent open></usher-agent>', { head: '<style>:root { color-scheme: dark; }</style>' });
  await expect(widget.examples.first()).toBeVisible();
  const ground = () => widget.panel.evaluate((panel) => getComputedStyle(panel).backgroundColor);
  expect(await ground()).toBe('rgb(20, 18, 26)');
  await widget.element.evaluate((agent) => { agent.theme = 'light'; });
  expect(await ground()).toBe('rgb(250, 247, 242)');
});

test('where the browser has an agent of its own, it is lent the tools, once', async ({ page, host }) => {
  await page.addInitScript(() => {
    const lent = globalThis.lent = new Map();
    Object.defineProperty(navigator, 'modelContext', {
      value: {
        registerTool(tool, { signal }) {
          if (lent.has(tool.name)) throw new Error(`${tool.name} is there`);
          lent.set(tool.name, tool);
          signal.addEventListener('abort', () => lent.delete(tool.name));
        },
      },
    });
  });
  const widget = await host('<usher-agent open></usher-agent><usher-agent open mode="inline"></usher-agent>');
  await expect(widget.examples.first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => globalThis.lent.size)).toBe(8);
  await page.evaluate(() => document.querySelector('usher-agent').remove());
  const told = await page.evaluate(() => globalThis.lent.get('get_popular_items').execute({ popularity: 'standard', k: 2 }));
  expect(JSON.parse(told.content[0].text).status).toBe('success');
  await page.evaluate(() => document.querySelector('usher-agent').remove());
  await expect.poll(() => page.evaluate(() => globalThis.lent.size)).toBe(0);
});
