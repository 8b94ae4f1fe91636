import * as assert from 'node:assert/strict';
import { PLAIN_PLOTS } from '../../../src/protocol/plots';
import { trace } from '../../../src/webview/trace';

describe('what is drawn of a history', () => {
  const history = { steps: [0, 5, 9], values: [4, 'NaN', -2] as const, times: [1000, 1500, 4000] };
  const xs = (horizontal: 'step' | 'clock' | 'since'): readonly number[] => trace(history, { ...PLAIN_PLOTS, horizontal }).points.map(({ x }) => x);

  it('stands by steps, by times, or by the time since the first value', () => {
    assert.deepEqual([xs('step'), xs('clock'), xs('since')], [[0, 5, 9], [1000, 1500, 4000], [0, 500, 3000]]);
  });

  it('tells least, greatest and how many there are', () => {
    const { count, least, greatest } = trace({ steps: [0, 1, 2, 3], values: [3, 'NaN', -2, 8], times: [0, 1, 2, 3] }, PLAIN_PLOTS);
    assert.deepEqual([count, least, greatest], [3, -2, 8]);
  });

  it('leaves a gap for what is no finite number', () => {
    assert.deepEqual(trace(history, PLAIN_PLOTS).points.map(({ y }) => y), [4, undefined, -2]);
  });

  it('leaves out what is not above 0 on a logarithmic axis, and says how many', () => {
    const { points, leftOut, count } = trace({ ...history, values: [4, 0, -2] }, { ...PLAIN_PLOTS, vertical: 'logarithmic' });
    assert.deepEqual([points.map(({ y }) => y), leftOut, count], [[4, undefined, undefined], 2, 3]);
  });

  it('goes from left to right where the clock of a run that was resumed went back, and knows which value is which', () => {
    const resumed = { steps: [0, 1, 2], values: [1, 2, 3], times: [30, 10, 20] };
    assert.deepEqual(trace(resumed, { ...PLAIN_PLOTS, horizontal: 'since' }).points.map(({ x, index }) => [x, index]), [[0, 1], [10, 2], [20, 0]]);
  });

  it('is smoothed, with what was recorded beside it', () => {
    const { points } = trace({ ...history, values: [1, 'NaN', 0] }, { ...PLAIN_PLOTS, smoothing: 0.5 });
    assert.deepEqual(points.map(({ y, recorded }) => [y === undefined ? y : Math.round(y * 100), recorded]), [[100, 1], [undefined, undefined], [33, 0]]);
  });

  it('is empty where nothing was logged', () => {
    assert.deepEqual(trace({ steps: [], values: [], times: [] }, { ...PLAIN_PLOTS, horizontal: 'since' }).points, []);
  });
});
