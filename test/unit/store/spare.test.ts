import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { freeSpace, planFreeing } from '../../../src/store/freeing';
import { Lock } from '../../../src/store/lock';
import type { Store } from '../../../src/store/store';
import { UNWATCHED } from '../../../src/store/work';
import { failure } from '../../faults/harness/refusing';
import { standingIn } from '../../faults/harness/standIn';
import { CHURN, commitIn, filesBelow, largeBytes, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

const TAKES_ROOM = /^(?:write|writeFile|appendFile|mkdir|link|copyFile)Sync$/;

describe('what is kept for who deletes', () => {
  const folder = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');
  const remove = (store: Store): number => store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED).bytesFreed;
  const spare = (): string => path.join(root(), 'locks', 'spare');
  const bytesOfSpare = (): number | undefined => fs.statSync(spare(), { throwIfNoEntry: false })?.size;

  /** Room comes only from the spare file, and from the stored bytes that go. */
  function onFullDisk<T>(work: () => T): T {
    let isFull = true;
    return standingIn((name, args, original) => {
      if (isFull && TAKES_ROOM.test(name)) {
        throw failure('ENOSPC', name, args[0]);
      }
      const result = original(...args);
      isFull &&= !(name === 'rmSync' && args[0] === spare());
      return result;
    }, work);
  }

  const twoVersions = (): Store => {
    const store = storeIn(root());
    commitIn(store, { files: { a: largeBytes(1) } });
    commitIn(store, { files: { a: largeBytes(2) } });
    return store;
  };

  it('lets a full disk be freed of a version, and is there again afterwards', () => {
    const store = twoVersions();
    const before = bytesOfSpare();
    assert.ok(before! > 100_000, String(before));
    assert.equal(onFullDisk(() => remove(store)), 100_000);
    assert.equal(bytesOfSpare(), before);
  });

  it('lets a full disk be freed of what no version needs, and of what a killed log left', () => {
    const store = twoVersions();
    fs.rmSync(store.layout.artifact(CHURN).version('1.0.0'), { recursive: true });
    fs.mkdirSync(path.join(store.layout.tmp, 'killed'));
    assert.equal(onFullDisk(() => planFreeing(store, UNWATCHED)).bytes, 100_000);
    assert.equal(onFullDisk(() => freeSpace(store, UNWATCHED)).bytes, 100_000);
    assert.ok(fs.existsSync(spare()));
  });

  it('is made whole by the next log where it is missing or cut off', () => {
    const store = twoVersions();
    const whole = bytesOfSpare();
    for (const damage of [() => fs.rmSync(spare()), () => fs.truncateSync(spare(), 5)]) {
      damage();
      commitIn(store);
      assert.equal(bytesOfSpare(), whole);
    }
  });

  it('is missed by a disk that is full even so, which leaves no lock behind for others to wait for', () => {
    const store = twoVersions();
    fs.rmSync(spare());
    assert.throws(() => onFullDisk(() => remove(store)), /ENOSPC/);
    assert.deepEqual(filesBelow(store.layout.locks).filter((name) => name.endsWith('.held')), []);
    assert.equal(remove(store), 100_000);
  });

  it('leaves a lock free to others where it could be made and not be written', () => {
    const lock = (): Lock => new Lock(path.join(folder(), 'lock'));
    assert.throws(() => standingIn((name, args, original) => {
      if (name === 'writeFileSync') {
        throw failure('ENOSPC', name, args[0]);
      }
      return original(...args);
    }, () => lock().acquire(UNWATCHED)), /ENOSPC/);
    lock().acquire({ ...UNWATCHED, check: () => assert.deepEqual(fs.readdirSync(path.join(folder(), 'lock')), []) }).release();
  });
});
