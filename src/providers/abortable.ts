/** Settles like `work`, or rejects with the signal's reason as soon as it is aborted; the work goes on unheard. */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return work;
  }
  // Whoever gave up does not hear how it ended.
  work.catch(() => {});
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the contract is the reason itself
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The same for each step of a walk. Leaving it early closes what is walked. */
export async function* orAbortEach<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
  signal?.throwIfAborted();
  const iterator = items[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const step = await orAbort(iterator.next(), signal);
      if (step.done === true) {
        ended = true;
        return;
      }
      yield step.value;
      signal?.throwIfAborted();
    }
  } finally {
    if (!ended) {
      // Not awaited: it may be in the midst of a wait that nobody wants the end of.
      void iterator.return?.().catch(() => {});
    }
  }
}
