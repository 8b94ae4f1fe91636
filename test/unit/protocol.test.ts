import * as assert from 'node:assert/strict';
import { isComparisonMemory, isFromComparison } from '../../src/protocol/comparisonGate';
import { isFromWebview, isPanelMemory, isPlotChoices } from '../../src/protocol/gate';
import { PLAIN_PLOTS } from '../../src/protocol/plots';

const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
const run = { connection: 'local', workspace: 'ada', run: 'r1' };
const query = { filter: '', sort: 'name', descending: false };

const legal: readonly unknown[] = [
  { kind: 'ready' },
  { kind: 'verb', verb: 'download' },
  { kind: 'verb', verb: 'signIn' },
  { kind: 'removeAlias', alias: 'prod' },
  { kind: 'removeTag', tag: 'a:b' },
  { kind: 'assets', query, first: 0 },
  { kind: 'openAsset', path: 'train/a.csv' },
  { kind: 'copyDigest', sha256: 'a'.repeat(64) },
  { kind: 'copyServerName' },
  { kind: 'lineage', expand: [ref, run] },
  { kind: 'saveSvg', svg: '<svg xmlns="http://www.w3.org/2000/svg"></svg>' },
  { kind: 'history', from: 0, to: 30 },
  { kind: 'openVersion', ref },
  { kind: 'compare', version: '2.0.0', with: '1.0.0' },
  { kind: 'openRun', ref: run },
  { kind: 'metrics', names: ['loss', 'val/acc'] },
  { kind: 'plots', choices: { horizontal: 'since', vertical: 'logarithmic', smoothing: 0.9 } },
  { kind: 'copyParameter', name: 'lr' },
  { kind: 'nested', rows: 0 },
  { kind: 'nested', rows: 1000 },
];

const illegal: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a word', 'ready'],
  ['a list', [{ kind: 'ready' }]],
  ['an unknown kind', { kind: 'eval', code: '1' }],
  ['a verb that is none', { kind: 'verb', verb: 'workbench.action.terminal.sendSequence' }],
  ['a verb from the prototype', { kind: 'verb', verb: 'toString' }],
  ['a number for an alias', { kind: 'removeAlias', alias: 1 }],
  ['an order that is none', { kind: 'assets', query: { ...query, sort: '__proto__' }, first: 0 }],
  ['a filter that is no text', { kind: 'assets', query: { ...query, filter: {} }, first: 0 }],
  ['a filter without end', { kind: 'assets', query: { ...query, filter: 'x'.repeat(100_000) }, first: 0 }],
  ['a negative row', { kind: 'assets', query, first: -1 }],
  ['half a row', { kind: 'assets', query, first: 0.5 }],
  ['a row at infinity', { kind: 'history', from: 0, to: Infinity }],
  ['a digest that is none', { kind: 'copyDigest', sha256: 'rm -rf /' }],
  ['a ref without a version', { kind: 'openVersion', ref: { ...ref, version: undefined } }],
  ['a run where a version belongs', { kind: 'openVersion', ref: run }],
  ['a version where a run belongs', { kind: 'openRun', ref }],
  ['more metrics than are shown', { kind: 'metrics', names: new Array(201).fill('loss') }],
  ['a metric that is no text', { kind: 'metrics', names: [{}] }],
  ['an axis that there is not', { kind: 'plots', choices: { ...PLAIN_PLOTS, horizontal: 'valueOf' } }],
  ['a parameter that is no text', { kind: 'copyParameter', name: 1 }],
  ['more runs than are shown', { kind: 'nested', rows: 1001 }],
  ['a number of runs that is none', { kind: 'nested', rows: '20' }],
  ['an expansion of nothing', { kind: 'lineage', expand: [{}] }],
  ['too many expansions', { kind: 'lineage', expand: new Array(2000).fill(run) }],
  ['a picture that is none', { kind: 'saveSvg', svg: '<script>' }],
];

describe('the gate for what a page says', () => {
  for (const message of legal) {
    it(`lets ${JSON.stringify(message).slice(0, 60)} through`, () => {
      assert.ok(isFromWebview(message));
    });
  }

  for (const [what, message] of illegal) {
    it(`stops ${what}`, () => {
      assert.equal(isFromWebview(message), false);
    });
  }
});

describe('what a page remembers', () => {
  it('is a ref, whatever else the page keeps for itself', () => {
    assert.ok(isPanelMemory({ ref, format: 1, memory: {} }));
    assert.ok(isPanelMemory({ ref: run, format: 1, memory: {} }));
  });

  it('is nothing when it has no whole ref', () => {
    for (const memory of [undefined, null, {}, { ref: 'ada/churn:1.0.0' }, { ref: { ...ref, artifact: '' } }]) {
      assert.equal(isPanelMemory(memory), false);
    }
  });
});

describe('the gate for what a page of several runs says', () => {
  for (const message of [{ kind: 'ready' }, { kind: 'refresh' }, { kind: 'metrics', names: ['loss'] }, { kind: 'plots', choices: PLAIN_PLOTS }, { kind: 'openRun', run: 0 }, { kind: 'signIn', run: 9 }]) {
    it(`lets ${JSON.stringify(message).slice(0, 60)} through`, () => {
      assert.ok(isFromComparison(message));
    });
  }

  const stopped: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['what only the other page may say', { kind: 'verb', verb: 'delete' }],
    ['more metrics than are shown', { kind: 'metrics', names: new Array(201).fill('loss') }],
    ['a metric that is no text', { kind: 'metrics', names: [1] }],
    ['a run beyond the last one', { kind: 'openRun', run: 10 }],
    ['a run by its ref', { kind: 'openRun', run }],
    ['a run before the first one', { kind: 'signIn', run: -1 }],
    ['choices that are none', { kind: 'plots', choices: { horizontal: 'step' } }],
  ];
  for (const [what, message] of stopped) {
    it(`stops ${what}`, () => {
      assert.equal(isFromComparison(message), false);
    });
  }
});

describe('what a page of several runs remembers', () => {
  const named = { ref: run, name: 'train-1' };

  it('is its runs with their names, whatever else it keeps for itself', () => {
    assert.ok(isComparisonMemory({ runs: [named, named], memory: {} }));
  });

  it('is nothing without a run, with too many, or with one that has no whole ref', () => {
    for (const memory of [undefined, {}, { runs: [] }, { runs: new Array(11).fill(named) }, { runs: [run] }, { runs: [{ ref: { ...run, run: '' }, name: '' }] }]) {
      assert.equal(isComparisonMemory(memory), false);
    }
  });
});

describe('choices for plots', () => {
  it('are one of the axes each, and a smoothing from 0 to below 1', () => {
    assert.ok(isPlotChoices({ horizontal: 'clock', vertical: 'linear', smoothing: 0.99 }));
    for (const change of [{ horizontal: 'time' }, { vertical: 'log' }, { smoothing: 1 }, { smoothing: -0.1 }, { smoothing: NaN }, { smoothing: '0' }]) {
      assert.equal(isPlotChoices({ ...PLAIN_PLOTS, ...change }), false, JSON.stringify(change));
    }
  });
});
