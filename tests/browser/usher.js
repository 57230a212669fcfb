// The server under test and the page as a person meets it.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect } from '@playwright/test';

export { expect };

export const root = path.resolve(import.meta.dirname, '../..');

/** The program, as `cargo xtask test` has built it. */
export const program = process.env.USHER_PROGRAM ?? path.join(root, 'target/debug/usher');

/** The built page. */
export const dist = path.join(root, 'dist');

/** Starts `usher serve`, on a free port where none is named; gives its address and a way to end it. */
export async function serve(bundle, { page = dist, port = 0 } = {}) {
  const folder = bundle ? ['--bundle', bundle] : [];
  const server = spawn(program, ['serve', '--port', String(port), '--page', page, ...folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = [];
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    server.once('error', reject);
    ended.then(() => reject(new Error(`usher serve ended: ${said.join('\n')}`)));
    createInterface({ input: server.stderr }).on('line', (line) => {
      said.push(line);
      const found = line.match(/http:\/\/[^\s/]+/);
      if (found) resolve(found[0]);
    });
  });
  return {
    address,
    async end() {
      server.kill();
      await ended;
    },
  };
}

/** Tests get `bundle` (an option: a folder, or nothing for the demo) and `usher`, the page. */
export const test = base.extend({
  bundle: [undefined, { option: true, scope: 'worker' }],
  server: [
    async ({ bundle }, use) => {
      const server = await serve(bundle);
      await use(server);
      await server.end();
    },
    { scope: 'worker' },
  ],
  usher: async ({ page, server }, use) => use(new Usher(page, server.address)),
});

/** The page, in the words of a person who uses it. */
export class Usher {
  constructor(page, address) {
    this.page = page;
    this.address = address;
    this.composer = page.getByTestId('composer');
    this.send = page.getByTestId('send');
    this.counter = page.getByTestId('counter');
    this.examples = page.getByTestId('example');
    this.turns = page.getByTestId('turn');
    this.progress = page.getByTestId('progress');
    this.error = page.getByTestId('error');
    this.retry = page.getByTestId('retry');
  }

  /** Opens the page and does not wait for its bundle. */
  async visit() {
    await this.page.goto(this.address);
  }

  /** Opens the page with a new conversation and waits until a question can be asked. */
  async open() {
    await this.page.evaluate(() => {
      try { sessionStorage.removeItem('usher-conversation'); } catch { /* Nothing is kept. */ }
    });
    await this.visit();
    await expect(this.examples.first()).toBeVisible();
  }

  /** Types a question and sends it; gives its turn, answered. */
  async ask(question) {
    const before = await this.turns.count();
    await this.composer.fill(question);
    await this.send.click();
    return this.answered(before);
  }

  /** The turn of this number, once it has its answer. */
  async answered(number) {
    const turn = new Turn(this.turns.nth(number));
    await expect(turn.answer).not.toBeEmpty();
    return turn;
  }
}

/** A question and what came of it. */
export class Turn {
  constructor(element) {
    this.element = element;
    this.answer = element.getByTestId('answer');
    this.steps = element.getByTestId('step');
    this.cards = element.getByTestId('card');
    this.why = element.getByTestId('why');
  }
}
