// Conversations kept in IndexedDB: what a list shows in `conversations`, each turn by
// [id, number] in `turns`. No list reads a turn.

const TAB = 'usher-conversation';
/** As many turns come back to the screen. */
const MOST = 50;

// It may be denied, and a worker has none.
const tab = (work) => {
  try { return work(sessionStorage); } catch { return null; }
};

/** What this tab shows: its id, once it is kept, and how many turns of it are known. */
export let shown = { id: tab((kept) => kept.getItem(TAB)), turns: 0 };
const remember = () => tab((kept) => (shown.id ? kept.setItem(TAB, shown.id) : kept.removeItem(TAB)));

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
      ? 'This browser has no room left: this conversation is not kept. Delete others under Chats.'
      : 'This browser lets nothing be stored: conversations are not kept.';
  }
}

export const turnsOf = (id, from = 0, to = Infinity) => IDBKeyRange.bound([id, from], [id, to], false, true);
export const newId = () => Date.now().toString(36) + Math.random().toString(36).slice(2);
export const isSound = (head) => Array.isArray(head?.questions) && Math.abs(head.changed) < 8e15
  && [head.name, head.catalogue, ...head.questions].every((text) => typeof text === 'string');

function tell(problem) {
  const place = document.getElementById('unkept');
  if (place && place.textContent !== problem) place.textContent = problem;
}

let last = Promise.resolve();

/** Keeps a turn, as JSON, at the end of the conversation that this tab shows. */
export function keep(json, catalogue) {
  const turn = JSON.parse(json);
  const mine = shown;
  last = last.then(() => work('readwrite', async (heads, turns) => {
    let head = mine.id && await come(heads.get(mine.id));
    let number = isSound(head) ? head.questions.length : 0;
    if (!number) {
      head = { id: newId(), name: [...turn.question].slice(0, 80).join(''), catalogue, questions: [] };
    } else if (number !== mine.turns) {
      // Another tab went on with it: this one goes on with a copy of what it shows.
      const known = await come(turns.getAll(turnsOf(head.id, 0, mine.turns)));
      number = known.length;
      head = { ...head, id: newId(), questions: head.questions.slice(0, number) };
      known.forEach((turn, at) => turns.put(turn, [head.id, at]));
    }
    turns.put(turn, [head.id, number]);
    head.questions.push(turn.question);
    heads.put({ ...head, changed: Date.now() });
    return { id: head.id, turns: number + 1 };
  })).then((now) => {
    Object.assign(mine, now);
    remember();
    tell('');
  }).catch(tell);
}

/** The last turns of the conversation that this tab shows, and what to say of them;
 * nothing if it shows another one by then. */
export async function resume(catalogue) {
  const mine = shown;
  let [turns, said, isForeign] = [[], '', false];
  await last;
  await work('readonly', async (heads, all) => {
    const head = mine.id && await come(heads.get(mine.id));
    if (!isSound(head)) {
      if (head) said = 'The conversation of this tab is damaged and cannot be shown.';
      return;
    }
    mine.turns = head.questions.length;
    const from = Math.max(0, mine.turns - MOST);
    turns = await come(all.getAll(turnsOf(mine.id, from)));
    if (from) said = `${from} earlier turns are kept; an export has them all. `;
    isForeign = head.catalogue !== catalogue;
    if (isForeign) said += `This is about another catalogue (${head.catalogue}): a question begins a new conversation.`;
  }).then(() => tell(''), tell);
  if (mine !== shown) return;
  document.body.classList.toggle('foreign', isForeign);
  return JSON.stringify({ turns, said, is_foreign: isForeign });
}

/** Begins a new conversation in this tab, or goes over to one. */
export function begin(id) {
  shown = { id, turns: 0 };
  remember();
}

let change;
/** Has this called when another conversation is to be shown. */
export const listen = (call) => { change = call; };

/** Shows another conversation. */
export function go(id) {
  begin(id);
  change();
}
