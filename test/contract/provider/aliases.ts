import assert from 'node:assert/strict';
import { LATEST } from '../../../src/model/artifact';
import { all, textOf } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** Aliases, on every call that takes a version. */
export function aliases(on: Trial): void {
  describe('aliases', () => {
    it('agree with the exact number and with Latest', async () => {
      const version = await on.log({ a: '1' }, { aliases: ['prod', 'Ünï'] });
      for (const number of ['1.0.0', 'prod', 'Ünï', LATEST, 'latest']) {
        assert.deepEqual(await on.provider.version({ ...on.artifact, version: number }), version, number);
        assert.equal(await textOf(on.provider.read({ ...on.artifact, version: number, path: 'a' })), '1');
        assert.equal((await all(on.provider.assets({ ...on.artifact, version: number })))[0]?.version, '1.0.0');
        assert.equal((await all(on.provider.entries({ ...on.artifact, version: number, path: '' })))[0]?.version, '1.0.0');
        assert.equal((await on.provider.entry({ ...on.artifact, version: number, path: 'a' })).version, '1.0.0');
      }
    });

    it('move when another version takes them', async () => {
      await on.log({ a: '1' }, { aliases: ['prod', 'first'] });
      const second = await on.log({ a: '2' }, { aliases: ['prod'] });
      assert.deepEqual(second.aliases, ['prod']);
      assert.deepEqual((await on.provider.version({ ...on.artifact, version: '1.0.0' })).aliases, ['first']);
      assert.equal((await on.provider.version({ ...on.artifact, version: 'prod' })).version, '2.0.0');
      assert.equal((await on.provider.version({ ...on.artifact, version: '1.0.0' })).isLatest, false);
    });

    it('belong to one artifact', async () => {
      await on.log({ a: '1' }, { aliases: ['prod'] });
      const other = on.newArtifact();
      await on.log({ a: '2' }, { artifact: other.artifact });
      await assert.rejects(on.provider.version({ ...other, version: 'prod' }), rejectsWith('notFound'));
    });
  });
}
