import { Worker } from 'node:worker_threads';
import type { Call } from '../model/call';
import { noAccess } from '../model/errors';
import { CANCELLED, errorOf, type Reply, type Request, RUNNING } from './messages';
import type { Calls, Streams } from './workerCalls';

/** What a call or a stream of a worker takes and gives, without the worker's own arguments. */
export type CallName = keyof Calls;
export type Input<N extends CallName> = Parameters<Calls[N]>[1];
export type Output<N extends CallName> = ReturnType<Calls[N]>;
export type StreamName = keyof Streams;
export type StreamInput<N extends StreamName> = Parameters<Streams[N]>[1];
export type Chunk<N extends StreamName> = ReturnType<Streams[N]> extends Generator<infer T> ? T : never;

interface Pending {
  answer(reply: Reply): void;
  fail(error: unknown): void;
}

/** One worker thread: started when it is first needed, and again when it is needed after it ended. */
export class WorkerThread {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private idle: NodeJS.Timeout | undefined;
  /** Kept by what has state in the worker between calls. */
  private holds = 0;

  /** `idleMs` after its last work the thread ends. */
  constructor(
    private readonly file: string,
    private readonly idleMs: number,
  ) {}

  get load(): number {
    return this.pending.size + this.holds;
  }

  get started(): boolean {
    return this.worker !== undefined;
  }

  /** Keeps the thread while the caller has something in it. */
  hold(): () => void {
    this.holds++;
    let held = true;
    return () => {
      if (held) {
        held = false;
        this.holds--;
        this.rest();
      }
    };
  }

  async call<N extends CallName>(name: N, input: Input<N>, call: Call = {}, transfer: readonly ArrayBuffer[] = []): Promise<Output<N>> {
    const request = this.begin('call', name, input, call, transfer);
    try {
      return (await request.next()).value as Output<N>;
    } finally {
      request.end();
    }
  }

  /** Asks for the next chunk when the caller does. */
  async *stream<N extends StreamName>(name: N, input: StreamInput<N>, call: Call = {}): AsyncGenerator<Chunk<N>, void, undefined> {
    const request = this.begin('open', name, input, call, []);
    try {
      for (let answer = await request.next(); !answer.done; answer = await request.next()) {
        yield answer.value as Chunk<N>;
        request.ask();
      }
    } finally {
      request.end();
    }
  }

  async dispose(): Promise<void> {
    clearTimeout(this.idle);
    const { worker } = this;
    this.worker = undefined;
    this.failAll(noAccess('the store was closed'));
    await worker?.terminate();
  }

  private begin(kind: 'call' | 'open', name: string, input: unknown, { signal, onProgress }: Call, transfer: readonly ArrayBuffer[]): Conversation {
    signal?.throwIfAborted();
    const id = ++this.lastId;
    const cancel = signal === undefined ? undefined : new SharedArrayBuffer(4);
    const conversation = new Conversation({
      cancel,
      signal,
      onProgress,
      ask: () => this.post({ kind: 'next', id }),
      leave: () => {
        if (kind === 'open') {
          this.worker?.postMessage({ kind: 'close', id } satisfies Request);
        }
      },
      ended: () => {
        this.pending.delete(id);
        this.rest();
      },
    });
    this.pending.set(id, conversation);
    try {
      this.post({ kind, id, name, input, cancel }, transfer);
    } catch (error) {
      conversation.end();
      throw error;
    }
    return conversation;
  }

  private post(request: Request, transfer: readonly ArrayBuffer[] = []): void {
    clearTimeout(this.idle);
    const worker = this.worker ?? this.start();
    worker.ref();
    worker.postMessage(request, transfer);
  }

  private start(): Worker {
    const worker = new Worker(this.file, { execArgv: [], stdin: false });
    const gone = (error: unknown): void => {
      if (this.worker === worker) {
        this.worker = undefined;
        this.failAll(error);
      }
    };
    worker.on('message', (reply: Reply) => this.pending.get(reply.id)?.answer(reply));
    worker.on('error', (error) => gone(noAccess(`the store: its worker failed (${error.message})`, error)));
    worker.on('messageerror', (error) => gone(noAccess('the store: its worker sent what cannot be read', error)));
    worker.on('exit', (code) => gone(noAccess(`the store: its worker ended (${code})`)));
    this.worker = worker;
    return worker;
  }

  private failAll(error: unknown): void {
    for (const pending of [...this.pending.values()]) {
      pending.fail(error);
    }
  }

  private rest(): void {
    if (this.load > 0 || this.worker === undefined) {
      return;
    }
    // An idle worker keeps no process alive.
    this.worker.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      const { worker } = this;
      this.worker = undefined;
      void worker?.terminate();
    }, this.idleMs).unref();
  }
}

interface Setting extends Call {
  readonly cancel: SharedArrayBuffer | undefined;
  /** For the next chunk. */
  ask(): void;
  /** Before the end: what the worker holds open for this is closed. */
  leave(): void;
  ended(): void;
}

type Answer = { readonly done: boolean; readonly value?: unknown };

/** One call or stream as the main thread sees it. */
class Conversation implements Pending {
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
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort's reason is whatever the caller chose
    this.settle(() => Promise.reject(error));
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
