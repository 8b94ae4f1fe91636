import assert from 'node:assert/strict';
import { isRunColumn, orderOf, type RunColumn, type RunRow, subjectOfColumn, valueIn } from '../../../src/model/runTable';

const row = (run: string, more: Partial<RunRow> = {}): RunRow =>
  ({ connection: 'team', workspace: 'ada', run, name: run, status: 'finished', started: 0, metrics: new Map(), parameters: new Map(), ...more });
const sorted = (rows: readonly RunRow[], by: RunColumn, descending = false): readonly string[] => rows.toSorted(orderOf({ by, descending })).map(({ run }) => run);

describe('columns of a table of runs', () => {
  it('are facts, metrics and parameters, whose names may have anything in them', () => {
    assert.deepEqual(['name', 'started', 'metrics.a.b', 'params.x y', 'metrics.', 'tags.a', 'toString', ''].map(isRunColumn), [true, true, true, true, false, false, false, false]);
    assert.deepEqual(subjectOfColumn('metrics.a.b'), { kind: 'metric', name: 'a.b' });
    assert.deepEqual(subjectOfColumn('params.metrics.a'), { kind: 'parameter', name: 'metrics.a' });
  });

  it('have no value for what a row does not have, whatever its name', () => {
    const { metrics, parameters } = { metrics: new Map([['acc', 0]]), parameters: new Map([['lr', '']]) };
    const one = row('a', { metrics, parameters, started: 5, ended: 12 });
    assert.deepEqual((['metrics.acc', 'params.lr', 'duration', 'metrics.constructor', 'params.__proto__', 'user'] as const).map((column) => valueIn(one, column)), [0, '', 7, undefined, undefined, undefined]);
    assert.equal(valueIn(row('b', { started: 5 }), 'duration'), undefined);
  });
});

describe('the order of runs', () => {
  it('has numbers first, then what is no number, then rows without a value, either way round', () => {
    const values = { low: -Infinity, nan: NaN, high: Infinity, mid: 2, ten: 10 };
    const rows = [row('none'), ...Object.entries(values).map(([name, value]) => row(name, { metrics: new Map([['m', value]]) }))];
    assert.deepEqual(sorted(rows, 'metrics.m'), ['low', 'mid', 'ten', 'high', 'nan', 'none']);
    assert.deepEqual(sorted(rows, 'metrics.m', true), ['high', 'ten', 'mid', 'low', 'nan', 'none']);
  });

  it('takes texts that are numbers for numbers, and others as people read them', () => {
    const rows = ['0.1', '1e-5', '0.01', '10', '9'].map((value) => row(value, { parameters: new Map([['lr', value]]) }));
    assert.deepEqual(sorted(rows, 'params.lr'), ['1e-5', '0.01', '0.1', '9', '10']);
    assert.deepEqual(sorted([row('trial 10'), row('trial 9')], 'name'), ['trial 9', 'trial 10']);
  });
});
