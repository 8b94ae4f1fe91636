/** How far a long call has come. Bytes are counted once, however often a retry sends them. */
export interface Progress {
  /** Bytes done so far. */
  readonly bytes: number;
  /** Bytes in all, as soon as that is known. */
  readonly totalBytes?: number;
  readonly files?: number;
  readonly totalFiles?: number;
  /** Logical path of the file at work. */
  readonly current?: string;
}

/** What travels with every call that may take time. */
export interface Call {
  /** Aborting rejects the call with the signal's reason within a tick; what it had begun is undone behind it. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears of a file that somebody wrote to while it was read, by its logical path: what was read of it is kept, which it may never have been as a whole. */
  readonly onChanged?: ((path: string) => void) | undefined;
  /**
   * Whoever reads bytes is done with each piece when the next one is asked for: its memory may be taken away then. Left to be found as
   * garbage, what a network brings makes V8 look through everything for each 17 MiB.
   */
  readonly passing?: true | undefined;
}

/** Where a room writes what a person may later want to read. Secrets never reach it. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
