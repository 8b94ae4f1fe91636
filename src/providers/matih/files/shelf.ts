import type { Call } from '../../../model/call';
import type { RunPlace } from './place';

/** The files of one run. Paths are relative to its root. */
export interface Shelf {
  /** From byte `start`, ending exactly at the end, or throwing. `size` is what is known of it; a missing file is `notFound`. */
  read(path: string, start: number, size: number | undefined, call?: Call): AsyncIterable<Uint8Array>;
  /** Sizes of all files by path; left out where nothing lists them. */
  sizes?(call?: Call): Promise<ReadonlyMap<string, number>>;
}

/** What files are read from. */
export interface Shelves {
  /** Whether files can be listed. */
  readonly lists: boolean;
  of(place: RunPlace): Shelf;
  dispose(): void;
}
