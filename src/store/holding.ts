import fs from 'node:fs';
import * as path from 'node:path';
import { invalid } from '../model/errors';
import { renameFile } from './durable';
import { isMissing } from './fileErrors';
import { giveBack, heldFile, topOf } from './lockNumbers';
import { readMaker } from './processes';
import type { Work } from './work';

const BEAT_MS = 5_000;

/** A lock that is held, until somebody takes it over who has heard nothing for too long (lock.ts). */
export class Holding {
  private readonly file: string;
  /** Made once, and by nobody else. */
  private readonly drain: string;
  private isDrainMade = false;
  private beaten = performance.now();

  constructor(
    private readonly folder: string,
    private readonly number: number,
    private readonly token: string,
  ) {
    this.file = heldFile(folder, number);
    this.drain = path.join(folder, `${number}.${token}`);
  }

  get isMine(): boolean {
    const top = topOf(this.folder);
    return top?.number === this.number && !top.free && readMaker(this.file)?.token === this.token;
  }

  private get isBeatDue(): boolean {
    return performance.now() - this.beaten > BEAT_MS;
  }

  /** Throws when the lock was taken over. To be called before each step. */
  confirm(): void {
    if (!this.isMine) {
      throw takenOver();
    }
    if (this.isBeatDue) {
      this.beaten = performance.now();
      try {
        fs.utimesSync(this.file, new Date(), new Date());
      } catch (error) {
        throw isMissing(error) ? takenOver() : error;
      }
    }
  }

  /** `work`, at whose checks others see that the holder lives. */
  keeping(work: Work): Work {
    return {
      settle: () => work.settle(),
      report: (progress) => work.report(progress),
      check: () => {
        work.check();
        if (this.isBeatDue) {
          this.confirm();
        }
      },
    };
  }

  /** Deletes a file of this disk, if it is there. Throws, and leaves it, when the lock was taken over, at whatever instant. */
  remove(file: string): void {
    this.confirm();
    if (!this.isDrainMade) {
      fs.mkdirSync(this.drain);
      this.isDrainMade = true;
      // Whoever took it over before there was a drain could not close it.
      this.confirm();
    }
    const drained = path.join(this.drain, path.basename(file));
    try {
      renameFile(file, drained);
    } catch (error) {
      this.confirm();
      if (!isMissing(error)) {
        throw error;
      }
    }
    fs.rmSync(drained, { force: true });
  }

  release(): void {
    try {
      fs.rmSync(this.drain, { recursive: true, force: true });
    } catch {
      // The next holder does it.
    }
    giveBack(this.folder, this.number);
  }
}

const takenOver = (): Error =>
  invalid('The deletion stopped: nothing was heard of it for so long, as when a machine sleeps, that others went on with the store. What it has left, Free Up Space removes.');
