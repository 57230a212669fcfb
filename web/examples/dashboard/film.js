// What is told of the film that is chosen, with the way into the campaign.

import { html } from './elements.js';

export class FilmView {
  #place;
  #campaign;
  #film = null;
  #told = html('div');
  #add = html('button', { type: 'button', class: 'button main', onclick: () => this.#campaign.add([this.#film.id]) });

  constructor(place, campaign) {
    this.#place = place;
    this.#campaign = campaign;
    place.append(this.#told, this.#add);
    campaign.addEventListener('change', () => this.#mark());
  }

  show(film) {
    this.#film = film;
    this.#place.hidden = !film;
    if (!film) return;
    const { title, year, directors, minutes, genres, description } = film;
    const facts = [year, directors.join(', '), minutes && `${minutes} min`, genres.join(', ')];
    this.#told.replaceChildren(
      html('h3', {}, title),
      html('p', { class: 'quiet' }, facts.filter(Boolean).join(' · ')),
      html('p', {}, description),
    );
    this.#mark();
  }

  #mark() {
    const there = this.#film != null && this.#campaign.has(this.#film.id);
    this.#add.textContent = there ? 'In the campaign' : 'Add to the campaign';
    // Not disabled: it would lose the focus.
    this.#add.setAttribute('aria-disabled', String(there));
  }
}
