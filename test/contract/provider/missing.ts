import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { LATEST } from '../../../src/model/artifact';
import { all, source } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** Assets that are elsewhere, and what is nowhere. */
export function missing(on: Trial): void {
  describe('remote assets', () => {
    it('keep their link and have no bytes here', async () => {
      const link = 's3://bucket/key with space?x=1#<ü>';
      const version = await on.write({}, async (writer) => {
        await writer.put([source('a.txt', 'abc')]);
        await writer.link([{ path: 'remote/data.parquet', link, size: 1_000_000_000, metadata: { etag: 'x' } }, { path: 'remote/other', link: 'anything' }]);
        return writer.commit();
      });
      assert.equal(version.assets, 3);
      assert.equal(version.bytes, 3);
      const remote = await on.provider.entry({ ...version, path: 'remote/data.parquet' });
      assert.ok(remote.kind === 'asset');
      assert.deepEqual([remote.link, remote.size, remote.metadata, remote.type], [link, 1_000_000_000, { etag: 'x' }, 'data']);
      await assert.rejects(all(on.provider.read({ ...version, path: 'remote/other' })), rejectsWith('unsupported'));
    });
  });

  describe('what is missing', () => {
    it('is notFound', async () => {
      const nothing = on.newArtifact();
      await assert.rejects(on.provider.artifact(nothing), rejectsWith('notFound'));
      await assert.rejects(all(on.provider.versions(nothing)), rejectsWith('notFound'));
      await assert.rejects(on.provider.version({ ...nothing, version: LATEST }), rejectsWith('notFound'));
      const version = await on.log({ 'a/b': '1' });
      for (const number of ['9.9.9', 'no-such-alias', 'v1', '']) {
        await assert.rejects(on.provider.version({ ...on.artifact, version: number }), rejectsWith('notFound'), number);
        await assert.rejects(all(on.provider.assets({ ...on.artifact, version: number })), rejectsWith('notFound'), number);
      }
      for (const path of ['nothing', 'a/b/c', 'a/', '../a', 'A/B']) {
        await assert.rejects(on.provider.entry({ ...version, path }), rejectsWith('notFound'), path);
        await assert.rejects(all(on.provider.entries({ ...version, path })), rejectsWith('notFound'), path);
        await assert.rejects(all(on.provider.read({ ...version, path })), rejectsWith('notFound'), path);
      }
      await assert.rejects(all(on.provider.read({ ...version, path: 'a' })), rejectsWith('notFound'));
    });

    it('is an empty list where a workspace has nothing', async () => {
      assert.deepEqual(await all(on.provider.artifacts({ connection: on.provider.connection, workspace: `nobody-${randomUUID()}` })), []);
    });
  });
}
