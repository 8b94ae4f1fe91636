import * as fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { chance } from './scale';

/** A thread that makes `place` what it is and a link to `outside`, by turns: as fast as it can, with rests in which others come through. */
const { place, outside } = workerData as { readonly place: string; readonly outside: string };
const aside = `${outside}-aside`;

function swap(): void {
  try {
    fs.renameSync(place, aside);
    fs.symlinkSync(outside, place);
    fs.unlinkSync(place);
    fs.renameSync(aside, place);
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
