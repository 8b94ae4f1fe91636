import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lock } from '../../../src/store/lock';
import { thisMaker } from '../../../src/store/processes';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { refusingFrom } from '../../faults/harness/refusing';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('the lock', () => {
  const folder = temporaryFolder();
  const lock = (): Lock => new Lock(folder());

  /** Gives up at the n-th look. */
  const patience = (looks: number, then: () => void = () => { throw new Cancelled(); }): Work => ({
    ...UNWATCHED,
    check() {
      if (looks-- === 0) {
        then();
      }
    },
  });

  it('has one holder at a time', () => {
    const held = lock().acquire(UNWATCHED);
    assert.throws(() => lock().acquire(patience(3)), Cancelled);
    assert.throws(() => lock().waitWhileHeld(patience(3)), Cancelled);
    held.release();
    lock().waitWhileHeld(UNWATCHED);
    lock().acquire(UNWATCHED).release();
  });

  it('goes to who waits when it is given back', () => {
    const held = lock().acquire(UNWATCHED);
    lock().acquire(patience(3, () => held.release())).confirm();
    assert.throws(() => held.confirm(), /taken over/);
  });

  it('keeps one file, whatever its history', () => {
    for (let round = 0; round < 5; round++) {
      lock().acquire(UNWATCHED).release();
    }
    assert.deepEqual(fs.readdirSync(folder()), ['5.free']);
  });

  it('is taken over from a process that is gone', () => {
    writeFiles(folder(), { '7.held': JSON.stringify({ ...thisMaker(), pid: 2 ** 22 + 1, token: 'x' }) });
    lock().waitWhileHeld(UNWATCHED);
    lock().acquire(UNWATCHED).confirm();
    assert.deepEqual(fs.readdirSync(folder()), ['8.held']);
  });

  it('is not taken from a process that runs, nor from another machine or an unknown one, however old it looks', () => {
    for (const holder of [JSON.stringify({ ...thisMaker(), token: 'x' }), JSON.stringify({ space: 'elsewhere', pid: 1, token: 'x' }), '', '{']) {
      const [file] = writeFiles(folder(), { '1.held': holder });
      fs.utimesSync(file!, 0, 0);
      assert.throws(() => lock().acquire(patience(3)), Cancelled, holder);
    }
  });

  it('is given back when the system refuses a call on the way to it', () => {
    for (let n = 1, isOver = false; !isOver; n++) {
      const refusal = refusingFrom(n, 'EIO', () => lock().acquire(UNWATCHED).release());
      isOver = refusal?.call.startsWith('renameSync') ?? true;
      if (!isOver) {
        lock().acquire(patience(3)).release();
      }
    }
  });

  it('is not held by a slow starter whose number is long over', () => {
    const first = lock().acquire(UNWATCHED);
    first.release();
    const second = lock().acquire(UNWATCHED);
    // As if another had seen the lock free at 0 and only now created the file of number 1.
    writeFiles(folder(), { '1.held': JSON.stringify({ ...thisMaker(), token: 'slow' }) });
    second.confirm();
    assert.throws(() => lock().acquire(patience(2)), Cancelled);
    second.release();
    lock().acquire(UNWATCHED).confirm();
    assert.equal(fs.existsSync(path.join(folder(), '1.held')), false);
  });
});
