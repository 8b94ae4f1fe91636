import type { Call } from '../model/call';

export interface StoredFile {
  readonly path: string;
  readonly isFolder: boolean;
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

/** The files below one root, such as a run's. Paths are relative to the root, with `/` between segments. */
export interface StoredFiles {
  /** Direct children; nothing for a missing folder. */
  list(folder: string, call?: Call): Promise<readonly StoredFile[]>;
  /** From byte `start`; a missing file is `notFound`. Ends exactly at the file's end, or throws. `size` is what the list says. */
  read(path: string, start: number, size: number | undefined, call?: Call): AsyncIterable<Uint8Array>;
}
