import assert from 'node:assert/strict';
import { Openings } from '../../../src/providers/openings';

const SECOND = 1_000;

describe('what is opened', () => {
  let clock: number;
  let made: number;
  let opening: PromiseWithResolvers<undefined>;

  beforeEach(() => {
    clock = 1_000_000;
    made = 0;
    opening = Promise.withResolvers();
  });
  const make = async (): Promise<number> => {
    made += 1;
    const number = made;
    await opening.promise;
    return number;
  };
  const openings = (keptUntil?: (opened: number) => number): Openings<number> => new Openings(keptUntil, () => clock);

  it('is kept for ten seconds from when it stands, and opened once by all who come meanwhile', async () => {
    const kept = openings();
    const both = [kept.open('a', make), kept.open('a', make)];
    clock += 9 * SECOND;
    opening.resolve(undefined);
    assert.deepEqual(await Promise.all(both), [1, 1]);
    clock += 9 * SECOND;
    assert.equal(await kept.open('a', make), 1);
    clock += 2 * SECOND;
    assert.equal(await kept.open('a', make), 2);
  });

  it('is kept as long as it took, where that was long', async () => {
    const kept = openings();
    const first = kept.open('a', make);
    clock += 60 * SECOND;
    opening.resolve(undefined);
    await first;
    clock += 59 * SECOND;
    assert.equal(await kept.open('a', make), 1);
    clock += 2 * SECOND;
    assert.equal(await kept.open('a', make), 2);
  });

  it('is kept for as long as it says itself', async () => {
    opening.resolve(undefined);
    const until = clock + 60 * SECOND;
    const kept = openings(() => until);
    await kept.open('a', make);
    clock += 59 * SECOND;
    assert.equal(await kept.open('a', make), 1);
    clock += 2 * SECOND;
    assert.equal(await kept.open('a', make), 2);
  });

  it('is tried again after it failed, and made anew after it was forgotten', async () => {
    const kept = openings();
    const failing = kept.open('a', make);
    opening.reject(new Error('gone'));
    await assert.rejects(failing, /gone/u);
    opening = Promise.withResolvers();
    opening.resolve(undefined);
    assert.deepEqual([await kept.open('a', make), await kept.open('b', make)], [2, 3]);
    kept.forget((key) => key === 'a');
    assert.deepEqual([await kept.open('a', make), await kept.open('b', make)], [4, 3]);
  });

  it('is let go when fifty others were opened since', async () => {
    opening.resolve(undefined);
    const kept = openings();
    for (let key = 0; key <= 50; key++) {
      await kept.open(String(key), make);
    }
    assert.deepEqual([await kept.open('50', make), await kept.open('0', make)], [51, 52]);
  });
});
