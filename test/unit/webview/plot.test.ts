import * as assert from 'node:assert/strict';
import { PLAIN_PLOTS } from '../../../src/protocol/plots';
import { type Curve, plot as plotted } from '../../../src/webview/plot';
import { trace } from '../../../src/webview/trace';

const history = (values: readonly (number | 'NaN')[], steps = values.map((_, index) => index)) => ({ steps, values, times: steps });

/** The only line of a plot with a margin of three pixels. */
function plot(of: ReturnType<typeof history>, width: number, height: number): Curve | undefined {
  return plotted([trace(of, PLAIN_PLOTS)], 'linear', { left: 3, top: 3, right: width - 3, bottom: height - 3 })?.curves[0];
}

describe('the plot of a metric', () => {
  it('goes from left to right and has the greatest value on top', () => {
    assert.equal(plot(history([0, 10, 5]), 106, 46)?.line, 'M3,43L53,3L103,23');
  });

  it('places values by their step', () => {
    assert.equal(plot(history([0, 1, 0], [0, 10, 100]), 106, 46)?.line, 'M3,43L13,3L103,43');
  });

  it('leaves a gap where there is no finite value', () => {
    assert.equal(plot(history([0, 1, 'NaN', 1, 0]), 106, 46)?.line, 'M3,43L28,3M78,3L103,43');
  });

  it('shows a value between two gaps as a dot', () => {
    const drawn = plot(history([0, 1, 'NaN', 0.5, 'NaN', 1, 0]), 106, 46);
    assert.deepEqual(drawn?.dots, [{ x: 53, y: 23 }]);
  });

  it('draws a value that never changes, and one that is alone, in the middle', () => {
    assert.equal(plot(history([7, 7]), 106, 46)?.line, 'M3,23L103,23');
    assert.deepEqual(plot(history([7]), 106, 46)?.dots, [{ x: 53, y: 23 }]);
  });

  it('has a place for every value, without a height where it is no finite number', () => {
    assert.deepEqual(plot(history([0, 'NaN', 10]), 106, 46)?.places, [{ x: 3, y: 43 }, { x: 53, y: undefined }, { x: 103, y: 3 }]);
  });

  it('is nothing where no value is finite', () => {
    assert.equal(plot(history(['NaN', 'NaN']), 106, 46), undefined);
    assert.equal(plot(history([]), 106, 46), undefined);
  });

  it('keeps every peak of a long history in a path that stays short', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => (index === 54_321 ? 1000 : index % 7));
    const { line } = plot(history(values), 320, 44)!;
    assert.match(line, /,3(?:L|$)/u);
    assert.ok(line.length < 20_000, `${line.length}`);
  });

  it('holds the largest numbers there are', () => {
    assert.equal(plot(history([-Number.MAX_VALUE, Number.MAX_VALUE]), 106, 46)?.line, 'M3,43L103,3');
  });

  it('ends where the last value stands, before a gap', () => {
    assert.deepEqual(plot(history([0, 10, 'NaN']), 106, 46)?.end, { x: 53, y: 3 });
  });
});

describe('the plot of a metric of several runs', () => {
  const box = { left: 0, top: 0, right: 100, bottom: 100 };
  const drawn = (...all: readonly (ReturnType<typeof history> | undefined)[]) => plotted(all.map((each) => each && trace(each, PLAIN_PLOTS)), 'linear', box);

  it('has one scale for all of them', () => {
    const lines = drawn(history([0, 10], [0, 5]), history([5, 20], [5, 10]))?.curves.map((curve) => curve?.line);
    assert.deepEqual(lines, ['M0,100L50,50', 'M50,75L100,0']);
  });

  it('leaves out those that are hidden, and their scale with them', () => {
    const { curves, vertical } = drawn(history([0, 10]), undefined, history([5, 5]))!;
    assert.deepEqual([curves.map((curve) => curve?.line), vertical.greatest], [['M0,100L100,0', undefined, 'M0,50L100,50'], 10]);
  });

  it('stands evenly by powers of ten on a logarithmic axis', () => {
    const logarithmic = { ...PLAIN_PLOTS, vertical: 'logarithmic' } as const;
    const curves = plotted([trace(history([1, 10, 100, -5]), logarithmic)], 'logarithmic', box)?.curves;
    assert.equal(curves?.[0]?.line, 'M0,100L33.3,50L66.7,0');
  });

  it('draws what was recorded behind a smoothed line, and room for both', () => {
    const curve = plotted([trace(history([0, 10, 0]), { ...PLAIN_PLOTS, smoothing: 0.5 })], 'linear', box)?.curves[0];
    assert.equal(curve?.recorded, 'M0,100L50,0L100,100');
    assert.match(curve.line, /^M0,100L50,33\.3L100,/u);
  });
});
