import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import * as path from 'node:path';
import type { NewFile } from '../../../src/store/newFiles';
import type { Store } from '../../../src/store/store';
import { WholeFiles } from '../../../src/store/wholeFile';
import { UNWATCHED } from '../../../src/store/work';
import { standingIn } from '../../faults/harness/standIn';
import { beginIn, largeBytes, storeIn } from '../../support/stores';
import { makeFolder, removeFolder, writeFiles } from '../../support/temporaryFolder';

const EXT4 = 0xef53;

describe('the disk, while files are still read', () => {
  let folder: string;

  beforeEach(() => {
    folder = makeFolder('early-');
  });

  afterEach(() => removeFolder(folder));

  it('has begun with each new file that was read', function () {
    if (process.platform !== 'linux' || fs.statfsSync(folder).type !== EXT4 || spawnSync('filefrag', ['-V']).error !== undefined) {
      this.skip();
    }
    const [file = ''] = writeFiles(folder, { 'source.bin': largeBytes(1, 2 ** 20) });
    const staged = path.join(folder, 'staged');
    new WholeFiles().read({ file, staged, isNew: true });
    assert.ok(fs.readFileSync(staged).equals(largeBytes(1, 2 ** 20)));
    const { stdout } = spawnSync('filefrag', ['-v', staged], { encoding: 'utf8' });
    // So it says of bytes that have no place on the disk yet.
    assert.ok(stdout.includes('extent') && !stdout.includes('delalloc'), stdout);
  });

  /** How many files this thread told the disk to begin with while it took them. */
  function begun(work: () => void): number {
    let count = 0;
    standingIn((name, args, original) => {
      count += name === 'ftruncateSync' ? 1 : 0;
      return original(...args);
    }, work);
    return count;
  }

  function logTwoHalves(store: Store, files: readonly NewFile[]): readonly number[] {
    const writing = beginIn(store);
    const counts = [files.slice(0, files.length / 2), files.slice(files.length / 2)].map((half) => begun(() => writing.put(half, UNWATCHED)));
    writing.commit(UNWATCHED);
    return counts;
  }

  it('is not bothered with files that were only touched', function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const written = writeFiles(path.join(folder, 'source'), Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`${index}.bin`, largeBytes(index, 70_000)])));
    const files = written.map((file, index) => ({ path: `${index}.bin`, file, size: 70_000 }));
    const store = storeIn(path.join(folder, 'store'));
    const [, second = 0] = logTwoHalves(store, files);
    const [, again] = logTwoHalves(store, files);
    assert.ok(store.cloning.hasFailed ? second > 0 : second === 0, `${second} of the second half`);
    assert.equal(again, 0);
  });
});
