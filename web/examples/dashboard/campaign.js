// The list of films that the next campaign shows.

import { html } from './elements.js';

/** Films in the order in which they were added, each once. Says `change` when it has. */
export class Campaign extends EventTarget {
  #films;
  #chosen = new Map();
  #list;
  #empty;

  /** `films` are all that there are, by their ids. */
  constructor(films, list, empty) {
    super();
    this.#films = films;
    this.#list = list;
    this.#empty = empty;
  }

  /** Adds films by their ids; tells what was done with each. */
  add(ids) {
    const done = { added: [], already_there: [], unknown: [] };
    for (const id of ids) {
      const film = this.#films.get(id);
      if (!film) done.unknown.push(id);
      else if (this.#chosen.has(id)) done.already_there.push(film.title);
      else {
        this.#chosen.set(id, film);
        done.added.push(film.title);
      }
    }
    this.#changed();
    return { ...done, films_in_campaign: this.#chosen.size };
  }

  has(id) {
    return this.#chosen.has(id);
  }

  #remove(id) {
    this.#chosen.delete(id);
    this.#changed();
    // The focus was on the button that is gone.
    (this.#list.querySelector('button') ?? this.#list.closest('section')).focus();
  }

  #changed() {
    this.#empty.hidden = this.#chosen.size > 0;
    this.#list.replaceChildren(...[...this.#chosen.values()].map((film) =>
      html('li', {},
        html('span', {}, html('cite', {}, film.title), ` (${film.year})`),
        html('button', {
          type: 'button',
          class: 'plain',
          'aria-label': `Remove ${film.title}`,
          onclick: () => this.#remove(film.id),
        }, 'Remove'))));
    this.dispatchEvent(new Event('change'));
  }
}
