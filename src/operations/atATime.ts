import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';

/**
 * Does `work` for every item, `width` at a time. The first failure stops the others; all have come to rest when this throws it,
 * so that what they left can be cleaned up.
 */
export async function atATime<T>(width: number, items: readonly T[], signal: AbortSignal | undefined, work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  const failure = new AbortController();
  const stop = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  // As many listen as work side by side.
  setMaxListeners(0, stop);
  const limit = pLimit(width);
  await Promise.allSettled(items.map((item) => limit(async () => {
    if (stop.aborted) {
      return;
    }
    try {
      await work(item, stop);
    } catch (error) {
      failure.abort(error);
    }
  })));
  stop.throwIfAborted();
}
