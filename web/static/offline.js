// The page without a connection: has the service worker keep page and catalogue, tells
// when a new version is there, and when the connection is not.

import { filled, t } from './messages.js';

/** How long the first visit is left alone: its first answer shares the line with nothing. */
const FIRST_VISIT_MS = 2_500;
const AN_HOUR_MS = 3_600_000;

/** A quiet line above the question field. */
function tidings(id, text) {
  let line = document.getElementById(id);
  if (!line && text) {
    line = Object.assign(document.createElement('div'), { id, className: 'tidings note' });
    line.role = 'status';
    line.append(document.createElement('p'));
    (document.querySelector('.dock') ?? document.body).prepend(line);
  }
  if (line) {
    line.hidden = !text;
    line.firstChild.textContent = text;
  }
  return line;
}

function button(label, action) {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet-button', textContent: t(label) });
  made.addEventListener('click', action);
  return made;
}

/** Says that a new version waits; it is loaded once that is wished. */
function announce(registration) {
  if (document.getElementById('new-version')) return;
  const line = tidings('new-version', t('A new version of Usher is there.'));
  const load = button('Load the new version', () => {
    const { waiting } = registration;
    // Another tab may have asked for it before.
    if (!waiting) return location.reload();
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload();
    });
    waiting.postMessage({ takeOver: true });
  });
  line.append(load, button('Later', () => line.remove()));
}

function watch(registration) {
  const { installing } = registration;
  installing?.addEventListener('statechange', () => {
    if (installing.state === 'installed' && registration.active) announce(registration);
  });
}

/** The folder of the catalogue that the page's address asks for. */
function catalogue() {
  const asked = new URLSearchParams(location.search).get('bundle')?.trim();
  const { origin, pathname } = new URL(asked || 'bundle/', document.baseURI);
  return `${origin}${pathname.replace(/manifest\.json$/, '').replace(/\/*$/, '/')}`;
}

async function keep() {
  const registration = await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
  if (registration.waiting && registration.active) announce(registration);
  watch(registration);
  registration.addEventListener('updatefound', () => watch(registration));
  setInterval(() => registration.update().catch(() => {}), AN_HOUR_MS);
  const { active } = await navigator.serviceWorker.ready;
  const folder = catalogue();
  if (folder.startsWith(`${location.origin}/`)) active.postMessage({ keep: folder });
}

/** Erases the page and the catalogues that are kept, until the page is opened again. */
export async function erase() {
  if (!self.caches) return;
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.scope === new URL('./', document.baseURI).href) await registration.unregister();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('usher-')).map((name) => caches.delete(name)));
}

async function tellWhatIsKept() {
  const [text, erases] = [document.getElementById('kept-text'), document.getElementById('kept-erase')];
  let names = [];
  try {
    names = await caches.keys();
  } catch {
    // Denied, or the page came over a connection that anybody may change.
  }
  const catalogues = names.filter((name) => name.startsWith('usher-catalogue ')).length;
  erases.hidden = !names.some((name) => name.startsWith('usher-'));
  if (erases.hidden) {
    text.textContent = t('The page and its catalogue are not kept here: they need the connection.');
    return;
  }
  const { usage } = await navigator.storage.estimate();
  const size = `${(usage / 1e6).toFixed(usage < 1e7 ? 1 : 0)} MB`;
  text.textContent = filled(
    'This browser keeps the page and {0} to be used without a connection: {1}, conversations included.',
    catalogues === 1 ? t('its catalogue') : filled('{0} catalogues', catalogues),
    size,
  );
}

const settings = document.getElementById('settings');
new MutationObserver(() => settings.open && tellWhatIsKept()).observe(settings, { attributeFilter: ['open'] });
document.getElementById('kept-erase').addEventListener('click', async () => {
  await erase();
  await tellWhatIsKept();
});

const workers = navigator.serviceWorker;
if (workers && !navigator.connection?.saveData) {
  const tell = (isOffline) => tidings('offline', isOffline ? t('No connection: what this browser keeps answers.') : '');
  workers.addEventListener('message', ({ data }) => {
    if (typeof data?.isOffline === 'boolean') tell(data.isOffline);
  });
  addEventListener('online', () => tell(false));
  workers.startMessages();
  setTimeout(() => keep().catch((error) => {
    // The page is there all the same; it just is not kept.
    console.info('Usher is not kept for use without a connection:', error.message);
  }), workers.controller ? 0 : FIRST_VISIT_MS);
}
