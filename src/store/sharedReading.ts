import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { noAccess } from '../model/errors';
import { startHelper } from './helperThread';
import { type WholeFile, WholeFiles, type WholeRead } from './wholeFile';
import type { Work } from './work';

const PATIENCE_MS = 60_000;

/** Which file is next, and how far the other thread is. */
const NEXT = 0;
const STATE = 1;
const WAITING = 0;
const JOINED = 1;
const DONE = 2;
const CLOSED = 3;

interface Round {
  readonly files: readonly WholeFile[];
  readonly control: SharedArrayBuffer;
}

type Share = readonly (readonly [index: number, read: WholeRead | undefined])[];

/**
 * Reads many files in two threads: this one, which may block, and another, each taking the next file until none is left. The other is
 * started when it is first needed and ends with this one. What has not begun to help is not waited for.
 */
export class SharedReading {
  private readonly own = new WholeFiles();
  private helper: MessagePort | undefined;

  /** What was read of each file. */
  read(files: readonly WholeFile[], work: Work): readonly (WholeRead | undefined)[] {
    const control = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const helper = this.helper ??= startReader();
    helper.postMessage({ files, control: control.buffer } satisfies Round);
    const read: (WholeRead | undefined)[] = [];
    try {
      takeShare(files, control, (index, file) => {
        work.check();
        read[index] = this.own.read(file);
      });
    } finally {
      this.own.rest();
      // Where this thread was stopped, the other stops as well.
      Atomics.store(control, NEXT, files.length);
      for (const [index, each] of this.shareOf(helper, control)) {
        read[index] = each;
      }
    }
    return read;
  }

  private shareOf(helper: MessagePort, control: Int32Array): Share {
    if (Atomics.compareExchange(control, STATE, WAITING, CLOSED) === WAITING) {
      return [];
    }
    if (Atomics.wait(control, STATE, JOINED, PATIENCE_MS) === 'timed-out') {
      this.helper = undefined;
      throw noAccess('the store: the thread that helps to read files does not answer');
    }
    return (receiveMessageOnPort(helper) as { readonly message: Share } | undefined)?.message ?? [];
  }
}

function startReader(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  startHelper({ reading: port2 }, [port2]);
  return port1;
}

/** What the other thread does until it is ended. */
export function serveReading(port: MessagePort): void {
  const own = new WholeFiles();
  port.on('message', ({ files, control: shared }: Round) => {
    const control = new Int32Array(shared);
    if (Atomics.compareExchange(control, STATE, WAITING, JOINED) !== WAITING) {
      return;
    }
    const share: [number, WholeRead | undefined][] = [];
    takeShare(files, control, (index, file) => share.push([index, own.read(file)]));
    own.rest();
    port.postMessage(share, share.flatMap(([, read]) => (read?.taken.kind === 'small' ? [read.taken.bytes.buffer as ArrayBuffer] : [])));
    Atomics.store(control, STATE, DONE);
    Atomics.notify(control, STATE);
  });
}

function takeShare(files: readonly WholeFile[], control: Int32Array, take: (index: number, file: WholeFile) => void): void {
  for (let index = Atomics.add(control, NEXT, 1); index < files.length; index = Atomics.add(control, NEXT, 1)) {
    const file = files[index];
    if (file !== undefined) {
      take(index, file);
    }
  }
}

export const readingPort = (data: unknown): MessagePort | undefined =>
  typeof data === 'object' && data !== null && 'reading' in data ? (data.reading as MessagePort) : undefined;
