import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { fileError } from './fileErrors';
import type { FileState } from './statCache';
import { isSameState } from './statShelf';
import type { Work } from './work';

export interface FileDigest {
  readonly sha256: string;
  /** What the file looked like, where that was the same before and after it was read. */
  readonly settled: FileState | undefined;
}

/** SHA-256 of a file of this machine. Blocks its thread while it reads into `buffer`. */
export function fileDigest(file: string, buffer: Buffer, work: Work): FileDigest {
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      const before = fs.fstatSync(descriptor);
      const sha256 = hash(descriptor, buffer, work);
      const after = fs.fstatSync(descriptor);
      return { sha256, settled: isSameState(before, after) ? after : undefined };
    } finally {
      fs.closeSync(descriptor);
    }
  } catch (error) {
    throw fileError(error, file);
  }
}

function hash(descriptor: number, buffer: Buffer, work: Work): string {
  const digest = createHash('sha256');
  for (;;) {
    work.check();
    const count = fs.readSync(descriptor, buffer, 0, buffer.length, null);
    if (count === 0) {
      return digest.digest('hex');
    }
    digest.update(buffer.subarray(0, count));
  }
}
