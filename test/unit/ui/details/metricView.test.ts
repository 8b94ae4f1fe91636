import * as assert from 'node:assert/strict';
import { metricHistory, metricRow } from '../../../../src/ui/details/metricView';

const metric = (value: number, step = 0) => ({ name: 'loss', value, step, at: 0 });

describe('metrics for the page', () => {
  it('survive JSON, which knows neither NaN nor infinity', () => {
    const values = [0.5, NaN, Infinity, -Infinity].map((value) => metricRow(metric(value)).value);
    assert.deepEqual(JSON.parse(JSON.stringify(values)), [0.5, 'NaN', 'Infinity', '-Infinity']);
  });

  it('have a gap where a value is no finite number', () => {
    assert.deepEqual(metricHistory([metric(1, 0), metric(NaN, 1), metric(Infinity, 2), metric(2, 3)]), { steps: [0, 1, 2, 3], values: [1, null, null, 2] });
  });

  it('stand one after the other where they were logged without steps', () => {
    assert.deepEqual(metricHistory([metric(3), metric(2), metric(1)]).steps, [0, 1, 2]);
  });
});
