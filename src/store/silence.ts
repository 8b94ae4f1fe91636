import fs from 'node:fs';
import type { Top } from './lockNumbers';
import { isRunning, readMaker } from './processes';

/** A holder of whom nothing was heard for so long is gone. Its process, where it can be asked, has longer: it may only be stopped. */
const SILENT_MS = 60_000;
const SILENT_BUT_ALIVE_MS = 600_000;

/** Watches the holder of a lock for signs of life. No clocks are compared: they may be a year apart. */
export class Silence {
  private sign = '';
  private since = 0;

  isGone({ number, file }: Top): boolean {
    const holder = readMaker(file);
    const status = fs.statSync(file, { throwIfNoEntry: false });
    if (status === undefined) {
      return false;
    }
    const running = holder === undefined ? undefined : isRunning(holder);
    if (running === false) {
      return true;
    }
    const sign = `${number} ${status.mtimeMs}`;
    if (sign !== this.sign) {
      this.sign = sign;
      this.since = performance.now();
    }
    return performance.now() - this.since > (running === true ? SILENT_BUT_ALIVE_MS : SILENT_MS);
  }
}
