// What the list of kept conversations does with them: loaded once it is opened.

import { come, go, isSound, newId, parentsOf, shown, turnsOf, work } from './conversations.js';

/** What is kept, newest first, without turns; and how many entries are damaged. */
export async function list() {
  const heads = await work('readonly', (heads) => come(heads.getAll()));
  const found = heads.filter(isSound).sort((a, b) => b.changed - a.changed);
  const date = new Intl.DateTimeFormat(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
  for (const head of found) head.when = date.format(head.changed);
  return JSON.stringify({ found, damaged: heads.length - found.length });
}

/** Whether each of some words stands in the name or the questions, given as lines. */
export function has(lines, words) {
  const text = lines.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The turns of a conversation. One that does not go on from the one before it says in
 * `after` from which it does. */
export const turns = async (id) => JSON.stringify(
  await work('readonly', async (heads, turns) => {
    const [head, keys, found] = await Promise.all([
      come(heads.get(id)), come(turns.getAllKeys(turnsOf(id))), come(turns.getAll(turnsOf(id))),
    ]);
    const kept = new Map(keys.map(([, number], at) => [number, found[at]]));
    // One that is gone leaves its place.
    return parentsOf(head).map((after, number) => {
      const turn = kept.get(number) ?? null;
      return turn && after !== number - 1 ? { ...turn, after } : turn;
    });
  }),
);

/** Adds a conversation under an id of its own: none is overwritten. */
export const add = (head, turns) => work('readwrite', (heads, all) => {
  const id = newId();
  const parents = JSON.parse(turns).map(({ after, ...turn }, number) => {
    all.add(turn, [id, number]);
    return after ?? number - 1;
  });
  heads.add({ ...JSON.parse(head), id, parents });
});

/** Gives a conversation another name. */
export const rename = (id, name) => work('readwrite', async (heads) => {
  const head = await come(heads.get(id));
  if (isSound(head)) heads.put({ ...head, name });
});

/** Deletes a conversation. */
export async function remove(id) {
  await work('readwrite', (heads, turns) => {
    heads.delete(id);
    turns.delete(turnsOf(id));
  });
  if (id === shown.id) go();
}

/** Deletes everything, what is kept for use without a connection, too. */
export async function eraseAll() {
  await work('readwrite', (heads, turns) => {
    heads.clear();
    turns.clear();
  });
  const [{ erase }, own] = await Promise.all([import('./offline.js'), import('./catalogues.js')]);
  for (const { id } of await own.list()) await own.remove(id);
  await erase();
  go();
}
