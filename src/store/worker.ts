import { parentPort, workerData } from 'node:worker_threads';
import type { Progress } from '../model/call';
import { fileError } from './fileErrors';
import { hashingMemory, serveHashing } from './hashing';
import { CANCELLED, failureOf, type Reply, type Request, RUNNING, SETTLED } from './messages';
import { readingPort, serveReading } from './sharedReading';
import { Cancelled, type Work } from './work';
import { calls, streams, WorkerState } from './workerCalls';

type Run<T> = (state: WorkerState, input: unknown, work: Work) => T;

const PROGRESS_MS = 50;

function serve(port: NonNullable<typeof parentPort>): void {
  const state = new WorkerState();
  const running = new Map<number, Generator>();
  const reply = (message: Reply): void => {
    const bytes = message.kind === 'value' && message.value instanceof Uint8Array ? [message.value.buffer as ArrayBuffer] : [];
    port.postMessage(message, bytes);
  };

  const next = (id: number): void => {
    const step: IteratorResult<unknown, unknown> | undefined = running.get(id)?.next();
    if (step === undefined || step.done === true) {
      running.delete(id);
      reply({ kind: 'end', id });
    } else {
      reply({ kind: 'value', id, value: step.value });
    }
  };

  const answer = (request: Request): void => {
    const { id } = request;
    switch (request.kind) {
      case 'call': {
        const call = calls[request.name as keyof typeof calls] as Run<unknown>;
        return reply({ kind: 'value', id, value: call(state, request.input, workOf(id, request.cancel, reply)) });
      }
      case 'open': {
        const stream = streams[request.name as keyof typeof streams] as Run<Generator>;
        running.set(id, stream(state, request.input, workOf(id, request.cancel, reply)));
        return next(id);
      }
      case 'next':
        return next(id);
      case 'close':
        running.get(id)?.return(undefined);
        running.delete(id);
    }
  };

  port.on('message', (request: Request) => {
    try {
      answer(request);
    } catch (error) {
      running.delete(request.id);
      reply({ kind: 'failure', id: request.id, failure: failureOf(fileError(error, 'the store')) });
    }
  });
}

function workOf(id: number, cancel: SharedArrayBuffer | undefined, reply: (message: Reply) => void): Work {
  const flag = cancel === undefined ? undefined : new Int32Array(cancel);
  let told = 0;
  return {
    check() {
      if (flag !== undefined && Atomics.load(flag, 0) === CANCELLED) {
        throw new Cancelled();
      }
    },
    settle() {
      if (flag !== undefined && Atomics.compareExchange(flag, 0, RUNNING, SETTLED) === CANCELLED) {
        throw new Cancelled();
      }
    },
    report(progress: Progress) {
      const now = performance.now();
      const complete = progress.totalBytes !== undefined && progress.bytes === progress.totalBytes;
      if (now - told >= PROGRESS_MS || complete) {
        told = now;
        reply({ kind: 'progress', id, progress });
      }
    },
  };
}

const hashing = hashingMemory(workerData);
const reading = readingPort(workerData);
if (hashing !== undefined) {
  serveHashing(hashing);
} else if (reading !== undefined) {
  serveReading(reading);
} else if (parentPort !== null) {
  serve(parentPort);
}
