import assert from 'node:assert/strict';
import type { Lineage, LineageNode } from '../../../src/model/lineage';
import { mergeLineage } from '../../../src/model/lineage';

const version = (id: string): LineageNode => ({ kind: 'version', id, ref: { connection: 'local', workspace: 'ada', artifact: id, version: '1.0.0' }, type: 'data', aliases: [] });
const run = (id: string): LineageNode => ({ kind: 'run', id, ref: { connection: 'local', workspace: 'ada', run: id }, name: id });

const aroundData: Lineage = {
  focus: 'data',
  nodes: [version('data'), run('train')],
  edges: [{ from: 'data', to: 'train', relation: 'consumed' }],
  expanded: ['data'],
  cut: { upstream: [], downstream: ['train'] },
};
const aroundTrain: Lineage = {
  focus: 'train',
  nodes: [version('data'), run('train'), version('model')],
  edges: [{ from: 'data', to: 'train', relation: 'consumed' }, { from: 'train', to: 'model', relation: 'produced' }],
  expanded: ['train'],
  cut: { upstream: ['data'], downstream: ['model'] },
};

describe('merging lineages', () => {
  const merged = mergeLineage(aroundData, aroundTrain);

  it('keeps the focus and knows each node and edge once', () => {
    assert.equal(merged.focus, 'data');
    assert.deepEqual(merged.nodes.map((node) => node.id), ['data', 'train', 'model']);
    assert.equal(merged.edges.length, 2);
  });

  it('has nothing cut at nodes that were expanded before or now', () => {
    assert.deepEqual(merged.cut, { upstream: [], downstream: ['model'] });
    assert.deepEqual(merged.expanded, ['data', 'train']);
  });
});
