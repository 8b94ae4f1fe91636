import * as assert from 'node:assert/strict';
import { metricHistory, metricRow, movedOn } from '../../../../src/ui/details/metricView';

const metric = (value: number, step = 0, at = 0) => ({ name: 'loss', value, step, at });

describe('metrics for the page', () => {
  it('survive JSON, which knows neither NaN nor infinity', () => {
    const values = [0.5, NaN, Infinity, -Infinity].map((value) => metricRow(metric(value)).value);
    assert.deepEqual(JSON.parse(JSON.stringify(values)), [0.5, 'NaN', 'Infinity', '-Infinity']);
  });

  it('keep what is no finite number by its name, and when each was logged', () => {
    const told = metricHistory([metric(1, 0, 10), metric(NaN, 1, 20), metric(-Infinity, 2, 30), metric(2, 3, 40)]);
    assert.deepEqual(JSON.parse(JSON.stringify(told)), { steps: [0, 1, 2, 3], values: [1, 'NaN', '-Infinity', 2], times: [10, 20, 30, 40] });
  });

  it('stand one after the other where they were logged without steps', () => {
    assert.deepEqual(metricHistory([metric(3), metric(2), metric(1)]).steps, [0, 1, 2]);
  });

  it('keep the step that all were logged at', () => {
    assert.equal(metricHistory([metric(3, 7), metric(2, 7)]).step, 7);
    assert.equal(metricHistory([metric(3, 7), metric(2, 8)]).step, undefined);
  });
});

describe('metrics that have moved on', () => {
  const loss = { name: 'loss', value: 0.5, step: 3, at: 10 };

  it('are new, or have another value, step or time', () => {
    const accuracy = { ...loss, name: 'accuracy' };
    assert.deepEqual(movedOn([loss], [loss, accuracy]), ['accuracy']);
    for (const change of [{ value: 0.4 }, { step: 4 }, { at: 11 }]) {
      assert.deepEqual(movedOn([loss, accuracy], [{ ...loss, ...change }, accuracy]), ['loss']);
    }
  });

  it('have not, where they were and are no number', () => {
    assert.deepEqual(movedOn([{ ...loss, value: NaN }], [{ ...loss, value: NaN }]), []);
  });
});
