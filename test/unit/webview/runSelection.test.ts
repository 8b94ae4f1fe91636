import * as assert from 'node:assert/strict';
import { allChosen, choosingBy, chosen, NOTHING_SELECTED, type Selection, stillThere } from '../../../src/webview/runSelection';

const order = ['a', 'b', 'c', 'd', 'e'];
const press = { ctrlKey: false, metaKey: false, shiftKey: false };

describe('the selection of a table of runs', () => {
  const after = (...steps: readonly (readonly [run: string, how: Parameters<typeof chosen>[3]])[]): Selection =>
    steps.reduce<Selection>((selection, [run, how]) => chosen(selection, order, run, how), NOTHING_SELECTED);

  it('is one row, unless it is added to', () => {
    assert.deepEqual(after(['a', 'only'], ['c', 'only']).runs, ['c']);
    assert.deepEqual(after(['a', 'only'], ['c', 'toggle']).runs, ['a', 'c']);
    assert.deepEqual(after(['a', 'only'], ['c', 'toggle'], ['a', 'toggle']).runs, ['c']);
  });

  it('is a range from where it began, up or down, as often as it is drawn anew', () => {
    assert.deepEqual(after(['b', 'only'], ['d', 'range']).runs, ['b', 'c', 'd']);
    assert.deepEqual(after(['b', 'only'], ['d', 'range'], ['a', 'range']).runs, ['a', 'b']);
    assert.deepEqual(after(['d', 'only'], ['b', 'range'], ['c', 'range']), { runs: ['c', 'd'], active: 'c', anchor: 'd' });
    assert.deepEqual(after(['c', 'range']).runs, ['c']);
  });

  it('stays while keys only move to another row', () => {
    assert.deepEqual(after(['a', 'only'], ['c', 'move']), { runs: ['a'], active: 'c', anchor: 'a' });
    assert.deepEqual(after(['a', 'only'], ['c', 'move'], ['c', 'toggle']).runs, ['a', 'c']);
  });

  it('is all rows that are there', () => assert.deepEqual(allChosen(after(['b', 'only']), order), { runs: order, active: 'b', anchor: 'b' }));

  it('has nothing that went away, and begins a range at a row that is there', () => {
    const left = stillThere(after(['a', 'only'], ['c', 'range']), new Map([['b', 0], ['d', 1]]));
    assert.deepEqual(left, { runs: ['b'], active: undefined, anchor: undefined });
    assert.deepEqual(chosen({ runs: [], anchor: 'gone' }, order, 'c', 'range').runs, ['c']);
  });

  it('follows mouse and keys as lists of VS Code do', () => {
    assert.deepEqual(['mouse', 'key'].map((by) => choosingBy(press, by as 'mouse')), ['only', 'only']);
    assert.deepEqual(['mouse', 'key'].map((by) => choosingBy({ ...press, ctrlKey: true }, by as 'mouse')), ['toggle', 'move']);
    assert.deepEqual(['mouse', 'key'].map((by) => choosingBy({ ...press, shiftKey: true }, by as 'mouse')), ['range', 'range']);
  });
});
