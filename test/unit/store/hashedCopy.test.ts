import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { hashedCopy } from '../../../src/store/hashedCopy';
import { Hashing } from '../../../src/store/hashing';
import { UNWATCHED } from '../../../src/store/work';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const MIB = 2 ** 20;

describe('copying and hashing at once', () => {
  const folder = temporaryFolder();
  const bytes = Buffer.from(Uint8Array.from({ length: 5 * MIB + 17 }, (_, index) => (index * 31 + (index >> 11)) % 251));

  const copied = (hashing: Hashing, from: number, length: number): { readonly digest: string; readonly copy: Buffer } => {
    const [file] = writeFiles(folder(), { large: bytes });
    const descriptor = fs.openSync(file ?? '', 'r');
    try {
      const pieces: Buffer[] = [];
      const { sha256 } = hashedCopy({ descriptor, from, length }, hashing, UNWATCHED, (piece) => pieces.push(Buffer.from(piece)));
      return { digest: sha256, copy: Buffer.concat(pieces) };
    } finally {
      fs.closeSync(descriptor);
    }
  };

  it('gives the bytes of any part of a file, and their digest', () => {
    const hashing = new Hashing();
    for (const [from, length] of [[0, bytes.length], [0, 10], [12_345, 128 * 1024 + 1], [MIB, 4 * MIB], [5 * MIB, 9 * MIB]] as const) {
      const part = bytes.subarray(from, from + length);
      const { digest, copy } = copied(hashing, from, length);
      assert.ok(copy.equals(part), `${length} bytes from ${from}`);
      assert.equal(digest, createHash('sha256').update(part).digest('hex'));
    }
  });

  it('knows nothing of a file that could not be written to its end', () => {
    const hashing = new Hashing();
    const [file] = writeFiles(folder(), { large: bytes });
    const descriptor = fs.openSync(file ?? '', 'r');
    assert.throws(() => hashedCopy({ descriptor, from: 0, length: bytes.length }, hashing, UNWATCHED, () => {
      throw new Error('the disk is full');
    }), /full/u);
    fs.closeSync(descriptor);
    assert.equal(copied(hashing, 0, bytes.length).digest, createHash('sha256').update(bytes).digest('hex'));
  });
});
