// One question and what came of it, as it is drawn.

import { askConsent } from './consent-form.js';
import { cards, make, plain, steps, written } from './drawing.js';

export class Turn {
  #t;
  #acts;
  #steps = make('div');
  #trouble = make('div', { className: 'trouble', hidden: true, aria: { role: 'alert' } });
  #asked = make('div');
  #doing;
  #said = make('p', { className: 'plain' });
  #answer;

  /** The element that is drawn into. */
  element;

  /** `acts` says what a click, a thumb and a why of a card do. */
  constructor(question, acts, t) {
    this.#t = t;
    this.#acts = acts;
    this.#doing = make('p', { className: 'doing' }, t('Working'));
    this.#answer = make('div', { className: 'answer', part: 'answer' }, this.#doing, this.#said);
    this.element = make(
      'li',
      { className: 'turn', ariaBusy: 'true' },
      make('p', { className: 'question', part: 'question' }, make('span', { className: 'unseen' }, t('You asked:'), ' '), make('bdi', {}, question)),
      this.#trouble,
      this.#steps,
      this.#asked,
      this.#answer,
    );
  }

  /** Draws what happens on the way. */
  take(kind, told) {
    const t = this.#t;
    if (kind === 'planned' && told.plan) this.#doing.textContent = told.plan;
    if (kind === 'tool_started') this.#doing.textContent = told.call.why ?? t('Runs {0}', told.call.name);
    if (kind === 'progress') this.#doing.textContent = told.what;
    if (kind === 'said') this.#said.append(told.text);
    if (kind === 'withdrawn') this.#said.textContent = '';
    if (kind === 'thought') this.#doing.textContent = t('Thinking');
    this.#doing.hidden = this.#said.childNodes.length > 0;
    if (kind === 'retrying') this.#tell(told.problem.what);
    if (kind === 'fell_back') {
      this.#said.textContent = '';
      this.#tell(`${told.problem.what} ${t('The guide answers instead.')} ${told.problem.next}`);
    }
  }

  #tell(text) {
    this.#trouble.textContent = text;
    this.#trouble.hidden = false;
  }

  /** Asks the person; promises the answer. */
  consent(request, signal) {
    return askConsent(this.#asked, request, signal, this.#t);
  }

  /** Draws the end; without `shown`, the text as it is. */
  finish(turn, shown) {
    const t = this.#t;
    this.element.ariaBusy = null;
    this.#answer.dataset.status = turn.status;
    this.#answer.replaceChildren();
    if (shown?.steps.length > 0) this.#steps.append(steps(shown.steps, turn.model, t));
    if (turn.problem) this.#tell(`${turn.problem.what} ${t('The guide answers instead.')} ${turn.problem.next}`);
    if (shown) {
      this.#answer.append(...written(shown.lead));
      if (shown.cards.length > 0) this.#answer.append(cards(shown.cards, this.#acts, t));
      this.#answer.append(...written(shown.rest));
    } else {
      this.#answer.append(...plain(turn.answer));
    }
    if (turn.status === 'stopped') this.#answer.append(make('p', { className: 'quiet' }, t('Stopped.')));
  }

  /** What a screen reader is told of the answer. */
  get spoken() {
    const text = [...this.#answer.childNodes].map(({ textContent }) => textContent.trim()).join(' ');
    return text.length > 400 ? `${text.slice(0, 400)} \u2026` : text;
  }
}
