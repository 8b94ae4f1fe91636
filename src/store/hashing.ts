import { createHash } from 'node:crypto';
import { noAccess } from '../model/errors';
import { startHelper } from './helperThread';

/** Bytes of one piece: small enough that a file of a megabyte is hashed while it is written. */
const PIECE = 256 * 1024;
const PIECES = 8;
const DIGEST_BYTES = 32;
/** In the place of a length. */
const END = -1;
const PATIENCE_MS = 60_000;

/** What both threads see: how many pieces were given and how many are done, the length of each, and their bytes. */
export interface HashingMemory {
  readonly control: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

const GIVEN = 0;
const DONE = 1;
const LENGTHS = 2;
const DIGEST = (LENGTHS + PIECES) * Int32Array.BYTES_PER_ELEMENT;

/**
 * SHA-256 in a thread of its own, so that one core hashes what the other reads and writes. For one file after the other, out of a thread
 * that may block. Started when it is first needed; it ends with the thread that uses it.
 */
export class Hashing {
  private memory: HashingMemory | undefined;
  private pieces: readonly Buffer[] = [];
  private control = new Int32Array(new SharedArrayBuffer(0));
  private given = 0;
  private begun = false;

  /** Forgets what was given of a file that was not read to its end. */
  begin(): void {
    if (this.begun) {
      this.digest();
    }
  }

  /** Where the next bytes go. They may be read, though not changed, until as many more pieces were given as there are. */
  piece(): Buffer {
    this.start();
    this.await(this.given - PIECES + 1);
    return this.pieces[this.given % PIECES] ?? Buffer.alloc(0);
  }

  /** Hashes the first `length` bytes of the piece asked for last. */
  give(length: number): void {
    this.control[LENGTHS + (this.given % PIECES)] = length;
    this.given++;
    this.begun = length !== END;
    Atomics.store(this.control, GIVEN, this.given);
    Atomics.notify(this.control, GIVEN);
  }

  /** Hexadecimal digits of what was given since the digest before. */
  digest(): string {
    this.piece();
    this.give(END);
    this.await(this.given);
    return Buffer.from(new Uint8Array(this.control.buffer, DIGEST, DIGEST_BYTES)).toString('hex');
  }

  private start(): void {
    if (this.memory !== undefined) {
      return;
    }
    const memory = { control: new SharedArrayBuffer(DIGEST + DIGEST_BYTES), bytes: new SharedArrayBuffer(PIECE * PIECES) };
    this.memory = memory;
    this.control = new Int32Array(memory.control);
    this.pieces = Array.from({ length: PIECES }, (_, index) => Buffer.from(memory.bytes, index * PIECE, PIECE));
    startHelper({ hashing: memory });
  }

  private await(done: number): void {
    const since = Date.now();
    for (let seen = Atomics.load(this.control, DONE); seen < done; seen = Atomics.load(this.control, DONE)) {
      if (Atomics.wait(this.control, DONE, seen, PATIENCE_MS) === 'timed-out' && Date.now() - since >= PATIENCE_MS) {
        this.memory = undefined;
        this.given = 0;
        this.begun = false;
        throw noAccess('the store: the thread that computes digests does not answer');
      }
    }
  }
}

/** What the other thread does until it is ended. */
export function serveHashing({ control: shared, bytes }: HashingMemory): never {
  const control = new Int32Array(shared);
  let hash = createHash('sha256');
  for (let done = 0; ;) {
    Atomics.wait(control, GIVEN, done);
    for (const given = Atomics.load(control, GIVEN); done < given;) {
      const length = control[LENGTHS + (done % PIECES)] ?? END;
      if (length === END) {
        new Uint8Array(shared, DIGEST, DIGEST_BYTES).set(hash.digest());
        hash = createHash('sha256');
      } else {
        hash.update(new Uint8Array(bytes, (done % PIECES) * PIECE, length));
      }
      done++;
      Atomics.store(control, DONE, done);
      Atomics.notify(control, DONE);
    }
  }
}

export const hashingMemory = (data: unknown): HashingMemory | undefined =>
  typeof data === 'object' && data !== null && 'hashing' in data ? (data.hashing as HashingMemory) : undefined;
