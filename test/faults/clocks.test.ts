import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Lock } from '../../src/store/lock';
import { Cancelled, UNWATCHED, type Work } from '../../src/store/work';
import { beginIn, CHURN, commitIn, readIn, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { tell } from './harness/scale';

const YEAR_MS = 365 * 86_400_000;

describe('a clock that is a year off', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  const { now } = Date;
  const clock = (shift: number): void => {
    Date.now = () => now() + shift;
  };
  afterEach(() => {
    Date.now = now;
  });

  it('does not change which version is the latest, nor the next number', () => {
    const store = storeIn(root());
    const shifts = [0, YEAR_MS, -YEAR_MS, 3_600_000, -3_600_000];
    shifts.forEach((shift, index) => {
      clock(shift);
      assert.equal(commitIn(store, { files: { a: String(index) } }).version, `${index + 1}.0.0`);
      assert.equal(readIn(storeIn(root()), 'latest', 'a').toString(), String(index));
    });
    assert.deepEqual([...store.catalog.versions(CHURN)].map(({ version }) => version), ['5.0.0', '4.0.0', '3.0.0', '2.0.0', '1.0.0']);
  });

  it('lets no change of a file go unnoticed, and sweeps nothing that is being written', () => {
    const file = path.join(folder(), 'data.bin');
    const store = storeIn(root());
    const writing = beginIn(store);
    let rounds = 0;
    for (const shift of [0, YEAR_MS, -YEAR_MS]) {
      for (const time of [now(), now() + YEAR_MS, now() - YEAR_MS]) {
        clock(shift);
        const content = Buffer.alloc(100_000, `${rounds++} `);
        fs.writeFileSync(file, content);
        fs.utimesSync(file, time / 1000, time / 1000);
        const other = beginIn(storeIn(root()), { artifact: 'other' });
        other.put([{ path: 'data.bin', file }], UNWATCHED);
        const { version } = other.commit(UNWATCHED);
        assert.ok(readIn(store, version, 'data.bin', { ...CHURN, artifact: 'other' }).equals(content), `shift ${shift}`);
      }
    }
    assert.equal(writing.commit(UNWATCHED).version, '1.0.0');
    tell(`${rounds} contents of one size under three clocks and three times: each noticed`);
  });

  it('does not make a lock look abandoned', () => {
    const lock = path.join(folder(), 'lock');
    const held = new Lock(lock).acquire(UNWATCHED);
    for (const shift of [YEAR_MS, -YEAR_MS]) {
      clock(shift);
      const time = (now() - shift) / 1000;
      fs.readdirSync(lock).forEach((name) => fs.utimesSync(path.join(lock, name), time, time));
      let looks = 0;
      const impatient: Work = { ...UNWATCHED, check() {
        if (++looks > 5) {
          throw new Cancelled();
        }
      } };
      assert.throws(() => new Lock(lock).acquire(impatient), Cancelled);
    }
    held.confirm();
    held.release();
  });
});
