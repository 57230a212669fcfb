// The audience desk of a small streaming platform. It works without the agent; what it
// has to do with the agent stands in `agent.js`.

import { attend } from './agent.js';
import { Campaign } from './campaign.js';
import { bars, Chart, columns } from './charts.js';
import { last, load, mean, monthName, monthsBetween, perGenre, perMonth } from './data.js';
import { count, counted, html } from './elements.js';
import { FilmView } from './film.js';
import { Table } from './table.js';

const $ = (id) => document.getElementById(id);
const GENRES = 10;
const REPORTS = 20;

start().catch((problem) => {
  $('problem').textContent = `The dashboard has no data: ${problem.message}. Load the page again.`;
  $('problem').hidden = false;
  console.error(problem);
});

async function start() {
  const { users, films, ratings } = await load('data/');
  const userById = new Map(users.map((user) => [user.id, user]));
  const filmById = new Map(films.map((film) => [film.id, film]));
  const overview = new Overview(users, films, ratings);
  const campaign = new Campaign(filmById, $('campaign'), $('campaign-empty'));
  const filmView = new FilmView($('film'), campaign);
  let user = null;
  let film = null;
  let agent = null;

  const userTable = new Table($('users'), {
    rows: users,
    names: ['user', 'users'],
    text: ({ id, occupation }) => `${id} ${occupation}`,
    order: [0, true],
    choose: (id) => chooseUser(id === user?.id ? null : id),
    columns: [
      { label: 'User', value: ({ id }) => Number(id) },
      { label: 'Occupation', value: ({ occupation }) => occupation },
      { label: 'Age', value: ({ age }) => age, number: true },
      { label: 'Gender', value: ({ gender }) => gender, minor: true },
      { label: 'Ratings', value: (row) => row.ratings.length, show: (row) => count(row.ratings.length), number: true },
      { label: 'Mean', value: (row) => mean(row.ratings), show: (row) => stars(row.ratings), number: true, minor: true },
      { label: 'Last seen', value: (row) => last(row.ratings), show: (row) => day(last(row.ratings)), number: true, minor: true },
    ],
  });
  const filmTable = new Table($('films'), {
    rows: films,
    names: ['film', 'films'],
    text: ({ title, year, directors, genres }) => [title, year, ...directors, ...genres].join(' '),
    order: [3, false],
    choose: (id) => chooseFilm(id === film?.id ? null : id),
    columns: [
      { label: 'Film', value: ({ title }) => title },
      { label: 'Year', value: ({ year }) => year, number: true },
      { label: 'Genres', value: ({ genres }) => genres.join(', '), minor: true },
      { label: 'Ratings', value: (row) => row.ratings.length, show: (row) => count(row.ratings.length), number: true },
      { label: 'Mean', value: (row) => mean(row.ratings), show: (row) => stars(row.ratings), number: true, minor: true },
    ],
  });

  function chooseUser(id) {
    user = userById.get(id) ?? null;
    userTable.choose(user?.id ?? null);
    overview.show(user);
    $('everyone').hidden = !user;
    $('suggest').hidden = !user || !agent;
    agent?.setUser(user?.id ?? null);
  }

  /** With `reveal` the table goes to the film: it was not chosen there. */
  function chooseFilm(id, reveal = false) {
    film = filmById.get(id) ?? null;
    filmTable.choose(film?.id ?? null, reveal);
    filmView.show(film);
  }

  function report(text) {
    $('activity-empty').hidden = true;
    $('activity').append(html('li', {}, text));
    if ($('activity').childElementCount > REPORTS) $('activity').firstElementChild.remove();
  }

  chooseUser(null);
  $('everyone').addEventListener('click', () => {
    chooseUser(null);
    $('users').focus();
  });

  agent = await attend($('agent'), {
    selectFilm(id, withFocus) {
      chooseFilm(id, true);
      if (withFocus) filmTable.focus();
      if (film) report(`${film.title} was looked up from a recommendation`);
    },
    addToCampaign(ids) {
      const done = campaign.add(ids);
      report(`The agent added ${counted(done.added.length, 'film', 'films')} to the campaign`);
      return done;
    },
    feedback: ({ title, value, user: of }) => {
      const said = { 1: 'Thumbs up for', '-1': 'Thumbs down for', 0: 'No more thumbs for' }[value];
      report(`${said} ${title}${of == null ? '' : `, user ${of}`}`);
    },
  });
  for (const button of [$('ask'), $('suggest')]) {
    button.addEventListener('click', () => agent[button.id]());
  }
  $('ask').hidden = false;
  chooseUser(user?.id);
}

/** The figures and the charts: of everyone, or of one user. */
class Overview {
  #users;
  #films;
  #ratings;
  #months;
  #perMonth = new Chart($('months'), columns, 'Month');
  #perGenre = new Chart($('genres'), bars, 'Genre');

  constructor(users, films, ratings) {
    this.#users = users;
    this.#films = films;
    this.#ratings = ratings;
    this.#months = monthsBetween(ratings);
  }

  show(user) {
    const ratings = user ? user.ratings : this.#ratings;
    $('whose').textContent = user ? `User ${user.id}` : 'Everyone';
    $('about').textContent = user
      ? [user.occupation, user.age && `${user.age} years`, { F: 'female', M: 'male' }[user.gender]].filter(Boolean).join(', ')
      : 'All users of the platform';
    const genres = perGenre(ratings);
    const figures = user
      ? [['Films rated', count(ratings.length)], ['Mean rating', stars(ratings)], ['Favourite genre', genres[0]?.genre ?? 'none'], ['Last seen', day(last(ratings))]]
      : [['Users', count(this.#users.length)], ['Films', count(this.#films.length)], ['Ratings', count(ratings.length)], ['Mean rating', stars(ratings)]];
    $('figures').replaceChildren(...figures.map(([name, value]) =>
      html('div', {}, html('dt', {}, name), html('dd', {}, value))));
    this.#showMonths(perMonth(ratings, this.#months));
    this.#showGenres(genres.slice(0, GENRES));
  }

  #showMonths(rows) {
    const named = rows.map(({ month, count: number }) => ({
      name: monthName(month, 'short'),
      count: number,
      mark: month % 12 === 0 ? String(month / 12) : '',
    }));
    const most = rows.reduce((so, row) => (row.count > (so?.count ?? 0) ? row : so), null);
    this.#perMonth.show('Ratings per month', most
      ? `Most in ${monthName(most.month)}: ${count(most.count)}.`
      : 'No ratings yet.', named);
  }

  #showGenres(genres) {
    const [first, second] = genres;
    const summary = !first
      ? 'No ratings yet.'
      : second ? `${first.genre} leads, then ${second.genre}.` : `${first.genre} only.`;
    this.#perGenre.show('Watched per genre', summary, genres.map(({ genre, count: number }) => ({ name: genre, count: number })));
  }
}

function stars(ratings) {
  return ratings.length ? mean(ratings).toFixed(2) : '–';
}

function day(at) {
  return at ? new Date(at).toISOString().slice(0, 10) : 'never';
}
