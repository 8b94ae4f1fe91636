import fs from 'node:fs';
import { invalid, noSpace } from '../model/errors';
import { fileError, naming } from './fileErrors';
import type { IncomingBytes, Place } from './incomingBytes';
import { PACKED_SIZE, type Taken } from './intake';
import { CHUNK } from './objects';
import type { FileState } from './statCache';
import type { Store } from './store';
import type { Work } from './work';

/** Files of this machine on their way into a version. One that has not changed since it was stored is not read. */
export class IncomingFiles {
  /** One for all small files: making one costs more than reading into it. */
  private readonly smallBuffer = Buffer.allocUnsafe(PACKED_SIZE + 1);

  constructor(
    private readonly store: Store,
    private readonly folder: string,
    private readonly bytes: IncomingBytes,
  ) {}

  /** Stores a file of this machine and returns how many bytes it has. Nothing is certain before `confirm`. */
  take(file: string, place: Place, work: Work, progress: (bytes: number) => void): number {
    try {
      const known = this.knownBytes(file, place, work);
      if (known !== undefined) {
        return known;
      }
      // O_NONBLOCK: opening a pipe would wait for its other end.
      const descriptor = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK as number | undefined ?? 0));
      try {
        return this.takeOpen(file, descriptor, place, work, progress);
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      throw fileError(error, file);
    }
  }

  /** The size of a file that has not changed since it was stored, and need not be read. */
  private knownBytes(file: string, place: Place, work: Work): number | undefined {
    const { statCache } = this.store;
    const state = statCache.knows(file) ? fs.statSync(file) : undefined;
    const sha256 = state === undefined ? undefined : statCache.get(file, state);
    if (state === undefined || sha256 === undefined) {
      return undefined;
    }
    const { size } = state;
    return this.bytes.reuse({ sha256, size }, place, () => this.readAgain(file, place, work), undefined, work) ? size : undefined;
  }

  private takeOpen(file: string, descriptor: number, place: Place, work: Work, progress: (bytes: number) => void): number {
    const before = fs.fstatSync(descriptor);
    if (!before.isFile()) {
      throw invalid(`${file} is not a file.`);
    }
    const taken = this.read(descriptor, before.size, work, progress);
    this.remember(file, before, fs.fstatSync(descriptor), taken);
    this.bytes.accept(taken, place, work);
    return taken.size;
  }

  private readAgain(file: string, place: Place, work: Work): void {
    const descriptor = fs.openSync(file, 'r');
    try {
      this.bytes.keep(this.read(descriptor, fs.fstatSync(descriptor).size, work, () => {}), place);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private read(descriptor: number, expected: number, work: Work, progress: (bytes: number) => void): Taken {
    this.checkSpace(expected);
    // What is added to a file meanwhile is not of it, or a log that grows would never end. Some files say 0 and have bytes.
    const limit = expected === 0 ? Infinity : expected;
    const intake = this.bytes.intake();
    const buffer = expected > PACKED_SIZE ? Buffer.allocUnsafe(CHUNK) : this.smallBuffer;
    try {
      for (let size = 0; ;) {
        const count = fs.readSync(descriptor, buffer, 0, Math.min(buffer.length, limit - size), null);
        if (count === 0) {
          return intake.end();
        }
        work.check();
        naming(this.folder, () => intake.write(buffer.subarray(0, count)));
        size += count;
        progress(size);
      }
    } catch (error) {
      intake.abandon();
      throw error;
    }
  }

  private remember(file: string, before: FileState, after: FileState, taken: Taken): void {
    if (before.size === taken.size && after.size === taken.size && before.mtimeMs === after.mtimeMs && before.ctimeMs === after.ctimeMs) {
      this.store.statCache.set(file, after, taken.sha256);
    }
  }

  /** Says so before the disk is full, where a file alone would fill it. */
  private checkSpace(size: number): void {
    if (size < CHUNK) {
      return;
    }
    const { bavail, bsize } = fs.statfsSync(this.folder);
    if (size > bavail * bsize) {
      throw noSpace(`${this.store.layout.root}: ${size} bytes are needed and ${bavail * bsize} are free`);
    }
  }
}
