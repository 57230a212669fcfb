// A catalogue of one's own: loaded once something is dropped on the page, or it is asked for.

import * as catalogues from './catalogues.js';
import { filled, t, translate } from './messages.js';

/** Most bytes that are read at all; what comes out of an archive is counted there. */
const MOST_BYTES = 2 ** 30;

const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: new URL('own.css', import.meta.url) });
const styled = new Promise((resolve) => {
  style.onload = resolve;
  style.onerror = resolve;
});
document.head.append(style);

const dialog = document.createElement('dialog');
dialog.id = 'own';
dialog.setAttribute('aria-labelledby', 'own-title');
dialog.innerHTML = `
  <form method="dialog">
    <header>
      <h2 id="own-title">Your own catalogue</h2>
      <button class="quiet-button">Close</button>
    </header>
    <div id="own-choose">
      <p>Drop a folder, a zip archive or files anywhere on this page, or choose them:</p>
      <ul>
        <li>a bundle, as made by usher pack;</li>
        <li>MovieLens as it is published;</li>
        <li>CSV files: items.csv with item_id, interactions.csv with user_id and item_id, and users.csv if there is one; mapping.toml may say what files and columns are called.</li>
      </ul>
      <p class="beside">
        <label class="quiet-button">Choose files<input class="unseen" id="own-files" type="file" multiple></label>
        <label class="quiet-button">Choose a folder<input class="unseen" id="own-folder" type="file" webkitdirectory></label>
      </p>
      <p class="quiet">It is packed in this page and stays in this browser: nothing is sent.</p>
    </div>
    <div id="own-busy" hidden>
      <progress aria-labelledby="own-phase"></progress>
      <button type="button" class="quiet-button" id="own-cancel">Cancel</button>
    </div>
    <p role="status" id="own-phase"></p>
    <p role="alert" id="own-problem" class="refusal"></p>
    <section id="own-report" tabindex="0" aria-label="Report" hidden></section>
    <section id="own-kept" aria-labelledby="own-kept-title" hidden>
      <h3 id="own-kept-title">Kept in this browser</h3>
      <ul></ul>
    </section>
    <footer>
      <button type="button" class="button" id="own-use" hidden>Use this catalogue</button>
      <button type="button" class="quiet-button" id="own-back">Back to the page\u2019s own catalogue</button>
    </footer>
  </form>`;
translate(dialog);
document.body.append(dialog);

const part = (id) => dialog.querySelector(`#own-${id}`);
const say = (text) => { part('phase').textContent = text; };
const refuse = (text) => { part('problem').textContent = text; };
const number = new Intl.NumberFormat(document.documentElement.lang);
const counted = (count, noun) => (count === 1 ? t(`1 ${noun}`) : filled(`{0} ${noun}s`, number.format(count)));
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const shown = () => new URLSearchParams(location.search).get('bundle');

let worker;

/** Shows what is kept, and takes more. */
export async function show() {
  await styled;
  document.getElementById('settings')?.close();
  if (!dialog.open) dialog.showModal();
  return showKept();
}

async function showKept() {
  const kept = await catalogues.list();
  part('kept').hidden = !kept.length;
  part('kept').querySelector('ul').replaceChildren(...kept.map(entry));
  part('back').parentElement.hidden = !(shown() || !part('use').hidden);
  part('back').hidden = !shown();
}

function entry(head) {
  const line = document.createElement('li');
  const about = document.createElement('p');
  const name = Object.assign(document.createElement('strong'), { textContent: head.name });
  const where = head.unkept ? ` \u00b7 ${t('in this tab only')}` : '';
  const counts = Object.assign(document.createElement('span'), {
    className: 'counts', textContent: `${head.counts} \u00b7 ${size(head.bytes)}${where}`,
  });
  about.append(name, counts);
  const isOpen = shown() === `own:${head.id}`;
  line.append(about, button(isOpen ? t('Is open') : t('Use'), head, () => use(head.id)), button(t('Delete'), head, async () => {
    try {
      await catalogues.remove(head.id);
      say(filled('{0} is deleted.', head.name));
      if (isOpen) use();
    } catch {
      refuse(t('This browser does not let it be deleted. Erase this site\u2019s data in the browser\u2019s settings.'));
    }
    await showKept();
    dialog.querySelector('header button').focus();
  }));
  if (isOpen) line.querySelector('button').disabled = true;
  return line;
}

function button(label, head, act) {
  const made = Object.assign(document.createElement('button'), {
    type: 'button', className: 'quiet-button', textContent: label, onclick: act,
  });
  made.setAttribute('aria-label', `${label} ${head.name}`);
  return made;
}

/** Goes over to a catalogue; to the page's own without one. */
function use(id) {
  const address = new URL(location.href);
  address.hash = '';
  address.searchParams.delete('bundle');
  // As people read it: without the colon in code.
  address.search = id ? `?bundle=own:${id}` : address.search;
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
  if (id) dialog.close();
}

const promised = (call) => new Promise((resolve, reject) => { call(resolve, reject); });

/** The files of what was dropped: of an entry of a file system, with those below it. */
async function filesOf(dropped, within = '') {
  if (dropped instanceof File) return [{ path: dropped.webkitRelativePath || dropped.name, file: dropped }];
  const path = within + dropped.name;
  if (dropped.isFile) return [{ path, file: await promised((...ends) => dropped.file(...ends)) }];
  const reader = dropped.createReader();
  const found = [];
  for (;;) {
    const some = await promised((...ends) => reader.readEntries(...ends));
    if (!some.length) return found;
    for (const one of some) found.push(...await filesOf(one, `${path}/`));
  }
}

/** Takes what was dropped: files, or entries of a file system. */
export async function drop(dropped) {
  await show();
  if (worker) {
    refuse(t('Another catalogue is being packed. Wait for it, or cancel it.'));
    return;
  }
  refuse('');
  say('');
  let files;
  try {
    files = (await Promise.all(dropped.filter(Boolean).map((one) => filesOf(one)))).flat();
  } catch {
    refuse(t('What was dropped cannot be read. Choose its files instead.'));
    return;
  }
  if (!files.length) {
    refuse(t('There are no files in what was dropped.'));
  } else if (files.reduce((sum, { file }) => sum + file.size, 0) > MOST_BYTES) {
    refuse(t('This is more than a tab packs: at most 1024 MiB. Choose the catalogue\u2019s files alone, or pack it with usher pack.'));
  } else {
    pack(files);
  }
}

function busy(isBusy) {
  part('busy').hidden = !isBusy;
  part('choose').hidden = isBusy;
  part('report').hidden = true;
  part('use').hidden = true;
  if (isBusy) part('cancel').focus();
}

function end() {
  worker?.terminate();
  worker = null;
  busy(false);
}

function pack(files) {
  busy(true);
  say(t('Starting'));
  dialog.querySelector('progress').removeAttribute('value');
  worker = new Worker(new URL('pack-worker.js', import.meta.url), { type: 'module' });
  worker.onerror = (event) => {
    event.preventDefault();
    fail(t('The code for packing did not load. Check the connection, then try again.'));
  };
  worker.onmessage = ({ data }) => {
    if (data.problem) fail(t(data.problem));
    else if (data.files) finish(data);
    else progress(data);
  };
  worker.postMessage(files);
}

function progress({ what, done, total }) {
  const text = t(what[0].toUpperCase() + what.slice(1));
  // Said once for each step.
  if (part('phase').textContent !== text) say(text);
  Object.assign(dialog.querySelector('progress'), { max: Math.max(total, 1), value: done });
}

function fail(problem) {
  end();
  say('');
  refuse(problem);
  if (!dialog.open) show();
  part('files').focus();
}

async function finish({ name, counts, report, files }) {
  say(t('Keeping it in this browser'));
  const [items, users, interactions] = counts;
  const holds = [counted(items, 'item'), counted(users, 'user'), counted(interactions, 'interaction')].join(' \u00b7 ');
  const head = await catalogues.keep(name, holds, files);
  end();
  say(head.unkept
    ? filled('{0} is ready. {1}: it is here until this tab is closed or loaded again.', name, t(head.unkept))
    : filled('{0} is ready, and is kept in this browser until you delete it.', name));
  tell(report);
  part('use').hidden = false;
  part('use').onclick = () => use(head.id);
  await show();
  part('use').focus();
}

/** A report: lines, of which those that are indented belong to the one before them. */
function tell(report) {
  const lines = report.split('\n').filter(Boolean);
  part('report').replaceChildren(...lines.map((line) => Object.assign(
    document.createElement(line.startsWith(' ') ? 'p' : 'h3'),
    { textContent: line.trim() },
  )));
  part('report').hidden = false;
}

for (const id of ['files', 'folder']) {
  part(id).onchange = ({ target }) => {
    const chosen = [...target.files];
    // The same files may be chosen again.
    target.value = '';
    if (chosen.length) drop(chosen);
  };
}
part('cancel').onclick = () => {
  end();
  say(t('Cancelled. Nothing was kept.'));
  part('files').focus();
};
part('back').onclick = () => {
  use();
  dialog.close();
};
