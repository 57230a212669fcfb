// The dialog of the settings. Its form stands in the page's document, where each field
// tells what it takes; here it is filled, read, answered, and kept.

import { choose as chooseLanguage, chosen as chosenLanguage, filled, t } from './messages.js';

const byId = (id) => document.getElementById(id);
const dialog = byId('settings');
const fields = ['address', 'key', 'name', 'context', 'temperature'].map((name) => byId(`model-${name}`));
const [address, key, name, context, temperature] = fields;
const [toolsAddress, toolsToken, keepToken] = ['address', 'token', 'keep'].map((name) => byId(`tools-${name}`));
const [planFirst, small, keepKey] = ['plan-first', 'small', 'keep'].map((name) => byId(`model-${name}`));

/** Where a kind of server is if nothing else is said. */
const SERVERS = {
  responses: 'https://api.openai.com/v1',
  ollama: 'http://localhost:11434',
  chat: 'http://localhost:1234/v1',
};
/** What a context holds where nothing else is known. */
const CONTEXT_TOKENS = 16384;
/** The most names that are offered; a list may be of any length. */
const MOST_NAMES = 1000;

// What this browser keeps. Storage may be forbidden, full, or hold anything: then
// nothing is kept, and the page goes on.

/** The settings of the last model, without its key; for longer than the tab. */
const MODEL = 'usher-model';
/** Whether that model answers, rather than the guide. */
const ANSWERS = 'usher-model-answers';
/** The key and the server that it is for; for as long as the tab. */
const KEY = 'usher-key';
const THEME = 'usher-theme';
/** The address of the edge worker whose tools run; for longer than the tab. */
const TOOLS = 'usher-tools';
/** That worker's address and the token for it; for as long as the tab. */
const TOKEN = 'usher-tools-token';

const read = (storage, item) => {
  try { return self[storage].getItem(item); } catch { return null; }
};
const write = (storage, item, text) => {
  try {
    if (text) self[storage].setItem(item, text); else self[storage].removeItem(item);
  } catch { /* It lasts as long as the page. */ }
};

function keptModel() {
  try {
    const kept = JSON.parse(read('localStorage', MODEL));
    return kept?.api in SERVERS && typeof kept.model === 'string' && typeof kept.base_url === 'string' ? kept : null;
  } catch { return null; }
}

// A key is held with the one server that it is sent to.
const originOf = (url) => {
  try { return new URL(url.trim()).origin; } catch { return null; }
};
let held = null;
const keyFor = (url) => (held && held.origin === originOf(url) ? held.key : undefined);

/** The model that answers; null: the guide. */
let used = null;
let use;
let request;
let useTools;
/** The edge worker whose tools run, with its token; null: they run in the page. */
let elsewhere = null;

/** Begins. `useModel` is called with the settings of who answers, as JSON, or nothing:
 * now, and when another is chosen; `ask` with what is asked of a server, as JSON, and
 * promises what is said of it; `tools` with the edge worker whose tools run, or nothing. */
export function attach(useModel, ask, tools) {
  [use, request, useTools] = [useModel, ask, tools];
  const at = read('localStorage', TOOLS);
  const [, of, token] = read('sessionStorage', TOKEN)?.match(/^(\S+) (.+)$/s) ?? [];
  if (at) runTools({ address: at, token: of === at ? token : undefined });
  const [, origin, kept] = read('sessionStorage', KEY)?.match(/^(\S+) (.+)$/s) ?? [];
  held = kept ? { origin, key: kept } : null;
  const model = keptModel();
  choose(model && read('localStorage', ANSWERS) ? { ...model, key: keyFor(model.base_url) } : null);
}

function choose(model) {
  used = model;
  use(model ? JSON.stringify(model) : undefined);
}

function runTools(worker) {
  elsewhere = worker;
  useTools(worker ? JSON.stringify(worker) : undefined);
}

/** Shows the dialog, filled with what holds now. */
export function open() {
  byId(elsewhere ? 'tools-there' : 'tools-here').checked = true;
  toolsAddress.value = elsewhere?.address ?? read('localStorage', TOOLS) ?? '';
  toolsToken.value = '';
  keepToken.checked = read('sessionStorage', TOKEN) !== null;
  note(toolsAddress, '');
  noteToken();
  fill(used ?? keptModel() ?? usual('responses'));
  byId(`who-${used?.api ?? 'guide'}`).checked = true;
  keepKey.checked = read('sessionStorage', KEY) !== null;
  byId(`theme-${document.documentElement.dataset.theme ?? 'system'}`).checked = true;
  byId('language').value = chosenLanguage();
  noteKey();
  say('');
  // Refused only where it is open already.
  try { dialog.showModal(); } catch { /* It is open. */ }
}

const usual = (api) => ({ api, base_url: SERVERS[api], model: '', context_tokens: CONTEXT_TOKENS });

/** Writes settings into the fields, except for the key, which is never shown. */
function fill(model) {
  for (const field of fields) {
    note(field, '');
    field.value = '';
  }
  address.value = model.base_url;
  name.value = model.model;
  context.value = model.context_tokens;
  temperature.value = model.temperature ?? '';
  planFirst.checked = model.mode === 'plan_first';
  small.checked = model.small === true;
}

/** The kind of server that is chosen; nothing: the guide. */
const chosen = () => Object.keys(SERVERS).find((api) => byId(`who-${api}`).checked);

/** The settings as they stand in the fields; nothing where one of them cannot be used,
 * which is told there. Only a list needs no model's name. */
function typed(api, needsName) {
  // What was pasted often has a space around it, and a key the word before it.
  for (const field of [address, key, name]) field.value = field.value.trim().replace(/^(Bearer )+/, '');
  let wrong;
  for (const field of fields) {
    const isRight = field.validity.valid || (field === name && !needsName);
    note(field, isRight ? '' : field.dataset.problem);
    if (!isRight) wrong ??= field;
  }
  const sent = key.value || keyFor(address.value);
  if (!wrong && api === 'responses' && address.value === SERVERS[api] && !sent) {
    note(key, t('OpenAI wants a key. Paste yours.'));
    wrong = key;
  }
  if (wrong) {
    if (wrong === context || wrong === temperature) byId('model-more').open = true;
    wrong.focus();
    return;
  }
  return {
    api,
    base_url: address.value,
    model: name.value,
    key: sent,
    temperature: temperature.value === '' ? undefined : temperature.valueAsNumber,
    context_tokens: context.valueAsNumber,
    mode: planFirst.checked ? 'plan_first' : 'step_by_step',
    small: small.checked,
  };
}

/** Who answers from now on. A key is held for its server, and kept for this tab only if
 * that is wished. */
function apply(model) {
  if (model) {
    const { key: sent, ...rest } = model;
    write('localStorage', MODEL, JSON.stringify(rest));
    if (sent) held = { origin: originOf(model.base_url), key: sent };
    write('sessionStorage', KEY, held && keepKey.checked ? `${held.origin} ${held.key}` : null);
  }
  write('localStorage', ANSWERS, model && 'yes');
  choose(model);
}

/** The edge worker as it stands in the fields; null: tools run in the page; nothing where
 * its address cannot be used, which is told there. */
function typedTools() {
  if (byId('tools-here').checked) return null;
  const at = toolsAddress.value.trim().replace(/\/+$/, '');
  toolsAddress.value = at;
  const token = toolsToken.value.trim().replace(/^(Bearer )+/, '') || tokenFor(at);
  note(toolsAddress, toolsAddress.validity.valid ? '' : toolsAddress.dataset.problem);
  if (toolsAddress.validity.valid) return { address: at, token };
  toolsAddress.focus();
}

const tokenFor = (at) => (elsewhere && originOf(elsewhere.address) === originOf(at) ? elsewhere.token : undefined);

function noteToken() {
  byId('tools-token-note').textContent = tokenFor(toolsAddress.value) ? t('The token for this worker is held.') : '';
}

/** Where tools run from now on. A token is kept for this tab only if that is wished. */
function applyTools(worker) {
  write('localStorage', TOOLS, worker?.address);
  write('sessionStorage', TOKEN, worker?.token && keepToken.checked ? `${worker.address} ${worker.token}` : null);
  runTools(worker);
}

/** Tells whether a key is held for the address in the field. */
function noteKey() {
  const isHeld = keyFor(address.value) !== undefined;
  byId('model-key-note').textContent = isHeld ? t('The key for this server is held.') : '';
  byId('model-forget').hidden = !isHeld;
}

/** Tells what is wrong with a field, or that nothing is. */
function note(field, problem) {
  byId(`${field.id}-problem`).textContent = problem;
  field.ariaInvalid = String(problem !== '');
}

/** Tells how it stands, below the fields. */
function say(text, isProblem) {
  Object.assign(byId('settings-status'), { textContent: text, className: isProblem ? 'refusal' : '' });
}

/** What the server said that it has. */
let listed = [];

/** Offers models to choose from. */
function offer(models) {
  const option = ({ name }) => Object.assign(document.createElement('option'), { value: name });
  byId('model-names').replaceChildren(...models.slice(0, MOST_NAMES).map(option));
  if (models.length === 1) name.value = models[0].name;
  listed = models;
  warn();
}

/** Tells what should be known of the model before it is chosen. */
function warn() {
  byId('model-name-note').textContent = listed.find((model) => model.name === name.value)?.warning ?? '';
}

/** The number of the last thing asked: what was asked before is not told. */
let asked = 0;

/** Asks a server for its models, or whether its model can be used. */
async function inquire(what) {
  const api = chosen();
  const settings = api && typed(api, what === 'test_model');
  if (!settings) return;
  asked += 1;
  const mine = asked;
  say(filled('Asking {0}…', settings.base_url));
  const told = JSON.parse(await request(what, JSON.stringify(settings)).catch(() => 'null'));
  if (mine !== asked) return;
  const { Ok: found, Err: problem } = told ?? {};
  if (problem) return say(`${problem.what} ${problem.next}`, true);
  if (typeof found === 'string') return say(found);
  if (!found) return say(t('The engine stopped before it could tell. Try again.'), true);
  say(found.length === 1 ? t('1 model there.') : filled('{0} models there. Choose one in the field.', found.length));
  offer(found);
  name.focus();
}

const clicks = {
  'settings-close': () => dialog.close(),
  'model-forget'() {
    held = null;
    write('sessionStorage', KEY, null);
    choose(used && { ...used, key: undefined });
    noteKey();
    say(t('The key is forgotten.'));
  },
  'model-list': () => inquire('list_models'),
  'model-test': () => inquire('test_model'),
};
dialog.addEventListener('click', ({ target }) => clicks[target.id]?.());

dialog.addEventListener('submit', (event) => {
  event.preventDefault();
  const api = chosen();
  const model = api ? typed(api, true) : null;
  if (model === undefined) return;
  const worker = typedTools();
  if (worker === undefined) return;
  apply(model);
  applyTools(worker);
  dialog.close();
});

// What was typed and not taken is not left behind.
dialog.addEventListener('close', () => {
  key.value = '';
  toolsToken.value = '';
  asked += 1;
});

dialog.addEventListener('input', ({ target }) => {
  if (target.name === 'theme') return wear(target.value);
  if (target.id === 'language') return speak(target.value);
  if (target === toolsAddress) {
    note(toolsAddress, '');
    return noteToken();
  }
  const api = chosen();
  if (target.name === 'who' && api) {
    const kept = keptModel();
    fill(kept?.api === api ? kept : usual(api));
    offer([]);
  }
  // What was told was of other settings.
  asked += 1;
  say('');
  if (fields.includes(target)) note(target, '');
  noteKey();
  warn();
});

/** Dark is home, light is paper; without a choice it is as the system has it. */
function wear(theme) {
  const isChosen = theme !== 'system';
  if (isChosen) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  write('localStorage', THEME, isChosen && theme);
}

/** The page is loaded again: what it has said is in the other language. */
function speak(language) {
  chooseLanguage(language);
  location.reload();
}
