import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { makeDirectory } from './durable';
import { isOccupied } from './fileErrors';
import { Holding } from './holding';
import { closeDrains, giveBack, heldFile, removeStates, topOf } from './lockNumbers';
import { type Maker, thisMaker } from './processes';
import { Silence } from './silence';
import { sleep, type Work } from './work';

const POLL_MS = 25;

/**
 * A lock of files. Every holder creates the file of the next number, which only one can; giving it back renames it to `.free`. The
 * highest number is never removed, so that a slow starter cannot come back to one that is long over.
 *
 * A holder may fall silent at any instruction (a lid, a debugger, a disk out of reach), be taken over, and wake up. To look whether it
 * holds the lock still and then to delete would leave the instant between. So it deletes by moving into a directory of its own, its
 * drain, which no move can bring back, and whoever takes a higher number removes the drains of all lower ones before anything else:
 * - Who holds a number or gave it back has closed all drains below; who could not, or is silent himself, leaves a lock that is not free.
 * - A drain that is made after that is made by somebody who then looks at the numbers, and finds a higher one.
 * - Of two takers one gets the number. If he is taken over in turn, the next one closes what he had left.
 * - Who waits goes on at a free number only: nothing that was decided before can delete any more.
 */
export class Lock {
  constructor(private readonly folder: string) {}

  acquire(work: Work): Holding {
    makeDirectory(this.folder);
    const silence = new Silence();
    for (;;) {
      work.check();
      const top = topOf(this.folder);
      const held = top === undefined || top.free || silence.isGone(top) ? this.take((top?.number ?? 0) + 1) : undefined;
      if (held !== undefined) {
        return held;
      }
      sleep(POLL_MS);
    }
  }

  /**
   * Blocks while somebody holds it, and takes it over from who is gone. Whoever takes it later sees all that was done before this
   * returned; whoever had it before deletes nothing any more.
   */
  waitWhileHeld(work: Work): void {
    const silence = new Silence();
    for (let top = topOf(this.folder); top !== undefined && !top.free; top = topOf(this.folder)) {
      work.check();
      if (silence.isGone(top)) {
        this.take(top.number + 1)?.release();
      } else {
        sleep(POLL_MS);
      }
    }
  }

  /** Nothing where somebody else was first. */
  private take(number: number): Holding | undefined {
    const file = heldFile(this.folder, number);
    const maker: Maker & { readonly token: string } = { ...thisMaker(), token: randomUUID() };
    const holding = new Holding(this.folder, number, maker.token);
    const descriptor = create(file);
    if (descriptor === undefined) {
      return undefined;
    }
    try {
      writeAndClose(descriptor, JSON.stringify(maker));
      if (!holding.isMine) {
        // Others went on meanwhile.
        fs.rmSync(file, { force: true });
        return undefined;
      }
      closeDrains(this.folder, number);
    } catch (error) {
      // Whoever waits would do so for as long as this process lives. Free it must not be: the holder before may still delete.
      fs.rmSync(file, { force: true });
      throw error;
    }
    try {
      removeStates(this.folder, number);
    } catch (error) {
      giveBack(this.folder, number);
      throw error;
    }
    return holding;
  }
}

/** Nothing where there is such a file. */
function create(file: string): number | undefined {
  try {
    return fs.openSync(file, 'wx');
  } catch (error) {
    if (isOccupied(error)) {
      return undefined;
    }
    throw error;
  }
}

function writeAndClose(descriptor: number, text: string): void {
  try {
    fs.writeFileSync(descriptor, text);
  } finally {
    fs.closeSync(descriptor);
  }
}
