import * as assert from 'node:assert/strict';
import type { MetricHistory } from '../../../src/protocol';
import { PLAIN_PLOTS } from '../../../src/protocol/plots';
import { type Curve, plot as plotted } from '../../../src/webview/plot';
import { nearest, walked, walkOf } from '../../../src/webview/plotWalk';
import { trace } from '../../../src/webview/trace';

type History = Pick<MetricHistory, 'steps' | 'values'>;

const curves = (all: readonly (History | undefined)[], width: number, height: number): readonly (Curve | undefined)[] =>
  plotted(all.map((each) => each && trace({ ...each, times: each.steps }, PLAIN_PLOTS)), 'linear', { left: 3, top: 3, right: width - 3, bottom: height - 3 })?.curves ?? [];

const plot = (history: History, width: number, height: number): Curve | undefined => curves([history], width, height)[0];

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

  it('jumps by a tenth of the way', () => {
    assert.deepEqual([walked('PageDown', 0, 200), walked('PageUp', 30, 200), walked('PageDown', 195, 200), walked('PageUp', 1, 3)], [20, 10, 199, 0]);
  });

  it('leaves other keys to the page', () => {
    assert.equal(walked('Tab', 1, 3), undefined);
  });
});

describe('walking along several lines of one plot', () => {
  const [first, second] = [{ steps: [0, 10, 20], values: [1, 2, 3] }, { steps: [0, 4, 40], values: [3, 2, 1] }];

  it('stops at every step that any of them has', () => {
    const walk = walkOf(curves([first, second], 106, 46));
    assert.equal(walk.count, 5);
    assert.deepEqual([0, 1, 2, 3, 4].map((stop) => walk.at(stop)), [[0, 0], [0, 1], [1, 1], [2, 1], [2, 2]]);
  });

  it('finds the stop below the pointer, however high that is', () => {
    const walk = walkOf(curves([first, second], 106, 46));
    assert.deepEqual([walk.near(3, 0), walk.near(26, 46), walk.near(200, 3)], [0, 2, 4]);
  });

  it('tells nothing of a line that is not drawn, and walks the only other one by its values', () => {
    const walk = walkOf(curves([undefined, { steps: [5, 5], values: [1, 2] }], 106, 46));
    assert.deepEqual([walk.count, walk.at(0), walk.at(1), walk.at(7)], [2, [undefined, 0], [undefined, 1], [undefined, 1]]);
  });

  it('has no stop where nothing is drawn', () => {
    assert.equal(walkOf([undefined, undefined]).count, 0);
  });
});
