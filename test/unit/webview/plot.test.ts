import * as assert from 'node:assert/strict';
import { plot } from '../../../src/webview/plot';

const history = (values: readonly (number | 'NaN')[], steps = values.map((_, index) => index)) => ({ steps, values });

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

  it('tells least, greatest and how many there are', () => {
    const { count, least, greatest } = plot(history([3, 'NaN', -2, 8]), 106, 46)!;
    assert.deepEqual([count, least, greatest], [3, -2, 8]);
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
});
