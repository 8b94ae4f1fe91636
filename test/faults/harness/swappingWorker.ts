import * as fs from 'node:fs';
import * as path from 'node:path';
import { workerData } from 'node:worker_threads';

/** A thread that makes `data` in a folder a real folder and a link to another place, by turns, as fast as it can. */
const { target, outside } = workerData as { readonly target: string; readonly outside: string };
const data = path.join(target, 'data');
const aside = `${outside}-aside`;

function swap(): void {
  try {
    fs.renameSync(data, aside);
    fs.symlinkSync(outside, data);
    fs.unlinkSync(data);
    fs.renameSync(aside, data);
  } catch {
    // Not there yet, or there again.
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

for (;;) {
  swap();
}
