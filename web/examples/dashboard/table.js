// A table that is searched, sorted, leafed through, and whose rows are chosen.

import { count, counted, html } from './elements.js';

const SIZE = 8;

/** Asks its maker to choose; what is chosen is told to it with `choose`. */
export class Table {
  #columns;
  #rows;
  #found;
  #text;
  #names;
  #choose;
  #chosen = null;
  #order;
  #page = 0;
  #search;
  #head;
  #body = html('tbody');
  #status = html('p', { class: 'quiet', role: 'status' });
  #back = html('button', { type: 'button', class: 'button', onclick: () => this.#leaf(-1) }, 'Previous');
  #on = html('button', { type: 'button', class: 'button', onclick: () => this.#leaf(1) }, 'Next');

  /**
   * `columns` are `{label, value, show, number, minor}`: what a row is sorted by and how it
   * is shown, whether it is a number, and whether a narrow screen leaves it out. The first
   * names the row. `order` is `[column, ascending]`.
   */
  constructor(section, { columns, rows, names, text, order, choose }) {
    this.#columns = columns;
    this.#rows = rows;
    this.#found = rows;
    this.#names = names;
    this.#text = text;
    this.#order = order;
    this.#choose = choose;
    this.#head = columns.map((column, at) => html('th', { scope: 'col', class: kind(column) },
      html('button', { type: 'button', onclick: () => this.#sort(at) }, column.label)));
    const title = section.getAttribute('aria-labelledby');
    section.querySelector('.table').append(
      html('table', { 'aria-labelledby': title }, html('thead', {}, html('tr', {}, ...this.#head)), this.#body),
      html('div', { class: 'pager' }, this.#status, html('div', { class: 'actions' }, this.#back, this.#on)),
    );
    this.#body.addEventListener('click', ({ target }) => {
      const row = target.closest('tr[data-id]');
      if (row) this.#choose(row.dataset.id);
    });
    this.#search = section.querySelector('input[type=search]');
    this.#search.addEventListener('input', () => this.#look());
    this.#look();
  }

  /** Marks the row of this id, or none. With `reveal` it is leafed and scrolled to. */
  choose(id, reveal = false) {
    this.#chosen = id;
    if (reveal && id != null) {
      if (!this.#found.some((row) => row.id === id)) {
        this.#search.value = '';
        this.#look();
      }
      this.#page = Math.floor(Math.max(0, this.#found.findIndex((row) => row.id === id)) / SIZE);
      this.#show();
      this.#body.querySelector('.chosen')?.scrollIntoView({ block: 'center' });
    }
    this.#mark();
  }

  /** Puts the focus onto the row that is chosen, which is in sight. */
  focus() {
    this.#body.querySelector('.chosen button')?.focus({ preventScroll: true });
  }

  #look() {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [at, ascending] = this.#order;
    const { value } = this.#columns[at];
    this.#found = this.#rows
      .filter((row) => words.every((word) => this.#text(row).toLowerCase().includes(word)))
      .sort((one, other) => compare(value(one), value(other)) * (ascending ? 1 : -1));
    this.#page = 0;
    this.#head.forEach((head, column) =>
      head.setAttribute('aria-sort', column !== at ? 'none' : ascending ? 'ascending' : 'descending'));
    this.#show();
  }

  /** The same column once more turns the order round; numbers start with the largest. */
  #sort(at) {
    const [column, ascending] = this.#order;
    this.#order = [at, column === at ? !ascending : !this.#columns[at].number];
    this.#look();
  }

  #leaf(pages) {
    const page = this.#page + pages;
    if (page < 0 || page * SIZE >= this.#found.length) return;
    this.#page = page;
    this.#show();
  }

  #show() {
    const first = this.#page * SIZE;
    const rows = this.#found.slice(first, first + SIZE);
    this.#body.replaceChildren(...rows.map((row) => this.#row(row)));
    this.#mark();
    const { length } = this.#found;
    const [one, many] = this.#names;
    this.#status.textContent = length
      ? `${count(first + 1)} to ${count(first + rows.length)} of ${counted(length, one, many)}`
      : `No ${one} matches: try fewer letters.`;
    // Not disabled: the one that has the focus would lose it.
    this.#back.setAttribute('aria-disabled', String(this.#page === 0));
    this.#on.setAttribute('aria-disabled', String(first + SIZE >= length));
  }

  #row(row) {
    const cells = this.#columns.map((column, at) => {
      const shown = column.show ? column.show(row) : String(column.value(row));
      return at === 0
        ? html('th', { scope: 'row' }, html('button', { type: 'button' }, shown))
        : html('td', { class: kind(column) }, shown);
    });
    return html('tr', { 'data-id': row.id }, ...cells);
  }

  #mark() {
    for (const row of this.#body.children) {
      const chosen = row.dataset.id === this.#chosen;
      row.classList.toggle('chosen', chosen);
      row.querySelector('button').setAttribute('aria-pressed', String(chosen));
    }
  }
}

const kind = ({ number, minor }) =>
  [number && 'number', minor && 'minor'].filter(Boolean).join(' ') || null;

/** Text by the alphabet; what is no number comes below all numbers. */
function compare(one, other) {
  if (typeof one === 'string') return one.localeCompare(other, 'en', { numeric: true });
  return (Number.isNaN(one) ? -1 : one) - (Number.isNaN(other) ? -1 : other);
}
