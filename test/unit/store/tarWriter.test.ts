import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { BLOCK, padded, tarHead } from '../../../src/store/tarWriter';
import { readTarIndex } from '../../../src/store/tarIndex';
import { UNWATCHED } from '../../../src/store/work';
import { temporaryFolder } from '../../support/temporaryFolder';

const GIB = 2 ** 30;

describe('the head of a file in an archive', () => {
  const folder = temporaryFolder();

  // Eight GiB are the first size that eleven octal digits cannot say.
  for (const size of [0, 4 * GIB + 1, 8 * GIB - 1, 8 * GIB, 8 * GIB + 1, 2 ** 43 + 513]) {
    it(`says that it has ${size} bytes, to us, to tar and to Python`, () => {
      const file = path.join(folder(), 'large.tar');
      const head = tarHead('a/large.bin', size, new Date(0));
      const descriptor = fs.openSync(file, 'w+');
      try {
        fs.writeSync(descriptor, head);
        // One hole: only the heads are read.
        fs.ftruncateSync(descriptor, head.length + padded(size) + 2 * BLOCK);
        assert.deepEqual([...readTarIndex(descriptor, file, UNWATCHED)], [['a/large.bin', { offset: head.length, size }]]);
      } finally {
        fs.closeSync(descriptor);
      }
      if (process.platform === 'linux') {
        assert.match(execFileSync('tar', ['-tvf', file], { encoding: 'utf8' }), new RegExp(` ${size} .* a/large\\.bin\n$`, 'u'));
        const told = execFileSync('python3', ['-c', 'import sys, tarfile; print([(m.name, m.size) for m in tarfile.open(sys.argv[1])])', file], { encoding: 'utf8' });
        assert.equal(told, `[('a/large.bin', ${size})]\n`);
      }
    });
  }
});
