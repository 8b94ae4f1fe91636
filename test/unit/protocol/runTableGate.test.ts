import assert from 'node:assert/strict';
import { isFromRunTable, isRunTableMemory } from '../../../src/protocol/runTableGate';

const ref = { connection: 'team', workspace: 'ada', experiment: '1' };
const view = { filter: 'metrics.loss < 1', sort: { by: 'metrics.loss', descending: true }, topLevel: false };

const legal: readonly unknown[] = [
  { kind: 'ready' },
  { kind: 'verb', verb: 'columns' },
  { kind: 'more', known: 201 },
  { kind: 'view', view },
  { kind: 'view', view: { ...view, filter: '', sort: { by: 'params.a.b', descending: false } } },
  { kind: 'width', column: 'name', width: 48 },
  { kind: 'width', column: 'metrics.val/acc', width: 1000 },
  { kind: 'open', run: 'r1' },
  { kind: 'act', action: 'compareRuns', runs: ['r1', 'r2'] },
  { kind: 'csv', to: 'file', runs: [] },
];

const illegal: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['a list', [{ kind: 'ready' }]],
  ['an unknown kind', { kind: 'eval', code: '1' }],
  ['a verb that is none', { kind: 'verb', verb: 'toString' }],
  ['a negative number of rows', { kind: 'more', known: -1 }],
  ['half a row', { kind: 'more', known: 0.5 }],
  ['a view without an order', { kind: 'view', view: { ...view, sort: undefined } }],
  ['an order by nothing', { kind: 'view', view: { ...view, sort: { by: '__proto__', descending: true } } }],
  ['an order by a metric without a name', { kind: 'view', view: { ...view, sort: { by: 'metrics.', descending: true } } }],
  ['a filter without end', { kind: 'view', view: { ...view, filter: 'x'.repeat(100_000) } }],
  ['a filter that is no text', { kind: 'view', view: { ...view, filter: {} } }],
  ['a width of no column', { kind: 'width', column: '__proto__', width: 100 }],
  ['a width of a column without end', { kind: 'width', column: `metrics.${'x'.repeat(100_000)}`, width: 100 }],
  ['a column too narrow to be seen', { kind: 'width', column: 'name', width: 47 }],
  ['a column without end', { kind: 'width', column: 'name', width: 1001 }],
  ['a negative width', { kind: 'width', column: 'name', width: -100 }],
  ['half a pixel', { kind: 'width', column: 'name', width: 100.5 }],
  ['a width that is no number', { kind: 'width', column: 'name', width: '100' }],
  ['a width that is not a number', { kind: 'width', column: 'name', width: NaN }],
  ['an endless width', { kind: 'width', column: 'name', width: Infinity }],
  ['a column without a width', { kind: 'width', column: 'name' }],
  ['an action that is none', { kind: 'act', action: 'constructor', runs: ['r1'] }],
  ['a run that is no text', { kind: 'open', run: { run: 'r1' } }],
  ['a run without a name', { kind: 'open', run: '' }],
  ['more runs than a table has', { kind: 'act', action: 'compareRuns', runs: new Array(20_001).fill('r') }],
  ['runs that are none', { kind: 'csv', to: 'clipboard', runs: [1] }],
  ['a place that is none', { kind: 'csv', to: '/etc/passwd', runs: [] }],
];

describe('the gate for what a table of runs says', () => {
  for (const message of legal) {
    it(`lets through ${JSON.stringify(message)}`, () => assert.ok(isFromRunTable(message)));
  }
  for (const [name, message] of illegal) {
    it(`keeps out ${name}`, () => assert.ok(!isFromRunTable(message)));
  }

  it('takes back what a reload kept, and nothing else', () => {
    assert.ok(isRunTableMemory({ ref, view, format: 1, place: {} }));
    assert.ok(!isRunTableMemory({ ref: { ...ref, experiment: undefined }, view }));
    assert.ok(!isRunTableMemory({ ref }));
    assert.ok(!isRunTableMemory(undefined));
  });
});
