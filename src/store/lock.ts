import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { isMissing, isOccupied } from './fileErrors';
import { makeDirectory } from './durable';
import { namesIn } from './records';
import { sleep, type Work } from './work';
import { isRunning, type Maker, readMaker, thisMaker } from './processes';

const POLL_MS = 25;
const BEAT_MS = 5_000;
/** A holder of whom nothing was heard for so long is gone. Its process, where it can be asked, has longer: it may only be stopped. */
const SILENT_MS = 60_000;
const SILENT_BUT_ALIVE_MS = 600_000;

/** The state of a lock: its highest number, which somebody holds or has given back. */
interface Top {
  readonly number: number;
  readonly free: boolean;
  readonly file: string;
}

export interface Held {
  /** Throws when the lock was taken over, which happens to a holder that was silent for a minute. To be called before each step. */
  confirm(): void;
  release(): void;
}

/**
 * A lock of files. Every holder creates the file of the next number, which only one can; giving it back renames it to `.free`. The
 * highest number is never removed, so that a slow starter cannot come back to one that is long over.
 */
export class Lock {
  constructor(private readonly folder: string) {}

  acquire(work: Work): Held {
    makeDirectory(this.folder);
    const silence = new Silence();
    for (;;) {
      work.check();
      const top = this.top();
      const held = top === undefined || top.free || silence.isGone(top) ? this.take((top?.number ?? 0) + 1) : undefined;
      if (held !== undefined) {
        return held;
      }
      sleep(POLL_MS);
    }
  }

  /** Blocks while somebody holds it. Whoever takes it later sees all that was done before this returned. */
  waitWhileHeld(work: Work): void {
    const silence = new Silence();
    for (let top = this.top(); top !== undefined && !top.free && !silence.isGone(top); top = this.top()) {
      work.check();
      sleep(POLL_MS);
    }
  }

  private take(number: number): Held | undefined {
    const file = path.join(this.folder, `${number}.held`);
    const token = randomUUID();
    const holder: Maker = { ...thisMaker(), token };
    try {
      fs.writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    } catch (error) {
      if (isOccupied(error)) {
        return undefined;
      }
      throw error;
    }
    const isMine = (): boolean => {
      const top = this.top();
      return top?.number === number && !top.free && readMaker(file)?.token === token;
    };
    try {
      if (!isMine()) {
        // Others went on meanwhile.
        fs.rmSync(file, { force: true });
        return undefined;
      }
      this.removeBelow(number);
    } catch (error) {
      // Whoever waits would do so for as long as this process lives.
      this.giveBack(number);
      throw error;
    }
    let beaten = performance.now();
    return {
      confirm() {
        if (!isMine()) {
          throw new Error('The lock of the store was taken over.');
        }
        if (performance.now() - beaten > BEAT_MS) {
          beaten = performance.now();
          fs.utimesSync(file, new Date(), new Date());
        }
      },
      release: () => this.giveBack(number),
    };
  }

  /** Does nothing to a lock that was taken over: the number is not the highest any more. */
  private giveBack(number: number): void {
    try {
      fs.renameSync(path.join(this.folder, `${number}.held`), path.join(this.folder, `${number}.free`));
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }

  private top(): Top | undefined {
    let top: Top | undefined;
    for (const name of namesIn(this.folder)) {
      const [, digits, state] = /^([1-9][0-9]{0,14})\.(held|free)$/.exec(name) ?? [];
      const number = Number(digits);
      if (digits !== undefined && (top === undefined || number > top.number || (number === top.number && state === 'free'))) {
        top = { number, free: state === 'free', file: path.join(this.folder, name) };
      }
    }
    return top;
  }

  private removeBelow(number: number): void {
    for (const name of namesIn(this.folder)) {
      if (Number.parseInt(name, 10) < number) {
        fs.rmSync(path.join(this.folder, name), { force: true });
      }
    }
  }
}

/** Watches a holder for signs of life. No clocks are compared: they may be a year apart. */
class Silence {
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
