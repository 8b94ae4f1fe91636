import { setImmediate } from 'node:timers/promises';

const BUSY_MS = 8;

/**
 * Work over many small things holds the event loop to its end when nothing in it waits for the outside, `for await` included.
 * Whoever does such work asks `due` after each thing and awaits `take` when it is.
 */
export class Breath {
  private since = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  get due(): boolean {
    return performance.now() - this.since > BUSY_MS;
  }

  /** Lets everybody else have a turn; throws when the work has been aborted. */
  async take(): Promise<void> {
    await setImmediate();
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }
}
