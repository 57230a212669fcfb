// Many clients at once, some of whom leave before they are answered.

import { TOKEN } from './edge.js';

/** Runs `work(n)` for each n below `count`, `clients` at a time. */
export async function together(clients, count, work) {
  let next = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (next < count) {
      const n = next;
      next += 1;
      await work(n);
    }
  }));
}

/** The part of the sorted numbers that lies below. */
export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Asks for histories of many users, a tenth of which are given up; counts what is
 * answered, what was given up, what was lost, and what was another user's. */
export async function crowd(address, { clients, requests, users, expected }) {
  const counts = { answered: 0, aborted: 0, lost: 0, mixed: 0 };
  await together(clients, requests, async (n) => {
    const user = 1 + ((n * 7) % users);
    const leaves = n % 10 === 3;
    const controller = new AbortController();
    if (leaves) setTimeout(() => controller.abort(), n % 17);
    try {
      const answer = await fetch(`${address}/tools/get_interacted_items`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user }),
        signal: controller.signal,
      });
      const { result } = await answer.json();
      if (answer.status !== 200) counts.lost += 1;
      else if (JSON.stringify(result) !== expected.get(user)) counts.mixed += 1;
      else counts.answered += 1;
    } catch {
      counts[controller.signal.aborted ? 'aborted' : 'lost'] += 1;
    }
  });
  return counts;
}

/** What each user's history is, asked one after the other. */
export async function histories(worker, users) {
  const expected = new Map();
  for (let user = 1; user <= users; user += 1) {
    const { status, json } = await worker.ask('POST', '/tools/get_interacted_items', { user });
    if (status !== 200) throw new Error(`user ${user}: ${status}`);
    expected.set(user, JSON.stringify(json.result));
  }
  return expected;
}
