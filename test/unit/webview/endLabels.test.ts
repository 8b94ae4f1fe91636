import * as assert from 'node:assert/strict';
import { spread } from '../../../src/webview/endLabels';

describe('labels at the ends of lines', () => {
  it('stay where they belong when there is room', () => {
    assert.deepEqual(spread([80, 20, 50], 10, 0, 100), [80, 20, 50]);
  });

  it('make room for each other', () => {
    assert.deepEqual(spread([50, 50, 52], 10, 0, 100), [50, 60, 70]);
  });

  it('stay within the plot', () => {
    assert.deepEqual(spread([99, 100], 10, 0, 100), [90, 100]);
    assert.deepEqual(spread([-5], 10, 0, 100), [0]);
  });
});
