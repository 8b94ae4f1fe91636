import { hash } from 'node:crypto';
import fs from 'node:fs';
import { invalid } from '../model/errors';
import { type ChosenFile, ChosenFiles, throughDescriptor } from './chosenFiles';
import { beginWhenClosed, EarlyFlush } from './earlyFlush';
import { fileError, naming } from './fileErrors';
import { type Hashed, hashedCopy, readFully } from './hashedCopy';
import type { IncomingBytes, Place } from './incomingBytes';
import { PACKED_SIZE, type Taken } from './intake';
import { writeAll } from './objects';
import { checkSpace } from './shortage';
import { isSameState } from './statShelf';
import type { Store } from './store';
import type { WholeRead } from './wholeFile';
import type { Work } from './work';

interface Opened {
  readonly chosen: ChosenFile;
  readonly descriptor: number;
  readonly status: fs.Stats;
}

/** What became of one file. */
export interface Incoming {
  /** Bytes. */
  readonly size: number;
  /** Nobody wrote to it while it was read. */
  readonly isSettled: boolean;
}

/** Files of this machine on their way into a version. One that has not changed since it was stored is not read. */
export class IncomingFiles {
  /** One for all small files: making one costs more than reading into it. */
  private readonly smallBuffer = Buffer.allocUnsafe(PACKED_SIZE);
  private readonly chosenFiles = new ChosenFiles();

  constructor(
    private readonly store: Store,
    private readonly folder: string,
    private readonly bytes: IncomingBytes,
  ) {}

  /** Stores a file of this machine. Nothing is certain before `confirm`. `ahead` is what was read of it already. */
  take(chosen: ChosenFile, ahead: WholeRead | undefined, place: Place, work: Work, progress: (bytes: number) => void): Incoming {
    try {
      if (ahead !== undefined) {
        return this.keep(chosen.file, ahead, place, work);
      }
      const descriptor = this.chosenFiles.open(chosen);
      try {
        return this.takeOpen(chosen, descriptor, place, work, progress);
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      throw fileError(error, chosen.file);
    }
  }

  /** Until more files come. */
  rest(): void {
    this.chosenFiles.rest();
  }

  private takeOpen(chosen: ChosenFile, descriptor: number, place: Place, work: Work, progress: (bytes: number) => void): Incoming {
    const before = fs.fstatSync(descriptor);
    if (!before.isFile()) {
      throw invalid(`${chosen.file} is not a file.`);
    }
    if (this.isKnown(chosen, before, place, work)) {
      return { size: before.size, isSettled: true };
    }
    const taken = this.read({ chosen, descriptor, status: before }, work, progress);
    return this.keep(chosen.file, { before, after: fs.fstatSync(descriptor), taken }, place, work);
  }

  /** Whether it has not changed since it was stored, and need not be read. */
  private isKnown(chosen: ChosenFile, state: fs.Stats, place: Place, work: Work): boolean {
    const sha256 = this.store.statCache.get(chosen.file, state);
    return sha256 !== undefined && this.bytes.reuse({ sha256, size: state.size }, place, () => this.readAgain(chosen, place, work), undefined, work);
  }

  private keep(file: string, { before, after, taken }: WholeRead, place: Place, work: Work): Incoming {
    const isSettled = isSameState(before, after);
    if (isSettled && after.size === taken.size) {
      this.store.statCache.set(file, after, taken.sha256);
    }
    this.bytes.accept(taken, place, work);
    return { size: taken.size, isSettled };
  }

  private readAgain(chosen: ChosenFile, place: Place, work: Work): void {
    const descriptor = this.chosenFiles.open(chosen);
    try {
      this.bytes.keep(this.read({ chosen, descriptor, status: fs.fstatSync(descriptor) }, work, () => {}), place);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** What is added to a file meanwhile is not of it, or a log that grows would never end. */
  private read(opened: Opened, work: Work, progress: (bytes: number) => void): Taken {
    const { size } = opened.status;
    if (size === 0) {
      return this.readUnsized(opened, work, progress);
    }
    return size <= PACKED_SIZE ? this.readSmall(opened, work) : this.readLarge(opened, work, progress);
  }

  private readSmall({ descriptor, status }: Opened, work: Work): Taken {
    work.check();
    const read = this.smallBuffer.subarray(0, readFully(descriptor, this.smallBuffer.subarray(0, status.size), 0));
    // A copy, as the next file is read into the same memory.
    return { kind: 'small', sha256: hash('sha256', read), size: read.length, bytes: Buffer.from(read) };
  }

  private readLarge(opened: Opened, work: Work, progress: (bytes: number) => void): Taken {
    const { size: length, dev } = opened.status;
    const staged = this.bytes.newFile();
    const { file, within } = opened.chosen;
    const source = (within === undefined ? undefined : throughDescriptor(opened.descriptor)) ?? file;
    try {
      const hashed = this.store.cloning.clone(source, dev, staged, () => 0o600)
        ? this.hashClone(staged, length, work, progress)
        : this.copy(opened.descriptor, length, staged, work, progress);
      return sized({ kind: 'large', ...hashed, staged });
    } catch (error) {
      fs.rmSync(staged, { force: true });
      throw error;
    }
  }

  private copy(descriptor: number, length: number, staged: string, work: Work, progress: (bytes: number) => void): Hashed {
    checkSpace(this.folder, this.store.layout.root, length);
    const target = naming(this.folder, () => fs.openSync(staged, 'wx'));
    const early = new EarlyFlush(staged);
    try {
      beginWhenClosed(target, this.bytes.comesNew);
      let done = 0;
      const hashed = hashedCopy({ descriptor, from: 0, length }, this.store.hashing, work, (bytes) => {
        naming(this.folder, () => writeAll(target, bytes));
        early.wrote(bytes.length);
        done += bytes.length;
        progress(done);
      });
      if (early.begun) {
        naming(this.folder, () => fs.fdatasyncSync(target));
      }
      return hashed;
    } finally {
      early.end();
      fs.closeSync(target);
    }
  }

  /** A clone holds what the file was in one moment, whoever writes to it. */
  private hashClone(staged: string, length: number, work: Work, progress: (bytes: number) => void): Hashed {
    const descriptor = fs.openSync(staged, 'r+');
    try {
      fs.ftruncateSync(descriptor, Math.min(length, fs.fstatSync(descriptor).size));
      let done = 0;
      return hashedCopy({ descriptor, from: 0, length }, this.store.hashing, work, (bytes) => {
        done += bytes.length;
        progress(done);
      });
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Some files say 0 and have bytes. */
  private readUnsized({ descriptor }: Opened, work: Work, progress: (bytes: number) => void): Taken {
    const intake = this.bytes.intake();
    try {
      for (let size = 0; ;) {
        const count = fs.readSync(descriptor, this.smallBuffer, 0, this.smallBuffer.length, null);
        if (count === 0) {
          return intake.end();
        }
        work.check();
        naming(this.folder, () => intake.write(this.smallBuffer.subarray(0, count)));
        size += count;
        progress(size);
      }
    } catch (error) {
      intake.abandon();
      throw error;
    }
  }
}

/** A file that became small while it was read goes where small ones go. */
function sized(taken: Taken & { readonly kind: 'large' }): Taken {
  if (taken.size > PACKED_SIZE) {
    return taken;
  }
  const bytes = fs.readFileSync(taken.staged);
  fs.rmSync(taken.staged);
  return { kind: 'small', sha256: taken.sha256, size: taken.size, bytes };
}
