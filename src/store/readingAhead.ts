import type { ChosenFile } from './chosenFiles';
import type { IncomingBytes } from './incomingBytes';
import { PACKED_SIZE } from './intake';
import { checkSpace } from './shortage';
import type { Store } from './store';
import { MOST_WHOLE, type WholeRead } from './wholeFile';
import type { Work } from './work';

/** A file with the bytes that it had when it was looked at. */
export interface SeenFile extends ChosenFile {
  readonly size?: number | undefined;
}

/** So many files that the other thread reads its share of them before this one has read them all. */
const WORTH_SHARING = 24;
/** What is read ahead is held, and its progress is not seen. */
const MOST_FILES = 250;
const MOST_BYTES = 48 * 1024 * 1024;

/** Reads those of a version's files that are new and not large in two threads, before they are taken one by one. */
export class ReadingAhead {
  constructor(
    private readonly store: Store,
    private readonly folder: string,
    private readonly bytes: IncomingBytes,
  ) {}

  /** What was read of each file; nothing of those that have to be taken by themselves. */
  read(files: readonly SeenFile[], work: Work): readonly (WholeRead | undefined)[] {
    const { statCache, cloning, reading, layout } = this.store;
    // Where files can be cloned, that costs less.
    const most = cloning.hasFailed ? MOST_WHOLE : PACKED_SIZE;
    const ahead = [...files.entries()].filter(([, { file, size = 0 }]) => size > 0 && size <= most && !statCache.knows(file));
    const read: (WholeRead | undefined)[] = [];
    if (ahead.length >= WORTH_SHARING) {
      checkSpace(this.folder, layout.root, ahead.reduce((bytes, [, { size = 0 }]) => bytes + size, 0));
      const shared = reading.read(ahead.map(([, { file, within }]) => ({ file, within, staged: this.bytes.newFile(), isNew: this.bytes.comesNew })), work);
      ahead.forEach(([index], at) => {
        read[index] = shared[at];
      });
    }
    return read;
  }
}

/** The files in order, in portions that may be read ahead. */
export function* portions<T extends SeenFile>(files: readonly T[]): Generator<readonly T[]> {
  let portion: T[] = [];
  let bytes = 0;
  for (const file of files) {
    const { size = 0 } = file;
    if (portion.length === MOST_FILES || (portion.length > 0 && bytes + size > MOST_BYTES)) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(file);
    bytes += size;
  }
  yield portion;
}
