import assert from 'node:assert/strict';
import { LATEST } from '../../../src/model/artifact';
import { versionNodeId } from '../../../src/model/lineage';
import { bytesOf } from '../../support/providers';
import { pseudoRandom } from './pseudoRandom';
import { rejectsWith, type Trial } from './trial';

/** Versions that are deleted for good. */
export function removing(on: Trial): void {
  on.whereOffered(['remove'], () => {
    it('deletes a version for good, after saying what goes', async () => {
      const run = await on.provider.startRun?.({ connection: on.provider.connection, workspace: on.artifact.workspace, name: 'user' });
      const shared = pseudoRandom(150_000);
      const own = pseudoRandom(100_000).reverse();
      await on.log({ shared }, { version: '1.0.0' });
      const second = await on.log({ shared, own }, { version: '2.0.0', aliases: ['prod', 'old'] });
      // Where assets can be kept, versions share what is the same.
      const freed = own.length + (await on.write({ version: 'patch' }, async (writer) => (writer.keep === undefined ? shared.length : 0)));
      // A server may let nobody delete files, and then says so before.
      const isFreed = (bytes: number): void => assert.ok(bytes === freed || bytes === 0, `${bytes} bytes instead of ${freed}`);
      if (run !== undefined) {
        await on.provider.consume?.(second, run);
      }
      const removal = await on.provider.removal?.(second);
      if (removal !== undefined) {
        assert.deepEqual([...removal.aliases].sort(), ['old', 'prod']);
        assert.deepEqual(removal.consumers.map((consumer) => consumer.run), run === undefined || on.provider.consume === undefined ? [] : [run.run]);
        isFreed(removal.bytesFreed);
      }
      const removed = await on.provider.remove!({ ...on.artifact, version: 'prod' });
      isFreed(removed.bytesFreed);
      assert.equal(removed.bytesFreed, removal?.bytesFreed ?? removed.bytesFreed);

      assert.deepEqual(await on.numbers(), ['1.0.0']);
      assert.equal((await on.provider.version({ ...on.artifact, version: LATEST })).version, '1.0.0');
      for (const version of ['2.0.0', 'prod', 'old']) {
        await assert.rejects(on.provider.version({ ...on.artifact, version }), rejectsWith('notFound'), version);
      }
      await assert.rejects(on.provider.remove!(second), rejectsWith('notFound'));
      assert.ok((await bytesOf(on.provider.read({ ...on.artifact, version: '1.0.0', path: 'shared' }))).equals(shared));
      await assert.rejects(on.log({ a: '1' }, { version: '2.0.0' }), rejectsWith('alreadyExists'));
      assert.equal((await on.provider.nextVersions(on.artifact)).major, '3.0.0');
      assert.equal((await on.log({ a: '1' })).version, '3.0.0');
      if (run !== undefined && on.provider.lineage !== undefined && on.provider.consume !== undefined) {
        const node = (await on.provider.lineage(run)).nodes.find(({ id }) => id === versionNodeId(second));
        assert.ok(node?.kind === 'version' && node.deleted === true);
      }
    });

    it('leaves the artifact when its last version goes', async () => {
      await on.provider.remove!(await on.log({ a: '1' }));
      assert.equal((await on.provider.artifact(on.artifact)).latest, undefined);
      assert.deepEqual(await on.numbers(), []);
      assert.deepEqual(await on.provider.nextVersions(on.artifact), { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' });
    });
  });
}
