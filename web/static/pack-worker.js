// Checks a bundle or packs a dataset, away from the page: to end it is to end this worker.
// The one message that it takes is the files, as { path, file }.

import init, { Dropped } from './pack.js';

const beside = (name) => new URL(name, import.meta.url);

/** The token table; nothing where it does not load: then texts are compared in another way. */
const table = () => fetch(beside('english.table'))
  .then((response) => (response.ok ? response.arrayBuffer() : null))
  .then((bytes) => bytes && new Uint8Array(bytes))
  .catch(() => null);

async function open(files) {
  await init({ module_or_path: beside('pack_bg.wasm') });
  const tell = (what, done, total) => postMessage({ what, done, total });
  const dropped = new Dropped();
  let done = 0;
  for (const { path, file } of files) {
    tell('taking the files', done, files.length);
    dropped.add(path, new Uint8Array(await file.arrayBuffer()));
    done += 1;
  }
  const isDataset = !dropped.is_bundle();
  const english = isDataset ? await table() : null;
  const packed = dropped.finish(english ?? new Uint8Array(), tell);
  let report = packed.report();
  if (isDataset && !english) report += '  The token table did not load: texts are compared by LSA, or not at all.\n';
  const parts = [];
  for (let part = packed.next_file(); part; part = packed.next_file()) parts.push([part.name(), part.bytes()]);
  postMessage(
    { name: packed.name(), counts: [...packed.counts()], report, files: parts },
    parts.map(([, bytes]) => bytes.buffer),
  );
}

/** Why it did not come to an end, for the person. */
function problem(error) {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    return 'Packing stopped: this may be more than the memory of a tab holds. Choose fewer files, or pack them with usher pack.';
  }
  if (error instanceof WebAssembly.CompileError || error instanceof TypeError) {
    return 'The code for packing did not load. Check the connection, then try again.';
  }
  return error?.name === 'NotReadableError' || error?.name === 'NotFoundError'
    ? 'A file could not be read: it may have been moved or changed meanwhile. Choose the files again.'
    : error.message;
}

addEventListener('message', ({ data }) => open(data).catch((error) => {
  console.error(error);
  postMessage({ problem: problem(error) });
}));
