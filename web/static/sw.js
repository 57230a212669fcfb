// Keeps the page and the catalogues it opens, so that both are there without a
// connection. `cargo xtask web` writes before this what the page is: its version, and
// the SHA-256 of each of its files.
/* global PAGE */

const SCOPE = new URL('./', location).href;
/** A version of the page is a cache of its own: there whole, or not at all. */
const PAGES = `usher-page ${SCOPE} `;
/** A catalogue is one, too, named by the address of its folder. */
const CATALOGUES = 'usher-catalogue ';
/** As many catalogues are kept: those opened last. */
const MOST_CATALOGUES = 4;
/** A catalogue of up to this size is kept whole; of others, what was looked at. */
const WHOLE_BYTES = 16 << 20;
/** Larger files are left to the browser's own cache. */
const FILE_BYTES = 32 << 20;
/** What a page reads before its first question. */
const AT_ONCE = ['catalog', 'names', 'factors'];
/** How long a kept manifest waits for a newer one. */
const PATIENCE_MS = 4_000;

const sha256 = async (bytes) => Array.from(
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
  (byte) => byte.toString(16).padStart(2, '0'),
).join('');

/** What a cache keeps for an address. What cannot be read is not there: the page goes on. */
const look = (url, cacheName) => caches.match(url, { cacheName }).catch(() => undefined);

/** A response with these bytes, as a cache keeps it: no longer packed, and the same for all. */
function kept(response, bytes, more = {}) {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length', 'vary']) headers.delete(name);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return new Response(bytes, { headers });
}

// The page.

const pageOf = (version) => PAGES + version;

addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(pageOf(PAGE.version));
  try {
    await Promise.all(Object.entries(PAGE.files).map(async ([file, hash]) => {
      const url = SCOPE + file.replace(/^index\.html$/, '');
      const response = await fetch(url, { cache: 'no-cache' });
      const bytes = await response.arrayBuffer();
      // While a server is given a new version, it may have files of both.
      if (!response.ok || await sha256(bytes) !== hash) throw new Error(`${file} is of another version`);
      await cache.put(url, kept(response, bytes));
    }));
  } catch (error) {
    await caches.delete(pageOf(PAGE.version));
    throw error;
  }
})()));

/**
 * Which tab has which version: `{now, tabs: {CLIENT: VERSION}}`. Only those with an older
 * one are named. It outlives this worker, which the browser ends when nothing asks it.
 */
let versions = (async () => {
  const known = await look(`${SCOPE}versions`, pageOf('versions'));
  return known ? known.json() : { tabs: {} };
})().catch(() => ({ tabs: {} }));

async function remember(change) {
  versions = versions.then(change);
  const cache = await caches.open(pageOf('versions'));
  await cache.put(`${SCOPE}versions`, new Response(JSON.stringify(await versions)));
}

/** Forgets tabs that are closed, and the versions that no tab has. */
async function tidy() {
  const open = await clients.matchAll({ includeUncontrolled: true, type: 'all' });
  await remember(({ now, tabs }) => ({
    now: PAGE.version,
    tabs: Object.fromEntries(open.flatMap(({ id, url }) => {
      const version = tabs[id] ?? now;
      const isOld = url.startsWith(SCOPE) && version && version !== PAGE.version;
      return isOld ? [[id, version]] : [];
    })),
  }));
  const used = ['versions', PAGE.version, ...Object.values((await versions).tabs)].map(pageOf);
  const names = await caches.keys();
  // The cache of a version that is coming is no rest.
  if (registration.installing || registration.waiting) return;
  for (const name of names) {
    if (name.startsWith(PAGES) && !used.includes(name)) await caches.delete(name);
  }
}

addEventListener('activate', (event) => event.waitUntil(tidy().catch(() => {}).then(() => clients.claim())));

async function pageFile({ request, clientId, resultingClientId }, url) {
  const { tabs } = await versions;
  // A tab goes on with the version that it has; so does a worker that it starts.
  const older = request.mode !== 'navigate' && tabs[clientId];
  if (older && resultingClientId) {
    await remember((known) => ({ ...known, tabs: { ...known.tabs, [resultingClientId]: older } })).catch(() => {});
  }
  for (const version of [older, PAGE.version]) {
    const found = version && await look(url, pageOf(version));
    if (found) return found;
  }
  return fetch(request);
}

// Catalogues.

const folderOf = (url) => url.slice(0, url.lastIndexOf('/') + 1);
const keptFrom = (folder, url) => look(url, CATALOGUES + folder);

/** The kept manifest of a folder as JSON. */
const manifestOf = async (folder) => (await keptFrom(folder, `${folder}manifest.json`))?.json();

/** Keeps a manifest, and drops what it no longer names, and the catalogues too many. */
async function keepManifest(url, response) {
  const bytes = await response.arrayBuffer();
  const { sections } = JSON.parse(new TextDecoder().decode(bytes));
  const folder = folderOf(url);
  const named = new Set([url, ...sections.map(({ file }) => folder + file)]);
  const cache = await caches.open(CATALOGUES + folder);
  await cache.put(url, kept(response, bytes, { 'x-opened': Date.now() }));
  for (const request of await cache.keys()) {
    if (!named.has(request.url)) await cache.delete(request);
  }
  const all = (await caches.keys()).filter((name) => name.startsWith(CATALOGUES));
  const opened = await Promise.all(all.map(async (name) => {
    const found = await look(`${name.slice(CATALOGUES.length)}manifest.json`, name);
    return { name, at: Number(found?.headers.get('x-opened')) };
  }));
  opened.sort((a, b) => b.at - a.at);
  for (const { name } of opened.slice(MOST_CATALOGUES)) await caches.delete(name);
}

let isOffline = false;

/** Waits for a response, and tells the tabs when the server is no longer reached, or is again. */
async function reach(fetching) {
  let response;
  try {
    response = await fetching;
  } catch (error) {
    await tell(true);
    throw error;
  }
  await tell(false);
  return response;
}

async function tell(now) {
  if (now === isOffline) return;
  isOffline = now;
  for (const client of await clients.matchAll()) client.postMessage({ isOffline });
}

function ask(request) {
  const patience = new AbortController();
  return { patience, at: Date.now(), fetching: fetch(request, { signal: patience.signal }) };
}

/** The manifest that a page will ask for, asked for while the page's code still starts. */
let early;
function askEarly(page) {
  if (new URL(page).searchParams.has('bundle')) return;
  const url = `${SCOPE}bundle/manifest.json`;
  early = { url, ...ask(new Request(url, { cache: 'no-cache' })) };
  early.fetching.catch(() => {});
}

async function manifest(event, url) {
  const isAsked = early?.url === url && Date.now() - early.at < PATIENCE_MS && event.request.cache !== 'reload';
  const { patience, fetching } = isAsked ? early : ask(event.request);
  early = null;
  const found = await keptFrom(folderOf(url), url);
  const waiting = found && setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await reach(fetching);
    if (response.ok) event.waitUntil(keepManifest(url, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    if (found) return found;
    throw error;
  } finally {
    clearTimeout(waiting);
  }
}

/** Keeps a file of a catalogue, if it is what the kept manifest says. */
async function keepFile(url, response) {
  const folder = folderOf(url);
  // Without its manifest, nothing would ever drop it: what was erased stays erased.
  const entry = (await manifestOf(folder))?.sections.find(({ file }) => folder + file === url);
  if (!entry || entry.bytes > FILE_BYTES) return response.body?.cancel();
  const bytes = await response.arrayBuffer();
  if (await sha256(bytes) !== entry.sha256) return;
  const cache = await caches.open(CATALOGUES + folder);
  await cache.put(url, kept(response, bytes));
}

async function catalogueFile(event, url) {
  const found = await keptFrom(folderOf(url), url);
  // After a failure, what is kept may be what is wrong.
  if (found && event.request.cache !== 'reload') return found;
  const response = await reach(fetch(event.request));
  // Without room it is just not kept.
  if (response.ok) event.waitUntil(keepFile(url, response.clone()).catch(() => {}));
  return response;
}

/** Keeps what a page has opened before this worker was there, and what is still missing. */
async function keepCatalogue(folder) {
  let sections = (await manifestOf(folder))?.sections;
  if (!sections) {
    const url = `${folder}manifest.json`;
    const response = await fetch(url, { cache: 'no-cache' });
    if (!response.ok) return;
    await keepManifest(url, response);
    ({ sections } = await manifestOf(folder));
  }
  const isSmall = sections.reduce((sum, { bytes }) => sum + bytes, 0) <= WHOLE_BYTES;
  for (const { file, kind, bytes } of sections) {
    const url = folder + file;
    const isWanted = isSmall || AT_ONCE.includes(kind);
    if (!isWanted || bytes > FILE_BYTES || await keptFrom(folder, url)) continue;
    const response = await fetch(url);
    if (response.ok) await keepFile(url, response);
  }
}

// What is asked of this worker.

addEventListener('fetch', (event) => {
  const { method, url, headers, mode } = event.request;
  if (method !== 'GET' || headers.has('range')) return;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  const address = origin + pathname;
  const file = address.startsWith(SCOPE) ? address.slice(SCOPE.length) : null;
  if (file === '' || file === 'index.html') {
    if (mode !== 'navigate') return;
    event.respondWith(pageFile(event, SCOPE));
    askEarly(url);
  } else if (file !== null && Object.hasOwn(PAGE.files, file)) {
    event.respondWith(pageFile(event, address));
  } else if (mode !== 'navigate' && pathname.endsWith('/manifest.json')) {
    event.respondWith(manifest(event, address));
  } else if (mode !== 'navigate' && /-[0-9a-f]{16}\.bin$/.test(pathname)) {
    event.respondWith(catalogueFile(event, address));
  }
});

addEventListener('message', (event) => {
  const { keep, takeOver } = event.data ?? {};
  if (takeOver) skipWaiting();
  if (!keep) return;
  event.source.postMessage({ isOffline });
  // What cannot be kept now may be kept the next time.
  event.waitUntil(tidy().then(() => keepCatalogue(keep)).catch(() => {}));
});
