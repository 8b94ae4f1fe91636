import * as fs from 'node:fs';
import * as path from 'node:path';
import { workerData } from 'node:worker_threads';
import { chance } from './scale';

/** A thread that makes `data` in a folder a real folder and a link to another place, by turns: as fast as it can, with rests in which a download comes through. */
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

const random = chance(19);
const rest = new Int32Array(new SharedArrayBuffer(4));
for (let round = 0; ; round++) {
  swap();
  if (round % 500 === 0) {
    Atomics.wait(rest, 0, 0, 20 * random());
  }
}
