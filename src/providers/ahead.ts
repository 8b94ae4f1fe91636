import { setMaxListeners } from 'node:events';
import type { Call } from '../model/call';
import { type Content, type Opener, type Reading, readThrough } from './resumed';

/** Bytes from which a file is read in parts, and of a part. */
const SIZES = { large: 64 * 1024 * 1024, part: 16 * 1024 * 1024 };
const SIDE_BY_SIDE = 2;
/** Bytes that are handed on at most at a time, so that whoever hashes them leaves room for others. */
const PIECE = 512 * 1024;

export interface Going {
  readonly call?: Call | undefined;
  /** Whether the server gives parts; asked before each of them. */
  readonly goesOn: () => boolean;
}

/** As `readThrough`: exactly the bytes from `start` to the end, in their order, or an error. */
export type Ahead = (open: Opener, reading: Reading, going: Going) => AsyncGenerator<Uint8Array, void, undefined>;

/**
 * Reads large files in parts, the next one while one is handed on: a server that is written in Python sends each answer with one of its
 * processes, which is slower than whoever reads it. One file at a time, as several side by side need no help; and only for those who
 * are done with each piece when they ask for the next, since parts take their memory in turns.
 */
export function createAhead(sizes = SIZES): Ahead {
  let isTaken = false;
  return async function* read(open, reading, { call, goesOn }) {
    if (isTaken || call?.passing !== true || reading.size - reading.start < sizes.large || !goesOn()) {
      yield* readThrough(open, reading, call);
      return;
    }
    isTaken = true;
    try {
      yield* inParts(open, reading, sizes.part, { call, goesOn });
    } finally {
      isTaken = false;
    }
  };
}

async function* inParts(open: Opener, reading: Reading, bytes: number, { call, goesOn }: Going): AsyncGenerator<Uint8Array, void, undefined> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([leaving.signal, ...(call?.signal === undefined ? [] : [call.signal])]);
  setMaxListeners(0, signal);
  const within: Call = { ...call, signal };
  const content: Content = {};
  const parts: Part[] = [];
  const free: Uint8Array[] = [];
  let next = reading.start;
  try {
    for (;;) {
      while (parts.length < SIDE_BY_SIDE && next < reading.size && goesOn()) {
        const end = Math.min(next + bytes, reading.size);
        parts.push(new Part(readThrough(open, { ...reading, content, start: next, end }, within), free.pop() ?? Buffer.allocUnsafeSlow(bytes)));
        next = end;
      }
      const part = parts.shift();
      if (part === undefined) {
        break;
      }
      yield* part.pieces();
      free.push(part.memory);
    }
    // Where the server gives no parts any more.
    yield* readThrough(open, { ...reading, content, start: next }, within);
  } finally {
    leaving.abort();
  }
}

/** Gathers a part from its first moment, whether somebody reads it already or not. */
class Part {
  private filled = 0;
  private outcome: { readonly error?: unknown } | undefined;
  private wake = (): void => {};

  constructor(bytes: AsyncIterable<Uint8Array>, readonly memory: Uint8Array) {
    void this.fill(bytes);
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let given = 0; ;) {
      if (given < this.filled) {
        const piece = this.memory.subarray(given, Math.min(this.filled, given + PIECE));
        given += piece.length;
        yield piece;
      } else if (this.outcome === undefined) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      } else if ('error' in this.outcome) {
        throw this.outcome.error;
      } else {
        return;
      }
    }
  }

  private async fill(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of bytes) {
        this.memory.set(chunk, this.filled);
        this.filled += chunk.length;
        this.wake();
      }
      this.outcome = {};
    } catch (error) {
      this.outcome = { error };
    }
    this.wake();
  }
}
