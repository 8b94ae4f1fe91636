import * as assert from 'node:assert/strict';
import { smoothed } from '../../../src/webview/smoothing';

describe('smoothing a line', () => {
  const rounded = (values: readonly (number | undefined)[]): readonly (number | undefined)[] => values.map((value) => value && Math.round(value * 1000) / 1000);

  it('weighs each value with those before it, and begins at the first one', () => {
    assert.deepEqual(rounded(smoothed([1, 0, 0], 0.5)), [1, 0.333, 0.143]);
  });

  it('changes nothing by a weight of 0, and nothing of what never changes', () => {
    assert.deepEqual(smoothed([3, 1, 2], 0), [3, 1, 2]);
    assert.deepEqual(rounded(smoothed([7, 7, 7], 0.9)), [7, 7, 7]);
  });

  it('keeps gaps and goes on behind them', () => {
    assert.deepEqual(rounded(smoothed([1, undefined, 0], 0.5)), [1, undefined, 0.333]);
  });

  it('holds the largest numbers there are', () => {
    assert.ok(smoothed(new Array<number>(50).fill(Number.MAX_VALUE), 0.6).every((value) => Number.isFinite(value)));
  });
});
