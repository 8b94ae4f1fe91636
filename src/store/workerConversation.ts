import type { Call } from '../model/call';
import { CANCELLED, errorOf, type Reply, RUNNING } from './messages';

interface Setting extends Call {
  readonly cancel: SharedArrayBuffer | undefined;
  /** For the next chunk. */
  ask(): void;
  /** Before the end: what the worker holds open for this is closed. */
  leave(): void;
  ended(): void;
}

type Answer = { readonly done: boolean; readonly value?: unknown };

/** One call or stream of a worker as the main thread sees it. */
export class WorkerConversation {
  private waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void } | undefined;
  private ready: (() => Promise<Answer>) | undefined;
  private state: 'open' | 'over' = 'open';
  private readonly onAbort = (): void => this.abort();

  constructor(private readonly setting: Setting) {
    setting.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  next(): Promise<Answer> {
    if (this.ready !== undefined) {
      const { ready } = this;
      this.ready = undefined;
      return ready();
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  ask(): void {
    if (this.state === 'open') {
      this.setting.ask();
    }
  }

  answer(reply: Reply): void {
    switch (reply.kind) {
      case 'progress':
        this.setting.onProgress?.(reply.progress);
        return;
      case 'value':
        return this.settle(() => Promise.resolve({ done: false, value: reply.value }));
      case 'end':
        this.over();
        return this.settle(() => Promise.resolve({ done: true }));
      case 'failure':
        return this.fail(errorOf(reply.failure));
    }
  }

  fail(error: unknown): void {
    this.over();
    this.settle(async () => {
      throw error;
    });
  }

  /** To be called when the caller wants no more. */
  end(): void {
    if (this.state === 'open') {
      this.setting.leave();
      this.over();
    }
  }

  private abort(): void {
    const { cancel, signal } = this.setting;
    if (cancel !== undefined && Atomics.compareExchange(new Int32Array(cancel), 0, RUNNING, CANCELLED) === RUNNING) {
      this.setting.leave();
      this.fail(signal?.reason);
    }
  }

  private over(): void {
    if (this.state === 'over') {
      return;
    }
    this.state = 'over';
    this.setting.signal?.removeEventListener('abort', this.onAbort);
    this.setting.ended();
  }

  private settle(outcome: () => Promise<Answer>): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting === undefined) {
      this.ready = outcome;
    } else {
      outcome().then(waiting.resolve, waiting.reject);
    }
  }
}
