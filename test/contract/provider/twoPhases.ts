import assert from 'node:assert/strict';
import type { AssetSource } from '../../../src/providers/provider';
import { all, source } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** A version is invisible until its commit, and without a trace when it is given up. */
export function twoPhases(on: Trial): void {
  describe('two phases', () => {
    it('keeps a version invisible before commit', async () => {
      await on.write({}, async (writer) => {
        await writer.put([source('a.txt', 'a')]);
        assert.deepEqual(await on.artifactNames(on.artifact.artifact), []);
        await assert.rejects(on.provider.version({ ...on.artifact, version: '1.0.0' }), rejectsWith('notFound'));
        await writer.commit();
      });
      assert.deepEqual(await on.numbers(), ['1.0.0']);
    });

    it('has no trace of a version after abandon', async () => {
      await on.write({}, (writer) => writer.put([source('a.txt', 'a')]));
      assert.deepEqual(await on.artifactNames(on.artifact.artifact), []);
      await assert.rejects(on.provider.artifact(on.artifact), rejectsWith('notFound'));
      await assert.rejects(all(on.provider.versions(on.artifact)), rejectsWith('notFound'));
      const next = on.subject.keepsNumbers === true ? { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' } : { major: '1.0.0', minor: '1.0.0', patch: '1.0.0' };
      assert.deepEqual(await on.provider.nextVersions(on.artifact), next);
    });

    it('lets abandon follow commit, and anything follow abandon but writing', async () => {
      const writer = await on.provider.begin({ ...on.artifact, type: 'dataset', version: 'major' });
      await writer.commit();
      await writer.abandon();
      await writer.abandon();
      assert.deepEqual(await on.numbers(), ['1.0.0']);
      await assert.rejects(writer.put([source('a', 'a')]));
      await assert.rejects(writer.commit());
    });

    it('refuses one path twice in a version', async () => {
      await on.write({}, async (writer) => {
        await writer.put([source('a', '1')]);
        await assert.rejects(writer.put([source('a', '2')]), rejectsWith('alreadyExists'));
        await assert.rejects(writer.link([{ path: 'a', link: 's3://x' }]), rejectsWith('alreadyExists'));
      });
    });

    it('refuses paths that lead elsewhere', async () => {
      for (const path of ['../a', '/a', 'a//b', 'a/../b', 'C:/a', 'a\\b', '', 'a\nb']) {
        await on.write({}, async (writer) => {
          await assert.rejects(writer.put([source(path, '1')]), rejectsWith('unsafePath'), path);
        });
      }
    });

    it('keeps no version when a source fails', async () => {
      const failing: AssetSource = {
        ...source('b', 'bb'),
        async *open() {
          yield new Uint8Array(1);
          throw new Error('the disk was unplugged');
        },
      };
      await assert.rejects(on.write({}, async (writer) => {
        await writer.put([source('a', 'a'), failing]);
        await writer.commit();
      }), /unplugged/);
      await assert.rejects(on.provider.artifact(on.artifact), rejectsWith('notFound'));
    });
  });
}
