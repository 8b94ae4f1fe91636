import * as assert from 'node:assert/strict';
import { plot } from '../../../src/webview/plot';
import { nearest, walked } from '../../../src/webview/plotWalk';

describe('pointing at the plot of a metric', () => {
  it('finds the value with the nearest step, also where it is no finite number', () => {
    const { places } = plot({ steps: [0, 10, 100], values: [1, 'NaN', 3] }, 106, 46)!;
    assert.deepEqual([0, 7, 9, 50, 90, 106].map((x) => nearest(places, x, 0)), [0, 0, 1, 1, 2, 2]);
  });

  it('finds of several values at one step the one of the nearest height', () => {
    const { places } = plot({ steps: [0, 5, 5, 10], values: [0, 10, 0, 5] }, 106, 46)!;
    assert.deepEqual([nearest(places, 53, 0), nearest(places, 53, 46)], [1, 2]);
  });

  it('finds the only value from anywhere', () => {
    const { places } = plot({ steps: [0], values: [7] }, 106, 46)!;
    assert.deepEqual([nearest(places, -5, 0), nearest(places, 200, 0)], [0, 0]);
  });

  it('finds each of ten thousand values at its own place', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => index % 7);
    const { places } = plot({ steps: values.map((_, index) => index), values }, 320, 44)!;
    assert.deepEqual([0, 1, 5_000, 9_999].map((index) => nearest(places, places[index]!.x, 0)), [0, 1, 5_000, 9_999]);
  });
});

describe('walking along the plot of a metric by keyboard', () => {
  it('goes one value at a time and stops at both ends', () => {
    assert.deepEqual([walked('ArrowLeft', 1, 3), walked('ArrowLeft', 0, 3), walked('ArrowRight', 1, 3), walked('ArrowRight', 2, 3)], [0, 0, 2, 2]);
  });

  it('jumps to the first and the last value', () => {
    assert.deepEqual([walked('Home', 2, 5), walked('End', 2, 5)], [0, 4]);
  });

  it('leaves other keys to the page', () => {
    assert.equal(walked('Tab', 1, 3), undefined);
  });
});
