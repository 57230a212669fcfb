// WebAssembly and native code give the same answers: the same ranking for every
// user, and the same search results.

import { execFileSync } from 'node:child_process';
import { callTools } from './engine.js';
import { expect, program } from './usher.js';

/** Asks everything of the engine in the browser and of the command line, and compares. */
export async function expectAgreement(page, address, bundle) {
  const folder = bundle ? ['--bundle', bundle] : [];
  const natively = (name, all) => {
    const lines = execFileSync(program, ['tool', name, '-', ...folder], {
      input: all.map((one) => JSON.stringify(one)).join('\n'),
      maxBuffer: 1 << 28,
    });
    return lines.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
  };
  const { users } = natively('get_like_percentage', [{ items: [1] }])[0].data;
  const asked = {
    get_top_k_recommendations: Array.from({ length: users }, (_, user) => ({ user: user + 1, k: 20 })),
    vector_store_search: queries(natively).map((query) => ({ query, k: 50 })),
  };
  expect(asked.vector_store_search.length).toBeGreaterThanOrEqual(100);
  for (const [name, all] of Object.entries(asked)) {
    const calls = all.map((one) => ({ name, arguments: one }));
    const inBrowser = (await callTools(page, address, calls)).map((answer) => answer.result);
    expect(inBrowser).toEqual(natively(name, all));
  }
}

/** A hundred queries and more: sentences of the catalogue's own texts, and moods. */
function queries(natively) {
  const items = Array.from({ length: 50 }, (_, item) => item + 1);
  const got = natively('get_item_metadata', [{ items, get: ['title', 'storyline', 'description'] }]);
  const texts = got[0].data.items.flatMap((item) => [
    item.title,
    ...(item.storyline ?? item.description ?? '').split(/[.!?]\s/),
  ]);
  const moods = ['something sad', 'a funny night with friends', 'robots that feel', 'lost at sea'];
  return [...texts, ...moods].filter((text) => text && text.trim().length > 3).slice(0, 150);
}
