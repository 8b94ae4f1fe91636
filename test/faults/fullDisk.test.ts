import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ArtifactError, isArtifactError } from '../../src/model/errors';
import { fileError } from '../../src/store/fileErrors';
import type { Store } from '../../src/store/store';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, readIn, storeIn } from '../support/stores';
import { writeFiles } from '../support/temporaryFolder';
import { memoryFolder } from './harness/memoryFolder';
import { onMountedDisk } from './harness/mountedDisk';
import { scaled, tell } from './harness/scale';
import { standingIn, type SystemCall } from './harness/standIn';
import { inspect } from './harness/storeInspector';

const MIB = 2 ** 20;
/** Calls that take room on a disk. */
const TAKES_ROOM = /^(?:write|writeFile|appendFile|fsync|mkdir|rename|link|copyFile)Sync$/;

const noRoom = (name: string): Error => Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC', errno: -28, syscall: name.replace('Sync', '') });

describe('a disk that is full', () => {
  const folder = memoryFolder();

  /**
   * Runs `work` with a disk that is full at the n-th call; there is room again at once, or once something
   * was removed. Tells whether it came to that.
   */
  function fullAt(n: number, then: 'at once' | 'once something is removed', work: () => void): boolean {
    let calls = 0;
    let emptied = false;
    standingIn((name, args, original: SystemCall) => {
      const opens = name === 'openSync' && /[wa]/.test(String(args[1]));
      if (opens || TAKES_ROOM.test(name)) {
        calls++;
        if (calls === n || (calls > n && then !== 'at once' && !emptied)) {
          throw noRoom(name);
        }
      }
      emptied ||= calls >= n && name === 'rmSync' && (args[1] as { readonly recursive?: boolean } | undefined)?.recursive === true;
      return name === 'spawnSync' && calls >= n ? { status: 1 } : original(...args);
    }, work);
    return calls >= n;
  }

  const versionOf = (index: number): Record<string, string | Uint8Array> => ({
    ...Object.fromEntries(Array.from({ length: 12 }, (_, file) => [`large-${file}.bin`, largeBytes(1_000 * index + file, 120_000)])),
    ...Object.fromEntries(Array.from({ length: 8 }, (_, file) => [`small-${file}.txt`, `${index} ${file}`])),
  });

  /** Logs a version with everything that one can have; tells `begun` from where on it can be said how much is to be stored. */
  function log(store: Store, index: number, begun: () => void): void {
    const files = versionOf(index);
    const written = writeFiles(path.join(folder(), 'source'), files);
    const run = store.startRun('ada', 'training');
    const id = randomUUID();
    try {
      const writing = store.begin({ ...CHURN, type: 'dataset', version: 'major', aliases: ['newest', 'best'], producer: { workspace: 'ada', run: run.run } }, id);
      begun();
      try {
        writing.put(Object.keys(files).map((logical, file) => ({ path: logical, file: written[file]! })), UNWATCHED);
        writing.commit(UNWATCHED);
      } finally {
        writing.abandon();
      }
    } finally {
      // As the worker does where a version could not even begin.
      store.discard(id);
    }
  }

  const usedBy = (root: string): number => filesBelow(root).reduce((sum, file) => sum + fs.statSync(path.join(root, file)).size, 0);

  for (const then of ['at once', 'once something is removed'] as const) {
    it(`at any call, with room again ${then}, is told; there is no version, the room is given back, and the store is as good as before`, function () {
      this.timeout(3_600_000);
      const root = path.join(folder(), 'store');
      let failures = 0;
      let counted = 0;
      for (let n = 1; n <= 200; n += scaled(7, 1)) {
        const store = storeIn(root);
        commitIn(store, { files: { a: largeBytes(1), b: 'small' } });
        writeFiles(path.join(folder(), 'source'), versionOf(n));
        const before = usedBy(root);
        let error: unknown;
        let isBegun = false as boolean;
        const reached = fullAt(n, then, () => {
          try {
            log(storeIn(root), n, () => { isBegun = true; });
          } catch (thrown) {
            error = fileError(thrown, root);
          }
        });
        const seen = inspect(root);
        assert.deepEqual(seen.problems, [], `call ${n}`);
        assert.equal(readIn(storeIn(root), '1.0.0', 'b').toString(), 'small');
        if (error !== undefined) {
          failures++;
          counted += isBegun ? 1 : 0;
          assert.ok(isArtifactError(error, 'noSpace'), `call ${n}: ${error instanceof Error ? error.stack : ''}`);
          // Who has to make room has to know how much.
          assert.ok(!isBegun || /: \d+ bytes are needed for .*, and \d+ are free$/.test(error.details), `call ${n}: ${error.details}`);
          assert.deepEqual(seen.visible, ['ada/churn:1.0.0'], `call ${n}`);
          assert.deepEqual(seen.inTmp, [], `call ${n}`);
          const lost = usedBy(root) - before;
          assert.ok(lost < MIB, `call ${n}: ${lost} bytes were not given back`);
        } else {
          // What may fail after the commit is no reason to call the version lost.
          assert.ok(seen.visible.includes('ada/churn:2.0.0'), `call ${n}`);
        }
        fs.rmSync(root, { recursive: true });
        if (!reached) {
          break;
        }
      }
      assert.ok(failures > 10 && counted > 8, `${failures}, ${counted} with bytes`);
      tell(`full at ${failures} different calls: each told, ${counted} with the bytes that are needed, nothing visible, nothing kept`);
    });
  }

  it('of eight megabytes, says how many bytes are needed, gives the room back, and takes what fits', function () {
    const disk = path.join(folder(), 'small');
    onMountedDisk(this, disk, () => {
      const root = path.join(disk, 'store');
      commitIn(storeIn(root), { files: { a: largeBytes(1, 3 * MIB) } });
      const before = free(disk);
      for (const [files, size] of [[1, 6 * MIB], [9, MIB], [90, 100_000], [400, 20_000]] as const) {
        const written = writeFiles(path.join(folder(), `source-${files}`), Object.fromEntries(Array.from({ length: files }, (_, index) => [`${index}`, largeBytes(index, size)])));
        const writing = beginIn(storeIn(root));
        assert.throws(() => writing.put(written.map((file, index) => ({ path: String(index), file })), UNWATCHED), (error: ArtifactError) =>
          isArtifactError(error, 'noSpace') && /\d+ bytes are needed/.test(error.details), `${files} files`);
        writing.abandon();
        assert.ok(before - free(disk) < MIB, `${before - free(disk)} bytes were not given back`);
        assert.deepEqual(inspect(root).problems, []);
      }
      assert.equal(commitIn(storeIn(root), { files: { b: largeBytes(2, 3 * MIB) } }).version, '2.0.0');
      assert.equal(readIn(storeIn(root), '1.0.0', 'a').length, 3 * MIB);
      fill(path.join(disk, 'others'));
      assert.equal(storeIn(root).remove({ ...CHURN, version: '1.0.0' }, UNWATCHED).bytesFreed, 3 * MIB);
      assert.ok(free(disk) > 2 * MIB, `${free(disk)} bytes are free`);
    });
    tell('a disk of 8 MiB: four logs too many told how much they need, one that fits was taken');
  });

  /** Takes the last byte of the disk. */
  function fill(file: string): void {
    const descriptor = fs.openSync(file, 'w');
    for (const size of [MIB, 4_096, 1]) {
      try {
        while (fs.writeSync(descriptor, Buffer.alloc(size)) > 0);
      } catch {
        // No more of this size.
      }
    }
    fs.closeSync(descriptor);
  }

  const free = (disk: string): number => {
    const { bavail, bsize } = fs.statfsSync(disk);
    return bavail * bsize;
  };
});
