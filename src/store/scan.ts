import type { ChosenFile } from './chosenFiles';
import { Comparison } from './comparison';
import type { StatCache } from './statCache';
import type { Walk } from './walk';
import type { Work } from './work';

export interface ScanOptions {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly ignoreFile?: string | undefined;
}

/** An asset of the version that the files are compared with. */
export interface BaseAsset {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string | undefined;
}

export type FileChange = 'added' | 'changed' | 'same';

export interface ScannedFile extends ChosenFile {
  /** Logical path. */
  readonly path: string;
  readonly size: number;
  /** Present when there was something to compare with. */
  readonly state?: FileChange;
}

export interface Skipped {
  /** Logical path, or what comes closest. */
  readonly path: string;
  readonly reason: 'excluded' | 'symlinkOutside' | 'symlinkLoop' | 'special' | 'unreadable' | 'badName';
  readonly detail?: string;
}

/** A part of the answer; the parts are put together on the other side. */
export interface ScanChunk {
  readonly files?: readonly ScannedFile[];
  readonly removed?: readonly string[];
  readonly skipped?: readonly Skipped[];
}

const ROWS = 2_000;

/** Compares the files that were found with `base`. In path order within a folder. */
export function* scanFiles(walk: Walk, base: readonly BaseAsset[] | undefined, cache: StatCache | undefined, work: Work): Generator<ScanChunk> {
  const found = walk.files;
  yield* inChunks(walk.skipped, (skipped) => ({ skipped }));
  if (base === undefined) {
    yield* inChunks(found, (files) => ({ files }));
    return;
  }
  yield* inChunks(new Comparison(base, cache, work).compare(found, walk.states), (files) => ({ files }));
  const paths = new Set(found.map((file) => file.path));
  yield* inChunks(base.map((asset) => asset.path).filter((logical) => !paths.has(logical)), (removed) => ({ removed }));
}

function* inChunks<T>(items: readonly T[], wrap: (items: readonly T[]) => ScanChunk): Generator<ScanChunk> {
  for (let from = 0; from < items.length; from += ROWS) {
    yield wrap(items.slice(from, from + ROWS));
  }
}
