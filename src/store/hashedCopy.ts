import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { Hashing } from './hashing';
import type { Work } from './work';

/** A part of an open file. */
export interface Part {
  readonly descriptor: number;
  readonly from: number;
  /** Bytes, at most. */
  readonly length: number;
}

export interface Hashed {
  readonly sha256: string;
  /** Bytes; fewer than were asked for where the file ends before. */
  readonly size: number;
}

/** Up to here, waking another thread costs more than hashing in this one. */
const ALONE = 128 * 1024;

/**
 * Reads a part of a file, hands its bytes to `write` and hashes them meanwhile. `write` may use them until it returns. What it has
 * already, `before` these, is hashed first, and counts in what is answered.
 */
export function hashedCopy(part: Part, hashing: Hashing, work: Work, write: (bytes: Uint8Array) => void, before?: Part): Hashed {
  const { descriptor, from, length } = part;
  if (before === undefined && length <= ALONE) {
    const bytes = Buffer.allocUnsafe(length);
    work.check();
    const size = readFully(descriptor, bytes, from);
    const read = bytes.subarray(0, size);
    write(read);
    return { sha256: createHash('sha256').update(read).digest('hex'), size };
  }
  hashing.begin();
  const begun = before === undefined ? 0 : hashPieces(before, hashing, work, () => {});
  const size = hashPieces(part, hashing, work, write);
  return { sha256: hashing.digest(), size: begun + size };
}

function hashPieces({ descriptor, from, length }: Part, hashing: Hashing, work: Work, write: (bytes: Uint8Array) => void): number {
  let size = 0;
  while (size < length) {
    work.check();
    const piece = hashing.piece();
    const count = fs.readSync(descriptor, piece, 0, Math.min(piece.length, length - size), from + size);
    if (count === 0) {
      break;
    }
    hashing.give(count);
    write(piece.subarray(0, count));
    size += count;
  }
  return size;
}

/** Fills `bytes` from `position` on and says how much there was. */
export function readFully(descriptor: number, bytes: Uint8Array, position: number): number {
  for (let done = 0; ;) {
    const count = done === bytes.length ? 0 : fs.readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (count === 0) {
      return done;
    }
    done += count;
  }
}
