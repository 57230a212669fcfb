// The engine's side of link.js: one worker, and in it an engine for each port.

import { textOf } from './fault.js';
import { through } from './fetching.js';
import { speak, textsOf } from './messages.js';

// A failed promise becomes an error of this worker, which the page hears of.
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  setTimeout(() => { throw event.reason; });
});

// The code itself never comes through the host's own fetch.
const fetched = self.fetch.bind(self);
const code = (file) => fetched(new URL(file, import.meta.url));

/** The engine's code, which comes in two files at once. */
const engine = Promise.all([import('./engine.js'), code('./engine_bg.wasm')]).then(async ([module, wasm]) => {
  await module.default({ module_or_path: wasm });
  return module;
});

// Language models are code of their own, fetched once one is chosen.
let models;
const loadModels = () => {
  models ??= import('../models.js').then(async (module) => {
    await module.default({ module_or_path: code('../models_bg.wasm') });
    return {
      list_models: module.list_models,
      test_connection: module.test_connection,
      model: (settings) => new module.Model(settings),
    };
  });
  // What failed to load is tried again the next time.
  models.catch(() => { models = undefined; });
  return models;
};

/** One for all: engines that fetch in the same way share what they open. */
const fetchFile = (url, cache) => fetch(url, { cache });

/** Serves the widget at the other end of the port. */
async function serve(port) {
  const waiting = [];
  const asked = new Map();
  let last = 0;
  let texts = {};
  let link;
  let isOver = false;
  const ask = (what, text) => new Promise((resolve) => {
    asked.set(last += 1, resolve);
    port.postMessage({ ask: { id: last, what, text } });
  });
  port.onmessage = async ({ data: { to, reply, language, close } }) => {
    if (to && link) link.receive(to);
    else if (to) waiting.push(to);
    if (reply) {
      asked.get(reply.id)?.(reply.text);
      asked.delete(reply.id);
    }
    if (close) {
      isOver = true;
      port.close();
      link?.free();
    }
    if (language) texts = await textsOf(language);
  };
  const { connect, shown: shownOf } = await engine;
  if (isOver) return;
  const shown = (turn) => {
    speak(texts);
    return JSON.parse(shownOf(JSON.stringify(turn)) ?? null);
  };
  link = connect({
    post(text) {
      if (isOver) return;
      const said = JSON.parse(text);
      const turn = said.run?.event?.finished?.turn;
      port.postMessage({ said, shown: turn && shown(turn) });
    },
    fetch: fetchFile,
    loadModels,
    callRemote: async (...call) => (await import('../remote.js')).call(...call),
    callTool: (text) => ask('tool', text),
    consent: (text) => ask('consent', text),
  });
  for (const message of waiting.splice(0)) link.receive(message);
}

addEventListener('message', ({ data: { fetching, port } }) => {
  if (fetching) self.fetch = through(fetching);
  if (port) serve(port).catch((error) => postMessage({ failed: textOf(error) }));
});
