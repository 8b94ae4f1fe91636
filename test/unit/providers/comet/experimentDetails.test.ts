import assert from 'node:assert/strict';
import { figureOf, historyOf } from '../../../../src/providers/comet/experimentDetails';

describe('values of Comet', () => {
  for (const [value, number] of [['0.5', 0.5], [3, 3], ['1e-3', 0.001], ['NaN', NaN], ['nan', NaN], ['Infinity', Infinity], ['inf', Infinity], ['-inf', -Infinity], ['', NaN], [null, NaN], ['words', NaN]] as const) {
    it(`such as ${JSON.stringify(value)} are ${number}`, () => assert.equal(figureOf(value), number));
  }

  it('stand in the order of their steps, then of their times', () => {
    const points = [{ metricValue: 'c', timestamp: 9, step: 1 }, { metricValue: '2', timestamp: 5, step: 0 }, { metricValue: '1', timestamp: 4, step: 0 }];
    assert.deepEqual(historyOf('loss', points), [
      { name: 'loss', value: 1, step: 0, at: 4 }, { name: 'loss', value: 2, step: 0, at: 5 }, { name: 'loss', value: NaN, step: 1, at: 9 },
    ]);
  });
});
