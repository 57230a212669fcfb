// The platform's own data: tables of comma-separated values, as a host may have them.

/** A field, in quotes or not, and what ends it. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^,\r\n]*))(,|\r?\n|$)/y;

/** The records of a table (RFC 4180), each by the names of the head. */
export function records(text) {
  const rows = [];
  let head;
  let row = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const found = FIELD.exec(text);
    if (!found) throw new Error(`row ${rows.length + 2} of a table is no comma-separated values`);
    const [, quoted, plain, end] = found;
    row.push(plain ?? quoted.replaceAll('""', '"'));
    if (end === ',' && FIELD.lastIndex < text.length) continue;
    if (head) rows.push(named(head, row));
    else head = row;
    row = [];
  }
  return rows;
}

function named(head, row) {
  const record = {};
  for (let at = 0; at < head.length; at += 1) record[head[at]] = row[at] ?? '';
  return record;
}

/** Users, films and who rated what; `months` counts from the first rating to the last. */
export async function load(folder) {
  const [users, films, ratings] = await Promise.all(
    ['users.csv', 'items.csv', 'interactions.csv'].map((name) => read(`${folder}${name}`)),
  );
  const userById = new Map(users.map((user) => [user.user_id, asUser(user)]));
  const filmById = new Map(films.map((film) => [film.item_id, asFilm(film)]));
  const kept = [];
  for (const { user_id, item_id, rating, timestamp } of ratings) {
    const [user, film] = [userById.get(user_id), filmById.get(item_id)];
    if (!user || !film) continue;
    const one = { user, film, stars: Number(rating), at: Number(timestamp) * 1000 };
    user.ratings.push(one);
    film.ratings.push(one);
    kept.push(one);
  }
  return { users: [...userById.values()], films: [...filmById.values()], ratings: kept };
}

async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} cannot be read: the server says ${response.status}`);
  return records(await response.text());
}

function asUser({ user_id, age, gender, occupation }) {
  return { id: user_id, age: Number(age), gender, occupation, ratings: [] };
}

function asFilm(record) {
  return {
    id: record.item_id,
    title: record.title,
    year: Number(record.release_date),
    genres: list(record.genres),
    directors: list(record.director),
    minutes: Number(record.duration),
    description: record.description,
    ratings: [],
  };
}

const list = (field) => field.split('|').filter(Boolean);

/** Mean of the stars, 1 to 5; NaN of none. */
export const mean = (ratings) =>
  ratings.reduce((sum, { stars }) => sum + stars, 0) / ratings.length;

/** When somebody last rated, in milliseconds; 0 for never. */
export const last = (ratings) => ratings.reduce((latest, { at }) => Math.max(latest, at), 0);

/** The months between two times, as numbers that follow each other. */
export function monthsBetween(ratings) {
  const all = ratings.map(({ at }) => month(at));
  const first = all.reduce((least, one) => Math.min(least, one), Infinity);
  const final = all.reduce((most, one) => Math.max(most, one), -Infinity);
  return all.length ? Array.from({ length: final - first + 1 }, (_, at) => first + at) : [];
}

/** How many of the ratings fall into each of the months. */
export function perMonth(ratings, months) {
  const counts = new Map(months.map((one) => [one, 0]));
  for (const { at } of ratings) counts.set(month(at), counts.get(month(at)) + 1);
  return months.map((one) => ({ month: one, count: counts.get(one) }));
}

/** How many of the ratings go to films of each genre, the most first. */
export function perGenre(ratings) {
  const counts = new Map();
  for (const { film } of ratings) {
    for (const genre of film.genres) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  }
  return [...counts]
    .map(([genre, count]) => ({ genre, count }))
    .sort((one, other) => other.count - one.count || one.genre.localeCompare(other.genre));
}

function month(at) {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** A month by name: its year and 'short', 'long'. */
export function monthName(number, length = 'long') {
  const date = new Date(Date.UTC(Math.floor(number / 12), number % 12));
  return date.toLocaleDateString('en', { month: length, year: 'numeric', timeZone: 'UTC' });
}
