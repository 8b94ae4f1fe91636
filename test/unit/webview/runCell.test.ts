import * as assert from 'node:assert/strict';
import type { RunColumn } from '../../../src/model/runTable';
import type { RunCell } from '../../../src/protocol/runTable';
import { formatsOf } from '../../../src/webview/context';
import { textOf } from '../../../src/webview/runCell';
import { columnWidths } from '../../../src/webview/runColumns';

const shown = (id: RunColumn, value: RunCell): string => textOf(formatsOf('en', 1_700_000_060_000), { id }, value);

describe('a cell of a table of runs', () => {
  it('reads as its column says', () => {
    assert.equal(shown('started', 1_700_000_000_000), '1m ago');
    assert.equal(shown('duration', 125_000), '2 min 5 sec');
    assert.equal(shown('metrics.loss', 0.123456789), '0.123457');
    assert.equal(shown('metrics.rows', 1_234_567), '1,234,567');
    assert.equal(shown('metrics.loss', 1e-9), '1E-9');
  });

  it('shows what is no number as programs write it, and nothing for what is not there', () => {
    assert.deepEqual((['NaN', 'Infinity', '-Infinity', null] as const).map((value) => shown('metrics.loss', value)), ['NaN', 'Infinity', '-Infinity', '']);
  });

  it('leaves parameters as they were written', () => assert.deepEqual(['1e-05', '0.10', '1000000'].map((value) => shown('params.lr', value)), ['1e-05', '0.10', '1000000']));
});

describe('columns of a table of runs', () => {
  const widths = (label: string, text: string, id: RunColumn = 'params.p'): readonly number[] => columnWidths([{ id: 'name', label: 'Name', hint: '', isFigures: false }, { id, label, hint: '', isFigures: false }], (_, column) => (column === 1 ? text : 'x'.repeat(500)), 3);

  it('are as wide as what stands in them, within bounds', () => {
    const [name, short = 0] = widths('a', '1');
    const [, long = 0] = widths('a', 'x'.repeat(20));
    assert.ok(short < long);
    assert.equal(widths('a', 'x'.repeat(1000))[1], widths('a', 'x'.repeat(500))[1]);
    assert.equal(name, widths('a', 'x'.repeat(1000))[0]);
  });

  it('have room for their head and for an icon', () => {
    assert.ok(widths('learning_rate', '1')[1]! > widths('lr', '1')[1]!);
    assert.ok(widths('s', 'finished', 'status')[1]! > widths('s', 'finished')[1]!);
  });
});
