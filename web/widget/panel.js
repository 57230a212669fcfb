// Everything of the widget that can be seen, except for the button: the panel, its
// turns, and the field that questions are typed into.

import { Conversation } from './conversation.js';
import { make } from './drawing.js';
import { speaker, textsOf } from './messages.js';
import { sheet } from './panel-style.js';
import { Thumbs } from './thumbs.js';
import { Turn } from './turn.js';

/** The longest question, in characters. */
const MOST_CHARS = 4000;
/** How many questions to begin with are offered. */
const MOST_EXAMPLES = 4;
/** A question about a user of its own. */
const NAMES_USER = /\busers?\s+\W?\w*\d/i;

/** Where the panel covers the screen, nothing else can be used. */
const NARROW = '(max-width: 480px)';

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function icon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS(svg.namespaceURI, 'path');
  for (const [name, value] of Object.entries({ viewBox: '0 0 20 20', width: 20, height: 20, 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

const SEND = 'M10 16V4M4.5 9.5 10 4l5.5 5.5';
const STOP = 'M6.5 7h7v6h-7z';
const CLOSE = 'M5 5l10 10M15 5 5 15';
const AGAIN = 'M4 10a6 6 0 1 0 2-4.5M4 3v4h4';

export class Panel {
  #agent;
  #inner;
  #conversation;
  #t = speaker({});
  #texts;
  #thumbs;
  #turns = make('ol', { className: 'turns' });
  #start = make('div', { className: 'begin' });
  #notes = make('div', { className: 'notes' });
  #status = make('p', { className: 'unseen', aria: { role: 'status' } });
  #draft = '';
  #isIdle = true;
  #isDue = false;
  /** For whom questions to begin with are offered. */
  #offered;
  #panel;
  #parts = {};
  /** What had the focus before the panel took it. */
  #before;

  constructor(agent, inner) {
    this.#agent = agent;
    this.#inner = inner;
    inner.root.adoptedStyleSheets = [...inner.root.adoptedStyleSheets, sheet()];
    this.#conversation = new Conversation(agent, inner, {
      progress: (told) => this.#loading(told),
      opened: (about) => this.#opened(about),
      failed: (problem) => this.#failed(problem),
      noted: () => this.#note(),
      idle: (isIdle) => this.#idle(isIdle),
    });
    this.#readThumbs();
  }

  /** Learns the language; draws what is not drawn. */
  async #ready() {
    const texts = await textsOf(this.#inner.language());
    if (texts !== this.#texts) {
      this.#texts = texts;
      this.#t = speaker(texts);
      this.#panel?.remove();
      this.#panel = undefined;
    }
    if (!this.#panel) this.#draw();
  }

  #draw() {
    const t = this.#t;
    const { mode } = this.#agent;
    const round = (className, label, path, onclick) => make('button', { className, type: 'button', title: label, onclick, aria: { label } }, icon(path));
    const title = make('h2', { id: 'heading', className: 'heading', part: 'heading' });
    const catalogue = make('p', { className: 'catalogue' });
    const header = make(
      'div',
      { className: 'header', part: 'header' },
      make('div', { className: 'titles' }, title, catalogue),
      round('round', t('Start over'), AGAIN, () => this.#restart()),
      round('round', t('Close'), CLOSE, () => this.#agent.close()),
    );
    const field = make('textarea', {
      id: 'question',
      className: 'input',
      part: 'input',
      rows: 1,
      value: this.#draft,
      autocomplete: 'off',
      placeholder: t('Ask about items or users'),
      dir: 'auto',
    });
    const refusal = make('p', { id: 'refusal', className: 'problem-note', aria: { role: 'alert' } });
    const send = make('button', { className: 'send', part: 'send', type: 'submit' });
    const composer = make(
      'form',
      { className: 'composer', part: 'composer', aria: { label: t('Ask a question') } },
      make('div', { className: 'field' }, make('label', { className: 'unseen', htmlFor: 'question' }, t('Question')), field, send),
      refusal,
    );
    field.setAttribute('aria-describedby', 'refusal');
    const talk = make(
      'div',
      { className: 'talk', tabIndex: 0, aria: { role: 'region', label: t('Conversation') } },
      this.#notes,
      this.#start,
      this.#turns,
    );
    this.#parts = { title, catalogue, field, refusal, send, talk };
    this.#panel = make(mode === 'inline' ? 'section' : 'dialog', { className: 'panel', part: 'panel', aria: { labelledby: 'heading' } }, header, talk, this.#status, composer);
    if (mode === 'inline') this.#panel.hidden = true;
    this.#panel.dataset.mode = mode;
    this.#panel.addEventListener('keydown', (event) => this.#key(event));
    // Whatever else closes a dialog: a phone's way back.
    this.#panel.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#agent.close();
    });
    field.addEventListener('input', () => {
      this.#draft = field.value;
      refusal.textContent = '';
    });
    composer.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#isIdle) this.#send(); else this.stop();
    });
    this.#inner.frame.append(this.#panel);
    this.#idle(this.#isIdle);
    this.#entitle();
    if (this.#conversation.about) this.#opened(this.#conversation.about);
    this.#note();
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.#agent.mode !== 'inline') {
      // The page may have a use of its own for the key.
      event.stopPropagation();
      event.preventDefault();
      this.#agent.close();
    }
    if (event.key === 'Enter' && !event.shiftKey && event.target === this.#parts.field) {
      event.preventDefault();
      this.#send();
    }
  }

  #send() {
    const { field, refusal } = this.#parts;
    const question = field.value.trim();
    const reason = this.#refused(question);
    refusal.textContent = reason ?? '';
    if (reason || !question) return;
    field.value = '';
    this.#draft = '';
    this.ask(question);
  }

  /** Asks what was offered; the focus does not get lost with the offer. */
  #begin(question) {
    this.ask(question);
    this.#parts.talk.focus();
  }

  /** Why a question cannot be asked. */
  #refused(question) {
    const chars = [...question].length;
    if (chars > MOST_CHARS) return this.#t('The question has {0} characters, and at most {1} can be asked. Shorten it.', chars, MOST_CHARS);
    return question ? null : this.#t('Type a question first.');
  }

  /** Asks, of the user whom it is about; promises the turn. */
  async ask(given, context = this.#inner.context()) {
    await this.#ready();
    const question = String(given ?? '').trim();
    const reason = this.#refused(question);
    if (reason) return { question, status: 'failed', answer: reason, steps: [], model: '' };
    this.#start.hidden = !!this.#conversation.about;
    const turn = new Turn(question, this.#acts, this.#t);
    this.#turns.append(turn.element);
    this.#reveal(turn);
    const told = await this.#conversation.ask(question, context, turn);
    this.#status.textContent = turn.spoken;
    return told;
  }

  stop() {
    this.#conversation.stop();
  }

  /** Puts a turn's question at the top; the host's page does not move. */
  #reveal({ element }) {
    const { talk } = this.#parts;
    talk.scrollTop = element.offsetTop - 16;
  }

  #restart() {
    this.#conversation.restart();
    this.#clear();
    this.focus();
  }

  #clear() {
    this.#turns.replaceChildren();
    this.#status.textContent = '';
    this.#start.hidden = false;
  }

  /** Shows the panel and starts the engine. */
  async show() {
    await this.#ready();
    if (!this.#agent.opened || !this.#agent.isConnected) return;
    const panel = this.#panel;
    if (this.#agent.mode === 'inline') panel.hidden = false;
    else if (!panel.open && matchMedia(NARROW).matches) panel.showModal();
    // Not `show`, which would take the focus.
    else panel.open = true;
    this.#conversation.open();
  }

  /** Puts the focus into the field. */
  async focus() {
    const before = document.activeElement;
    if (before !== this.#agent) this.#before = before;
    await this.show();
    this.#parts.field?.focus();
  }

  /** Hides the panel; the focus goes back to where it was, or to the button. */
  hide(button) {
    const panel = this.#panel;
    if (!panel) return;
    const isWithin = panel.contains(this.#inner.root.activeElement);
    if (this.#agent.mode === 'inline' || panel.dataset.mode === 'inline') panel.hidden = true;
    if (panel.open) panel.close();
    if (!isWithin) return;
    const before = this.#before;
    this.#before = undefined;
    if (before?.isConnected && before !== document.body) before.focus(); else button.focus();
  }

  /** The widget was taken out of the page. */
  leave() {
    this.#before = undefined;
    if (this.#panel?.open) this.#panel.close();
    this.#conversation.leave();
  }

  /** What the host chose changed: told once for all that changes at once. */
  changed(name) {
    if (name === 'bundle') {
      this.#clear();
      this.#conversation.reopen();
      this.#readThumbs();
    }
    if (name === 'fetch') {
      this.#conversation.leave();
      if (this.#agent.opened && this.#agent.isConnected) this.#conversation.open();
    }
    if (name === 'storage') this.#readThumbs();
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(async () => {
      this.#isDue = false;
      this.#conversation.configure();
      this.#note();
      if (!this.#panel) return;
      this.#entitle();
      const { about } = this.#conversation;
      if (about && this.#offered !== this.#inner.context().user) this.#opened(about);
      if (this.#panel.dataset.mode !== this.#agent.mode) {
        this.#panel.remove();
        this.#panel = undefined;
      }
      await this.#ready();
      if (this.#agent.opened && this.#agent.isConnected) this.show();
    });
  }

  #readThumbs() {
    this.#thumbs = new Thumbs(this.#agent.storage, this.#conversation.bundle, this.#conversation.storageFailed);
    this.#thumbs.read();
  }

  /** What is wrong with the attributes stands there until it is mended. */
  #note() {
    const wrong = [...this.#inner.problems(), this.#conversation.wrong].filter(Boolean);
    this.#notes.replaceChildren(...wrong.map(({ what, next }) => make('p', { className: 'trouble' }, `${what} ${next}`)));
  }

  #idle(isIdle) {
    this.#isIdle = isIdle;
    const { send } = this.#parts;
    if (!send) return;
    const label = this.#t(isIdle ? 'Send' : 'Stop');
    send.part = isIdle ? 'send' : 'send stop';
    send.ariaLabel = label;
    send.title = label;
    send.replaceChildren(icon(isIdle ? SEND : STOP));
    if (!isIdle) this.#status.textContent = this.#t('Working');
  }

  #loading({ what, loaded_bytes: loaded, total_bytes: total }) {
    const t = this.#t;
    this.#start.hidden = false;
    const bar = make('progress', { aria: { label: t('Loading') } });
    if (total) Object.assign(bar, { max: total, value: loaded });
    this.#start.replaceChildren(
      make('p', { className: 'loading' }, what ?? t('Starting the engine'), total ? make('span', { className: 'time' }, t('{0} of {1}', megabytes(loaded), megabytes(total))) : null),
      bar,
    );
  }

  #opened({ examples, note }) {
    const t = this.#t;
    this.#start.hidden = this.#turns.childElementCount > 0;
    const { user } = this.#inner.context();
    this.#offered = user;
    // The guide understands English, whatever the label.
    const own = [
      ['What should this user watch?', t('What should this user watch?')],
      ['What has this user watched lately?', t('What has this user watched lately?')],
    ];
    const fitting = user ? examples.filter(({ question }) => !NAMES_USER.test(question)) : examples;
    const offers = [...(user ? own : []), ...fitting.map(({ question }) => [question, question])].slice(0, MOST_EXAMPLES);
    const chips = offers.map(([question, label]) => make(
      'li',
      {},
      make('button', { className: 'example', part: 'chip', type: 'button', onclick: () => this.#begin(question) }, label),
    ));
    this.#start.replaceChildren(
      make('p', { className: 'quiet' }, t('For example')),
      make('ul', { className: 'examples' }, ...chips),
      note ? make('p', { className: 'quiet' }, note) : '',
    );
    this.#entitle();
  }

  /** What stands at the head: the heading, the catalogue, and whom it is about. */
  #entitle() {
    const { title, catalogue } = this.#parts;
    if (!title) return;
    const { heading } = this.#agent;
    const { user } = this.#inner.context();
    title.textContent = heading || 'Usher';
    catalogue.textContent = [this.#conversation.about?.name, user && this.#t('about user {0}', user)].filter(Boolean).join(' \u00b7 ');
  }

  #failed({ what, next }) {
    const again = make('button', { className: 'main-button', type: 'button', onclick: () => this.#conversation.open() }, this.#t('Try again'));
    this.#start.hidden = false;
    this.#start.replaceChildren(make('div', { className: 'failure', aria: { role: 'alert' } }, make('p', { className: 'what' }, what), make('p', {}, next), again));
  }

  /** For whom a card is. */
  #userOf(card) {
    const user = card.user ?? this.#inner.context().user;
    return user === null ? null : String(user);
  }

  #acts = {
    thumbOf: (card) => this.#thumbs.of(this.#userOf(card), String(card.item_id)),
    thumb: (card, value) => {
      const [user, item] = [this.#userOf(card), String(card.item_id)];
      this.#thumbs.set(user, item, value);
      this.#conversation.exclude(item, value === -1);
      this.#inner.emit('usher-feedback', { item_id: item, title: card.title, value, user });
    },
    click: (card, position) => {
      this.#inner.emit('usher-recommendation-click', { item_id: String(card.item_id), title: card.title, user: this.#userOf(card), position });
    },
    titles: async (ids) => {
      const step = await this.#conversation.tool('get_item_metadata', { items: ids.slice(0, 3), get: ['title'] });
      return (step?.result.data?.items ?? []).map(({ title, item_id: id }) => title ?? String(id));
    },
  };
}
