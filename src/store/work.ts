import type { Progress } from '../model/call';

/** What a piece of work in a worker is told and tells. */
export interface Work {
  /** Throws once the caller has gone. */
  check(): void;
  /** Throws once the caller has gone; after it the caller waits for the end, whatever comes. */
  settle(): void;
  report(progress: Progress): void;
}

/** For work that nobody watches. */
export const UNWATCHED: Work = { check() {}, settle() {}, report() {} };

export class Cancelled extends Error {
  override readonly name = 'AbortError';
}

/** Blocks this thread: for workers only. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
