import * as assert from 'node:assert/strict';
import type { RunColumn } from '../../../src/model/runTable';
import { type HeadColumn, LEAST_WIDTH, MOST_WIDTH, type RunCell } from '../../../src/protocol/runTable';
import { formatsOf } from '../../../src/webview/context';
import { textOf } from '../../../src/webview/runCell';
import { columnWidths, fittingWidth, layoutOf, within } from '../../../src/webview/runColumns';

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

describe('columns that somebody made as wide as they like', () => {
  const head = (id: RunColumn, label: string = id, isFigures = false): HeadColumn => ({ id, label, hint: '', isFigures });
  const heads = [head('name'), head('metrics.loss'), head('params.lr')];

  it('are as they were made, and the others as usual', () => {
    const layout = layoutOf(heads, [240, 100, 120], new Map([['params.lr', 333]]), 0);
    assert.deepEqual(layout, { '--run-columns': 'var(--run-name) 100px 333px minmax(0, 1fr)', '--run-width': 'max(calc(var(--run-name) + 433px), 0px)' });
  });

  it('leave room beside the name, however wide it was made on another page', () => {
    assert.equal(layoutOf(heads, [240, 100, 120], new Map([['name', 800]]), 0)['--run-name'], 'max(48px, min(800px, 60vw))');
    assert.deepEqual([within('name', 800, 500), within('params.lr', 800, 500)], [300, 800]);
  });

  it('keep the whole as wide as it is held while one of them becomes narrow', () => assert.equal(layoutOf(heads, [240, 100, 120], new Map(), 900)['--run-width'], 'max(calc(var(--run-name) + 220px), 900px)'));

  it('have bounds, and no half pixels', () => {
    assert.deepEqual([-50, 0, 47.4, 100.4, 5_000].map((width) => within('params.lr', width, 2_000)), [LEAST_WIDTH, LEAST_WIDTH, LEAST_WIDTH, 100, MOST_WIDTH]);
    assert.deepEqual([0, 5_000].map((width) => within('name', width, 60)), [LEAST_WIDTH, LEAST_WIDTH]);
  });

  describe('fitted', () => {
    const ruler = { cell: (text: string) => text.length, head: (text: string) => 2 * text.length };
    const around = fittingWidth(head('params.p', ''), [], ruler);

    it('have room for the longest of all rows, or for the head', () => {
      assert.equal(fittingWidth(head('params.p', 'p'), [['x'.repeat(100)], ['x'.repeat(700)], ['']], ruler), fittingWidth(head('params.p', 'p'.repeat(342)), [], ruler));
      assert.equal(fittingWidth(head('params.p', 'p'.repeat(50)), [['x']], ruler), around + 100);
    });

    it('have room for what stands beside a name and for the icon of a status', () => {
      const plain = fittingWidth(head('name', ''), [['x'.repeat(100)]], ruler);
      assert.equal(fittingWidth(head('name', ''), [['x'.repeat(100), 'y'.repeat(100)]], ruler), plain + 8 + 90);
      assert.equal(fittingWidth(head('status', ''), [['x'.repeat(100)]], ruler), fittingWidth(head('params.p', ''), [['x'.repeat(120)]], ruler));
    });

    it('count every digit of a figure as one of the same width', () => {
      const thin = { ...ruler, cell: (text: string) => text.replaceAll('1', '').length * 10 };
      assert.equal(fittingWidth(head('metrics.m', '', true), [['111111']], thin), fittingWidth(head('metrics.m', '', true), [['000000']], thin));
    });
  });
});
