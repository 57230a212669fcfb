// The agent's element in a host's page, in the words of a person who uses it.

import { expect } from './usher.js';

export class Agent {
  constructor(page) {
    this.element = page.locator('usher-agent');
    this.composer = this.element.locator('[part~="input"]');
    this.send = this.element.locator('[part~="send"]');
    this.answers = this.element.locator('[part~="answer"]');
    this.cards = this.element.locator('[part~="card"]');
    this.titles = this.element.locator('[part~="card-title"]');
    this.steps = this.element.locator('[part~="steps"]');
  }

  /** Types a question and sends it; gives the turn as the host is told of it. */
  async ask(question) {
    const turn = this.turn();
    await this.composer.fill(question);
    await this.send.click();
    return turn;
  }

  /** The next turn that is answered. */
  async turn() {
    return this.element.evaluate((element) => new Promise((resolve) =>
      element.addEventListener('usher-answer', ({ detail }) => resolve(detail), { once: true })));
  }
}

/** What the console says that a person should worry about, from now on. */
export function complaints(page) {
  const found = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text());
  });
  page.on('pageerror', (error) => found.push(error.message));
  return found;
}

export async function expectNoSidewaysScroll(page) {
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(content).toBeLessThanOrEqual(screen);
}
