import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import * as path from 'node:path';
import { WriteBehind } from '../../../src/operations/writeBehind';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('writing behind', () => {
  const folder = temporaryFolder();
  let handle: FileHandle;
  const file = (): string => path.join(folder(), 'file');

  beforeEach(async () => {
    handle = await open(file(), 'w+');
  });
  afterEach(() => handle.close());

  it('keeps all bytes in their order, in pieces of any size', async () => {
    const pieces = [0, 1, 65_536, 3_000_001, 1_048_576, 7, 1_048_575].map((size) => randomBytes(size));
    const writer = new WriteBehind(handle, 0, 6_000_000);
    for (const piece of pieces) {
      await writer.write(piece);
    }
    await writer.flush();
    assert.ok(fs.readFileSync(file()).equals(Buffer.concat(pieces)));
  });

  it('goes on behind what is there', async () => {
    await handle.write('begun ');
    const writer = new WriteBehind(handle, 6, 4);
    await writer.write(Buffer.from('done'));
    await writer.flush();
    assert.equal(fs.readFileSync(file(), 'utf8'), 'begun done');
  });

  it('takes a copy of what it is given', async () => {
    const piece = Buffer.from('first');
    const writer = new WriteBehind(handle, 0, 100);
    await writer.write(piece);
    piece.fill('x');
    await writer.flush();
    assert.equal(fs.readFileSync(file(), 'utf8'), 'first');
  });

  it('tells of a piece that could not be written', async () => {
    const failing: Pick<FileHandle, 'write'> = { write: async () => Promise.reject(new Error('the disk is full')) };
    const writer = new WriteBehind(failing as FileHandle, 0, 10);
    await writer.write(Buffer.alloc(10));
    await assert.rejects(writer.flush(), /the disk is full/);
  });
});
