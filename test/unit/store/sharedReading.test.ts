import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { SharedReading } from '../../../src/store/sharedReading';
import { MOST_WHOLE, type WholeRead } from '../../../src/store/wholeFile';
import { UNWATCHED } from '../../../src/store/work';
import { makeFolder, removeFolder } from '../../support/temporaryFolder';

describe('many files read by two threads', () => {
  let folder: string;
  let reading: SharedReading;

  beforeEach(() => {
    folder = makeFolder('shared-');
    fs.mkdirSync(path.join(folder, 'staged'));
    reading = new SharedReading();
  });

  afterEach(() => removeFolder(folder));

  const made = (sizes: readonly number[]): { readonly file: string; readonly staged: string; readonly content: Buffer }[] => sizes.map((size, index) => {
    const file = path.join(folder, `file-${index}`);
    const content = randomBytes(size);
    fs.writeFileSync(file, content);
    return { file, staged: path.join(folder, 'staged', String(index)), content };
  });
  const bytesOf = (read: WholeRead | undefined): Buffer | undefined =>
    read && Buffer.from(read.taken.kind === 'small' ? read.taken.bytes : fs.readFileSync(read.taken.staged));

  it('are whole, each with its own bytes and digest, round after round', () => {
    const files = made(Array.from({ length: 120 }, (_, index) => 1 + index * 1531));
    for (let round = 0; round < 6; round++) {
      const read = reading.read(files, UNWATCHED);
      for (const [index, { content }] of files.entries()) {
        assert.equal(bytesOf(read[index])?.equals(content), true, `file ${index}`);
        const { taken, before } = read[index] ?? assert.fail();
        assert.equal(taken.sha256, createHash('sha256').update(content).digest('hex'));
        assert.equal(before.size, content.length);
      }
      fs.rmSync(path.join(folder, 'staged'), { recursive: true });
      fs.mkdirSync(path.join(folder, 'staged'));
    }
  });

  it('are left to whoever takes them by themselves where something is odd about them', () => {
    const [gone, empty, large, sound] = made([10, 0, MOST_WHOLE + 1, 100_000]);
    assert.ok(gone && empty && large && sound);
    fs.rmSync(gone.file);
    const odd = { file: folder, staged: path.join(folder, 'staged', 'folder') };
    const occupied = { ...sound, staged: path.join(folder, 'staged') };
    const read = reading.read([gone, empty, large, odd, occupied, sound], UNWATCHED);
    assert.deepEqual(read.slice(0, 5), [undefined, undefined, undefined, undefined, undefined]);
    assert.equal(bytesOf(read[5])?.equals(sound.content), true);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'staged')), ['3']);
  });

  it('are read no further once the caller has gone', async () => {
    const files = made(Array.from({ length: 500 }, () => 70_000));
    for (let round = 0; round < 5; round++) {
      let checked = 0;
      assert.throws(() => reading.read(files, { ...UNWATCHED, check() {
        if (++checked > 3) {
          throw new Error('gone');
        }
      } }), /gone/);
      const staged = fs.readdirSync(path.join(folder, 'staged')).length;
      assert.ok(staged < files.length / 2, `${staged} were read`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(fs.readdirSync(path.join(folder, 'staged')).length, staged, 'the other thread went on');
      fs.rmSync(path.join(folder, 'staged'), { recursive: true });
      fs.mkdirSync(path.join(folder, 'staged'));
    }
  });
});
