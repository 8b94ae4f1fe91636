import { setMaxListeners } from 'node:events';
import type { LimitFunction } from 'p-limit';
import { orAbort } from './abortable';

interface Bounds {
  readonly limit: LimitFunction;
  /** Any of them ends all. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/** Does the same with each, as many at a time as the limit lets. The first failure stops the others. */
export async function sideBySide<T>(items: readonly T[], { limit, signals }: Bounds, work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
  const inner = new AbortController();
  const any = AbortSignal.any([inner.signal, ...signals.filter((signal) => signal !== undefined)]);
  // As many listen as work side by side.
  setMaxListeners(0, any);
  try {
    await orAbort(Promise.all(items.map((item) => limit(async () => {
      any.throwIfAborted();
      await work(item, any);
    }))), any);
  } catch (error) {
    inner.abort(error);
    throw error;
  }
}
