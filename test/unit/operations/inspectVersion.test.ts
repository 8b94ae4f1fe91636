import * as assert from 'node:assert/strict';
import { notFound } from '../../../src/model/errors';
import type { Lineage } from '../../../src/model/lineage';
import { countConsumers, inspectVersion } from '../../../src/operations/inspectVersion';

const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
const version = { ...ref, type: 'dataset', aliases: [], isLatest: true, tags: [], metadata: {}, assets: 0, bytes: 0, created: 0 };
const artifact = { connection: 'local', workspace: 'ada', artifact: 'churn', type: 'dataset', tags: [] };

function lineageOf(change: Partial<Lineage>): Lineage {
  return { focus: 'me', nodes: [], edges: [], expanded: ['me'], cut: { upstream: [], downstream: [] }, ...change };
}

describe('inspecting a version', () => {
  it('brings its artifact along', async () => {
    const inspected = await inspectVersion({ version: async () => version, artifact: async () => artifact }, ref);
    assert.deepEqual(inspected, { version, artifact });
  });

  it('does without the artifact where that cannot be read', async () => {
    const inspected = await inspectVersion({ version: async () => version, artifact: () => Promise.reject(notFound('it')) }, ref);
    assert.deepEqual(inspected, { version, artifact: undefined });
  });

  it('fails when the version is missing', async () => {
    await assert.rejects(inspectVersion({ version: () => Promise.reject(notFound('it')), artifact: async () => artifact }, ref), { code: 'notFound' });
  });
});

describe('counting the runs that used a version', () => {
  it('counts each run once, and neither its producer nor the users of others', async () => {
    const edges = [
      { from: 'p', to: 'me', relation: 'produced' as const },
      { from: 'me', to: 'a', relation: 'consumed' as const },
      { from: 'me', to: 'a', relation: 'consumed' as const },
      { from: 'me', to: 'b', relation: 'consumed' as const },
      { from: 'other', to: 'c', relation: 'consumed' as const },
    ];
    assert.deepEqual(await countConsumers({ lineage: async () => lineageOf({ edges }) }, ref), { runs: 2, more: false });
  });

  it('says when there are more than it was told', async () => {
    const lineage = lineageOf({ cut: { upstream: [], downstream: ['me'] } });
    assert.deepEqual(await countConsumers({ lineage: async () => lineage }, ref), { runs: 0, more: true });
  });

  it('knows nothing where no lineage is kept', async () => {
    assert.equal(await countConsumers({}, ref), undefined);
  });
});
