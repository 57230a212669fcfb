// Packs MovieLens-100k once, before the tests, where it is found.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { program, root } from './usher.js';

export default function packMovieLens() {
  const dataset = process.env.USHER_ML100K ?? path.join(root, 'data/ml-100k');
  if (!existsSync(path.join(dataset, 'ml-100k.inter'))) {
    console.error(
      `SKIPPED: the page with MovieLens-100k: not in ${dataset}; set USHER_ML100K to its folder`,
    );
    return undefined;
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'usher-browser-'));
  const bundle = path.join(folder, 'ml-100k');
  execFileSync(program, ['pack', '--input', dataset, '--out', bundle], { stdio: 'pipe' });
  // Read by the workers, which inherit it.
  process.env.USHER_ML100K_BUNDLE = bundle;
  return () => rmSync(folder, { recursive: true, force: true });
}
