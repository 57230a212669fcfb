// Conversations kept in IndexedDB: what a list shows in `conversations`, each turn by
// [id, number] in `turns`. No list reads a turn.
//
// A conversation is a tree. A turn's number says when it was asked, and `parents` after
// which turn; without them each follows the one before it. What is on the screen is one
// way from the root to a leaf: asking again leaves the other ways as they are.

import { filled, t } from './messages.js';

const TAB = 'usher-conversation';
/** As many turns come back to the screen. */
const MOST = 50;

// It may be denied, and a worker has none.
const tab = (work) => {
  try { return work(sessionStorage); } catch { return null; }
};

const [id, leaf] = tab((kept) => kept.getItem(TAB))?.split(' ') ?? [];
/** What this tab shows: its id, once it is kept; its way, where each turn has its number
 * once it is kept; and all turns' parents, as far as known. */
export let shown = { id, leaf, way: [], parents: [] };

const end = (way) => way.findLast(({ number }) => number >= 0)?.number ?? -1;
const remember = ({ id, way }) => tab((kept) => (id ? kept.setItem(TAB, `${id} ${end(way)}`) : kept.removeItem(TAB)));

export const come = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
async function open() {
  const request = indexedDB.open('usher', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('conversations', { keyPath: 'id' });
    request.result.createObjectStore('turns');
  };
  return come(request);
}

/** Works in one transaction; fails with a sentence for the person. */
export async function work(mode, job) {
  try {
    const transaction = (await (opened ??= open())).transaction(['conversations', 'turns'], mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const stores = ['conversations', 'turns'].map((name) => transaction.objectStore(name));
    return (await Promise.all([job(...stores), ended]))[0];
  } catch (error) {
    opened = null;
    throw error?.name === 'QuotaExceededError'
      ? t('This browser has no room left: this conversation is not kept. Delete others under Chats.')
      : t('This browser lets nothing be stored: conversations are not kept.');
  }
}

export const turnsOf = (id, from = 0, to = Infinity) => IDBKeyRange.bound([id, from], [id, to], false, true);
export const newId = () => Date.now().toString(36) + Math.random().toString(36).slice(2);
export const parentsOf = ({ questions, parents }) => parents ?? questions.map((_, number) => number - 1);
export const isSound = (head) => Array.isArray(head?.questions) && Math.abs(head.changed) < 8e15
  && [head.name, head.catalogue, ...head.questions].every((text) => typeof text === 'string')
  && parentsOf(head).length === head.questions.length
  && parentsOf(head).every((parent, number) => Number.isInteger(parent) && parent >= -1 && parent < number);

function tell(problem) {
  const place = document.getElementById('unkept');
  if (place && place.textContent !== problem) place.textContent = problem;
}

let last = Promise.resolve();

/** Keeps a turn, as JSON, at the end of the way that this tab shows. */
export function keep(json, catalogue) {
  const turn = JSON.parse(json);
  const mine = shown;
  const before = [...mine.way];
  const place = {};
  mine.way.push(place);
  last = last.then(() => work('readwrite', async (heads, turns) => {
    let head = mine.id && await come(heads.get(mine.id));
    if (!isSound(head)) {
      for (const gone of before) delete gone.number;
      head = { id: newId(), name: [...turn.question].slice(0, 80).join(''), catalogue, questions: [] };
    }
    const number = head.questions.length;
    const parents = [...parentsOf(head), end(before)];
    turns.put(turn, [head.id, number]);
    head.questions.push(turn.question);
    heads.put({ ...head, parents, changed: Date.now() });
    return { id: head.id, parents, number };
  })).then(({ id, parents, number }) => {
    Object.assign(mine, { id, parents });
    place.number = number;
    if (mine === shown) remember(mine);
    tell('');
  }).catch((problem) => {
    place.isLost = true;
    tell(problem);
  });
}

/** The turns that follow the same one as a turn does, itself among them. */
const besides = ({ parents }, number) => parents.flatMap((parent, other) => (parent === parents[number] ? other : []));

/** Leaves the last turns of the way, for another question in their place. Says as how
 * many ways from there on it will be counted; 0 where they are not kept, and would be lost. */
export function fork(last) {
  const left = shown.way.slice(-last);
  if (left.length < last || left.some(({ isLost }) => isLost)) return 0;
  shown.way.length -= last;
  // One that is just being kept is not among the known ones yet.
  return Math.max(besides(shown, left[0].number).length, 1) + 1;
}

/** Goes over to the way before or after, from the turn that stands so far from the end. */
export function turnTo(last, step) {
  const { id, way, parents } = shown;
  const number = way.at(-last)?.number;
  const ways = besides(shown, number);
  const other = ways[ways.indexOf(number) + step];
  if (other === undefined) return;
  // To where it was last gone on with.
  const leaves = new Set([other]);
  parents.forEach((parent, turn) => leaves.has(parent) && leaves.add(turn));
  go(id, [...leaves].pop());
}

/** The last turns of the way that this tab shows, as which of how many each is, and what
 * to say of them; nothing if it shows another one by then. */
export async function resume(catalogue) {
  const mine = shown;
  let [turns, ways, said, isForeign] = [[], [], '', false];
  await last;
  await work('readonly', async (heads, all) => {
    const head = mine.id && await come(heads.get(mine.id));
    if (!isSound(head)) {
      if (head) said = t('The conversation of this tab is damaged and cannot be shown.');
      return;
    }
    mine.parents = parentsOf(head);
    let number = mine.leaf in mine.parents ? Number(mine.leaf) : mine.parents.length - 1;
    mine.way = [];
    for (; number >= 0; number = mine.parents[number]) mine.way.push({ number });
    mine.way.reverse();
    const from = mine.way.slice(-MOST);
    turns = await Promise.all(from.map(({ number }) => come(all.get([head.id, number]))));
    ways = from.map(({ number }) => {
      const known = besides(mine, number);
      return [known.indexOf(number) + 1, known.length];
    });
    const earlier = mine.way.length - from.length;
    if (earlier) said = `${filled('{0} earlier turns are kept; an export has them all.', earlier)} `;
    isForeign = head.catalogue !== catalogue;
    if (isForeign) said += filled('This is about another catalogue ({0}): a question begins a new conversation.', head.catalogue);
  }).then(() => tell(''), tell);
  if (mine !== shown) return;
  remember(mine);
  document.body.classList.toggle('foreign', isForeign);
  return JSON.stringify({ turns, ways, said, is_foreign: isForeign });
}

/** Begins a new conversation in this tab, or goes over to one. */
export function begin(id, leaf) {
  shown = { id, leaf, way: [], parents: [] };
  if (!id) remember(shown);
}

let change;
/** Has this called when another conversation is to be shown. */
export const listen = (call) => { change = call; };

/** Shows another conversation; of its ways the one to this turn, or the last. */
export function go(id, leaf) {
  begin(id, leaf);
  change();
}
