/** Whether there is one. */
export async function any(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<boolean> {
  for await (const _ of items) {
    return true;
  }
  return false;
}

/** The same items, the first of which is asked for now, while something else is waited for. To be walked once. */
export function begun<T>(items: AsyncIterable<T> | undefined): AsyncIterable<T> {
  const iterator = items?.[Symbol.asyncIterator]();
  const first = iterator?.next();
  // Who walks hears of it.
  first?.catch(() => undefined);
  return {
    async* [Symbol.asyncIterator]() {
      try {
        for (let step = await first; step !== undefined && step.done !== true; step = await iterator?.next()) {
          yield step.value;
        }
      } finally {
        await iterator?.return?.();
      }
    },
  };
}
