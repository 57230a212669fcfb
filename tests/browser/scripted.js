// The scripted model's server, as `cargo xtask test` has built it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');
const program = process.env.USHER_SCRIPTED_LLM ?? path.join(root, 'target/debug/scripted-llm');

/** Starts the server with a script; gives its address and a way to end it. */
export async function startScripted(script) {
  const folder = mkdtempSync(path.join(tmpdir(), 'scripted-llm-'));
  const file = path.join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const server = spawn(program, ['--script', file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    server.once('error', reject);
    ended.then(() => reject(new Error('scripted-llm ended before it said its address')));
    createInterface({ input: server.stdout }).once('line', resolve);
  });
  return {
    address,
    /** What the server was sent so far. */
    async requests() {
      return (await fetch(`${address}/requests`)).json();
    },
    async end() {
      server.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Every fault: its name, the formats that know it, and what happens. */
export function faults() {
  const lines = execFileSync(program, ['--faults'], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [name, formats, sentence] = line.split('\t');
    return { name, formats: formats.split(' '), sentence };
  });
}
