import * as assert from 'node:assert/strict';
import type { LineageNode } from '../../../src/model/lineage';
import { layout } from '../../../src/webview/layout';
import { nodeText } from '../../../src/webview/nodeText';
import { drawingToSvg } from '../../../src/webview/svgFile';
import { chain, lineage, run, version } from './lineageSamples';
import { isFromWebview } from '../../../src/protocol/gate';
import type { Strings } from '../../../src/protocol/words';

const strings = { texts: { run: 'run', deleted: 'deleted', model: 'logged model', dataset: 'dataset' } } as unknown as Strings;
const paint = { background: '#fff', foreground: '#000', faint: '#777', line: '#999', font: '"Segoe UI", sans-serif' };
const nasty = `</text><script>alert(1)</script>&"'\u0007\ud800`;

describe('the lineage as a file', () => {
  it('holds every node and edge', () => {
    const svg = drawingToSvg(layout(chain), 'data', strings, paint);
    assert.equal(svg.match(/<g /gu)?.length, chain.nodes.length);
    assert.equal(svg.match(/<path d="M\d+,\d+C/gu)?.length, chain.edges.length);
    assert.ok(isFromWebview({ kind: 'saveSvg', svg }));
  });

  it('has names as text only, without what XML forbids', () => {
    const svg = drawingToSvg(layout(lineage('a', [{ ...version(nasty), id: 'a' }, { ...run(nasty), id: 'r' }], ['a>r'])), 'a', strings, { ...paint, font: '"><script>' });
    assert.doesNotMatch(svg, /<script|\p{Cc}(?<!\n)|alert\(1\)<\/script/u);
    assert.ok(svg.isWellFormed());
    assert.match(svg, /&#60;\/text&#62;/u);
  });
});

describe('the shape of a node', () => {
  it('tells runs, logged models, datasets and versions apart', () => {
    const model: LineageNode = { kind: 'run', id: 'm', ref: { connection: 'local', workspace: 'ada', run: 'm' }, name: 'forest', model: true };
    const dataset: LineageNode = { kind: 'dataset', id: 'd', name: 'iris', digest: 'abc' };
    const svg = drawingToSvg(layout(lineage('r', [dataset, run('r'), model, version('v')], ['d>r', 'r>m', 'r>v'])), 'r', strings, paint);
    assert.deepEqual(Array.from(svg.matchAll(/ rx="(\d+)"/gu), ([, radius]) => Number(radius)).sort((a, b) => a - b), [3, 3, 12, 23]);
    assert.equal(svg.match(/M6,0V46/gu)?.length, 1);
  });
});

describe('the two lines of a node', () => {
  it('name a dataset with what it was for, its digest and its source', () => {
    const dataset: LineageNode = { kind: 'dataset', id: 'd', name: 'iris', digest: 'abc', context: 'training', source: 's3://bucket/iris' };
    assert.deepEqual(nodeText(dataset, strings), { title: 'iris', detail: 'dataset · training', full: 'dataset iris, abc, training, s3://bucket/iris' });
  });

  it('name a version with its aliases', () => {
    assert.deepEqual(nodeText(version('churn', '2.1.0', ['prod']), strings), { title: 'churn', detail: '2.1.0 · prod', full: 'churn 2.1.0, prod' });
  });

  it('name a run', () => {
    assert.deepEqual(nodeText(run('train-0412'), strings), { title: 'train-0412', detail: 'run', full: 'run train-0412' });
  });

  it('say that a version was deleted', () => {
    const node = version('churn', '1.0.0', ['prod']);
    assert.equal(nodeText(node.kind === 'version' ? { ...node, deleted: true } : node, strings).detail, '1.0.0 · deleted');
  });

  it('are cut, and whole in the hover', () => {
    const { title, full } = nodeText(run('a-run-with-quite-a-long-name'), strings);
    assert.deepEqual([title, full], ['a-run-with-quite-a-l…', 'run a-run-with-quite-a-long-name']);
  });
});
