import { orAbort } from './abortable';

interface Running<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/** Work that several want at once: it is done once for all of them, and given up when the last of them is gone. */
export class SharedWork<T> {
  private readonly running = new Map<string, Running<T>>();

  async join(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const running = this.running.get(key) ?? this.begin(key, work);
    running.waiting += 1;
    try {
      return await orAbort(running.result, signal);
    } finally {
      running.waiting -= 1;
      if (running.waiting === 0) {
        running.abort.abort();
        if (this.running.get(key) === running) {
          this.running.delete(key);
        }
      }
    }
  }

  private begin(key: string, work: (signal: AbortSignal) => Promise<T>): Running<T> {
    const abort = new AbortController();
    const running = { result: work(abort.signal), abort, waiting: 0 };
    this.running.set(key, running);
    return running;
  }
}
