// What the worker talks to: a MariaDB and Qdrant's engine of the tests' own.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that prints its address first, and ends with its standard input. */
async function started(program, args, what) {
  if (!program) throw new Error(`${what} is not set: run the tests with \`cargo xtask test\``);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: address } = await lines.next();
  if (!address) throw new Error(`${program} ended before it said its address`);
  return { child, ended, lines, address };
}

/** A MariaDB with an empty database. */
export async function startMariaDb() {
  const { child, ended, lines, address } = await started(process.env.USHER_PRIVATE_MARIADB, [], 'USHER_PRIVATE_MARIADB');
  const say = async (word) => { child.stdin.write(`${word}\n`); await lines.next(); };
  return {
    address,
    stop: () => say('stop'),
    restart: () => say('restart'),
    readOnly: () => say('read-only'),
    async end() { child.stdin.end(); await ended; },
  };
}

/** Qdrant's engine, which asks for a key. */
export async function startQdrant(key) {
  const { child, ended, address } = await started(process.env.USHER_QDRANT_ENGINE, ['0', key], 'USHER_QDRANT_ENGINE');
  return { address, async end() { child.kill(); await ended; } };
}
