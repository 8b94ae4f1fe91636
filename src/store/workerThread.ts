import { Worker } from 'node:worker_threads';
import type { Call } from '../model/call';
import { noAccess } from '../model/errors';
import type { Reply, Request } from './messages';
import type { Calls, Streams } from './workerCalls';
import { WorkerConversation } from './workerConversation';

/** What a call or a stream of a worker takes and gives, without the worker's own arguments. */
export type CallName = keyof Calls;
export type Input<N extends CallName> = Parameters<Calls[N]>[1];
export type Output<N extends CallName> = ReturnType<Calls[N]>;
export type StreamName = keyof Streams;
export type StreamInput<N extends StreamName> = Parameters<Streams[N]>[1];
export type Chunk<N extends StreamName> = ReturnType<Streams[N]> extends Generator<infer T> ? T : never;

/** One worker thread: started when it is first needed, and again when it is needed after it ended. */
export class WorkerThread {
  private worker: Worker | undefined;
  private readonly pending = new Map<number, WorkerConversation>();
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

  /** Never more than a chunk ahead of the caller. */
  async *stream<N extends StreamName>(name: N, input: StreamInput<N>, call: Call = {}): AsyncGenerator<Chunk<N>, void, undefined> {
    const request = this.begin('open', name, input, call, []);
    try {
      for (let answer = await request.next(); !answer.done; answer = await request.next()) {
        // One ahead: the worker is at the next chunk while the caller is at this one.
        request.ask();
        yield answer.value as Chunk<N>;
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

  private begin(kind: 'call' | 'open', name: string, input: unknown, { signal, onProgress }: Call, transfer: readonly ArrayBuffer[]): WorkerConversation {
    signal?.throwIfAborted();
    const id = ++this.lastId;
    const cancel = signal === undefined ? undefined : new SharedArrayBuffer(4);
    const conversation = new WorkerConversation({
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
