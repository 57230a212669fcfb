// Catalogues of one's own, kept in IndexedDB: what a list shows in `catalogues`, each file by
// [id, name] in `files`. What may not be kept is in the memory of its tab, which answers for
// it on a channel. At `own:ID/NAME` is a file, for the engine.

import { come } from './conversations.js';

const SCHEME = 'own:';
const STORES = ['catalogues', 'files'];
const CHANNEL = 'usher-catalogues';
/** How long the tabs that may have a file are waited for, in milliseconds. */
const PATIENCE_MS = 1000;

let opened;
async function open() {
  const request = indexedDB.open(CHANNEL, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('catalogues', { keyPath: 'id' });
    request.result.createObjectStore('files');
  };
  return come(request);
}

/** Works in one transaction. */
async function work(mode, job) {
  try {
    const transaction = (await (opened ??= open())).transaction(STORES, mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    try {
      return (await Promise.all([job(...STORES.map((name) => transaction.objectStore(name))), ended]))[0];
    } catch (error) {
      // Nothing of it is kept.
      try { transaction.abort(); } catch { /* It has ended by itself. */ }
      throw error;
    }
  } catch (error) {
    opened = null;
    throw error;
  }
}

/** What this tab has in memory: id to its head and its files by name. */
const memory = new Map();

const isSound = (head) => [head?.id, head?.name, head?.counts].every((text) => typeof text === 'string')
  && Math.abs(head.bytes) < 8e15 && Math.abs(head.added) < 8e15;

/** A name as a part of an address. */
const plain = (name) => name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-')
  .replace(/^-+|-+$/g, '').slice(0, 40) || 'catalogue';

const filesOf = (id) => IDBKeyRange.bound([id], [id, []]);

/** Keeps a catalogue: its name and counts, and its files as [name, bytes]. Gives what a list
 * shows of it; where it is only in memory, `unkept` says why. */
export async function keep(name, counts, files) {
  const bytes = files.reduce((sum, [, { length }]) => sum + length, 0);
  const head = { name, counts, bytes, added: Date.now() };
  const numbered = (number) => plain(name) + (number > 1 ? `-${number}` : '');
  let number = 1;
  try {
    await work('readwrite', async (heads, all) => {
      while (memory.has(numbered(number)) || await come(heads.getKey(numbered(number)))) number += 1;
      head.id = numbered(number);
      // One after the other: each is copied, and the page goes on between them.
      for (const [file, content] of files) await come(all.put(content, [head.id, file]));
      heads.put(head);
    });
  } catch (error) {
    while (memory.has(numbered(number))) number += 1;
    head.id = numbered(number);
    head.unkept = error?.name === 'QuotaExceededError'
      ? 'This browser has no room left for it'
      : 'This browser lets nothing be stored';
    memory.set(head.id, { head, files: new Map(files) });
    share();
  }
  return head;
}

/** What is there, the newest first. */
export async function list() {
  const kept = await work('readonly', (heads) => come(heads.getAll())).catch(() => []);
  const here = [...memory.values()].map(({ head }) => head);
  return [...kept.filter(isSound), ...here].sort((a, b) => b.added - a.added);
}

/** Deletes a catalogue. */
export async function remove(id) {
  if (memory.delete(id)) return;
  await work('readwrite', (heads, files) => {
    heads.delete(id);
    files.delete(filesOf(id));
  });
}

/** Answers the engine as a server would. */
export async function answer(address) {
  const [id, file] = address.slice(SCHEME.length).split('/').map(decodeURIComponent);
  const kept = await work('readonly', (_, files) => come(files.get([id, file]))).catch(() => undefined);
  const bytes = kept ?? await elsewhere(id, file);
  return new Response(bytes, { status: bytes ? 200 : 404 });
}

/** Answers for what is in this tab's memory. */
let channel;
function share() {
  channel ??= new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data: { id, file, bytes } }) => {
    const found = !bytes && memory.get(id)?.files.get(file);
    if (found) channel.postMessage({ id, file, bytes: found });
  };
}

/** A file from the memory of whichever tab has it. */
function elsewhere(id, file) {
  return new Promise((resolve) => {
    const asking = new BroadcastChannel(CHANNEL);
    const end = (bytes) => {
      asking.close();
      resolve(bytes);
    };
    asking.onmessage = ({ data }) => {
      if (data.bytes && data.id === id && data.file === file) end(data.bytes);
    };
    asking.postMessage({ id, file });
    setTimeout(end, PATIENCE_MS);
  });
}
