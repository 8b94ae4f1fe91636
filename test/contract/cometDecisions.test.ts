import assert from 'node:assert/strict';
import { isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { type Comet, startComet } from '../support/comet/comet';
import type { Quirks } from '../support/comet/quirks';
import { all, bytesOf, cometProvider, logVersion, textOf } from '../support/providers';

/** Every way in which a server may decide what no public source states, one at a time. */
const DECISIONS: readonly Partial<Quirks>[] = [
  { aliasTwice: 'refused' }, { aliasTwice: 'stays on both' },
  { latest: 'newest' }, { latestInAnyCase: false }, { unknownName: 624522 },
  { stateAgain: 'accepted' }, { uploadToClosed: 7000005 },
  { statuses: 'by kind' },
  { unfinishedToReaders: 'refused' }, { unfinishedInLists: false }, { unfinishedCount: false },
  { getAll: 'names' }, { closedState: null }, { remoteField: false },
  { jsonAs: 'application/octet-stream' }, { jsonAs: 'gzipped application/octet-stream' },
  { redirect: 301 }, { redirect: 302 }, { redirect: 307 }, { ranges: false }, { redirect: 302, ranges: false },
  { otherType: 'changed' }, { longNames: 'refused' },
  { uploadAnswer: 'text' }, { uploadAnswer: 'nothing' }, { stateAnswer: 'text' }, { stateAnswer: 'json' },
  { unknownWorkspace: 'refused' }, { lineage: 'nested' }, { backEnd: '2.0.0' },
];

describe('Comet, whatever its server decides', function () {
  this.timeout(20_000);
  let comet: Comet;
  let provider: Provider;

  beforeEach(async () => {
    comet = await startComet();
    provider = await cometProvider(comet);
  });
  afterEach(async () => {
    await provider.dispose();
    await comet.stop();
  });

  const ref = { connection: 'comet', workspace: 'ada', artifact: 'churn' };
  const bytes = Buffer.alloc(100_000, 'abcdefg');

  for (const decision of DECISIONS) {
    it(`does the main job the same way with ${JSON.stringify(decision)}`, async () => {
      comet.set(decision);
      await logVersion(provider, { draft: { aliases: ['prod', 'first'], tags: ['x'], metadata: { rows: 1 } }, files: { 'a.bin': bytes, 'b/c.txt': 'text' }, links: [{ path: 'far', link: 'some words' }] });
      const second = await logVersion(provider, { draft: { aliases: ['prod'] }, files: { 'a.txt': 'second' } });
      assert.deepEqual([second.version, second.aliases, second.isLatest], ['2.0.0', ['prod'], true]);
      const first = await provider.version({ ...ref, version: 'first' });
      assert.deepEqual([first.version, first.aliases, first.tags, first.metadata, first.isLatest, first.assets], ['1.0.0', ['first'], ['x'], { rows: 1 }, false, 3]);
      assert.ok((await bytesOf(provider.read({ ...first, path: 'a.bin' }))).equals(bytes));
      assert.ok((await bytesOf(provider.read({ ...first, path: 'a.bin' }, 12_345))).equals(bytes.subarray(12_345)));
      assert.deepEqual((await all(provider.assets(first))).map(({ path, link }) => [path, link]), [['a.bin', undefined], ['b/c.txt', undefined], ['far', 'some words']]);

      assert.deepEqual((await provider.label!(first, { aliases: ['prod'] })).aliases, ['prod']);
      assert.deepEqual((await provider.version({ ...ref, version: '2.0.0' })).aliases, []);
      assert.equal(await textOf(provider.read({ ...ref, version: 'Latest', path: 'a.txt' })), 'second');
      assert.deepEqual((await all(provider.artifacts(ref))).map(({ artifact, type, latest }) => [artifact, type, latest]), [['churn', 'dataset', '2.0.0']]);

      const writer = await provider.begin({ ...ref, type: 'dataset', version: 'major' });
      await writer.abandon();
      assert.deepEqual((await all(provider.versions(ref))).map(({ version }) => version), ['2.0.0', '1.0.0']);
      await assert.rejects(provider.version({ ...ref, artifact: 'nothing', version: 'Latest' }), (error: unknown) => isArtifactError(error, 'notFound'));
      assert.deepEqual([comet.faults, comet.leftOpen()], [[], []]);
    });
  }

  it('says why where an artifact keeps its type', async () => {
    comet.set({ otherType: 'refused' });
    await logVersion(provider, { files: { a: '1' } });
    await assert.rejects(logVersion(provider, { draft: { type: 'model' } }), (error: unknown) => isArtifactError(error, 'invalid') && error.message.includes('has the type dataset'));
  });

  it('makes a reading person no consumer', async () => {
    const version = await logVersion(provider, { files: { a: '1' } });
    await textOf(provider.read({ ...version, path: 'a' }));
    await provider.version({ ...ref, version: 'Latest' });
    assert.deepEqual(comet.version('churn', '1.0.0').consumers, new Set());
    assert.ok(!comet.calls.some(({ query }) => 'consumerExperimentKey' in query));
  });
});
