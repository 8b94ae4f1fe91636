import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { isMissing } from '../../../src/store/fileErrors';
import type { Holding } from '../../../src/store/holding';
import { Lock } from '../../../src/store/lock';
import { thisMaker } from '../../../src/store/processes';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { refusingFrom } from '../../faults/harness/refusing';
import { standingIn } from '../../faults/harness/standIn';
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
    assert.throws(() => held.confirm(), /others went on/);
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
    assert.deepEqual(fs.readdirSync(folder()), ['9.held']);
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

  describe('of a holder that was silent for too long', () => {
    const { now } = performance;
    afterEach(() => {
      performance.now = now;
    });
    /** As if whoever looks at the time in `work` had let ten minutes and more go by since he looked last. */
    const minutesLater = <T>(work: () => T): T => {
      let time = now.call(performance);
      performance.now = () => (time += 700_000);
      try {
        return work();
      } finally {
        performance.now = now;
      }
    };
    const file = (): string => path.join(folder(), 'objects', 'file');
    const remade = (): void => {
      fs.rmSync(folder(), { recursive: true });
      writeFiles(folder(), { 'objects/file': 'x', 'objects/before': 'y' });
    };
    const isTakenOver = (error: unknown): boolean => isArtifactError(error, 'invalid') && error.message.includes('others went on');

    it('is taken over by who waits, so that the next one waits no more', () => {
      writeFiles(folder(), { '7.held': JSON.stringify({ space: 'elsewhere', pid: 1, token: 'x' }) });
      minutesLater(() => lock().waitWhileHeld(UNWATCHED));
      assert.deepEqual(fs.readdirSync(folder()), ['8.free']);
      lock().waitWhileHeld(patience(0));
    });

    it('stays with one who shows at his checks that he lives', () => {
      const held = lock().acquire(UNWATCHED);
      const [before] = fs.readdirSync(folder()).map((name) => path.join(folder(), name));
      fs.utimesSync(before!, 0, 0);
      minutesLater(() => held.keeping(UNWATCHED).check());
      assert.ok(fs.statSync(before!).mtimeMs > 0);
    });

    for (const removedBefore of [false, true]) {
      it(`deletes nothing more, at whichever call he wakes up${removedBefore ? ', also when he had deleted before' : ''}`, () => {
        let spared = 0;
        for (let n = 1, isOver = false; !isOver; n++) {
          remade();
          const held = lock().acquire(UNWATCHED);
          if (removedBefore) {
            held.remove(path.join(folder(), 'objects', 'before'));
          }
          let calls = 0;
          let isNeeded = false as boolean;
          let error: unknown;
          standingIn((_name, args, original) => {
            if (++calls === n) {
              minutesLater(() => lock().waitWhileHeld(UNWATCHED));
              isNeeded = fs.existsSync(file());
            }
            return original(...args);
          }, () => {
            try {
              held.remove(file());
            } catch (thrown) {
              error = thrown;
            }
          });
          assert.equal(fs.existsSync(file()), isNeeded, `call ${n}`);
          assert.ok(!isNeeded || isTakenOver(error), `call ${n}: ${String(error)}`);
          spared += isNeeded ? 1 : 0;
          isOver = calls < n;
          held.release();
        }
        assert.ok(spared >= 3, String(spared));
      });
    }

    it('has one holder, whoever else fell asleep at whichever call of taking it over', () => {
      let overtaken = 0;
      for (let n = 1, isOver = false; !isOver; n++) {
        remade();
        const first = lock().acquire(UNWATCHED);
        let calls = 0;
        let third = undefined as Holding | undefined;
        let second: Holding | undefined;
        standingIn((_name, args, original) => {
          if (++calls === n) {
            third = minutesLater(() => lock().acquire(UNWATCHED));
          }
          return original(...args);
        }, () => {
          try {
            let looks = 0;
            let time = now.call(performance);
            // The clock runs until the third one has taken it.
            performance.now = () => (third === undefined ? (time += 700_000) : time);
            second = lock().acquire({ ...UNWATCHED, check: () => {
              if (third !== undefined && ++looks > 2) {
                throw new Cancelled();
              }
            } });
          } catch (error) {
            assert.ok(error instanceof Cancelled || isMissing(error), String(error));
          } finally {
            performance.now = now;
          }
        });
        isOver = third === undefined;
        const [last, ...before] = [third, second, first].filter((each) => each !== undefined);
        before.forEach((each) => assert.throws(() => each.remove(file()), isTakenOver, `call ${n}`));
        overtaken += before.length - 1;
        last!.remove(file());
        assert.equal(fs.existsSync(file()), false, `call ${n}`);
        last!.release();
      }
      assert.ok(overtaken > 0);
    });
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
