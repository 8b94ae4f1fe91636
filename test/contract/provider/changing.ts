import assert from 'node:assert/strict';
import { bytesOf, source, textOf } from '../../support/providers';
import { pseudoRandom } from './pseudoRandom';
import { rejectsWith, type Trial } from './trial';

/** Versions made from others, and labels that change. */
export function changing(on: Trial): void {
  on.whereOffered(['keep'], () => {
    it('takes over assets of an earlier version', async () => {
      const first = await on.log({ 'a.txt': 'a', 'large.bin': pseudoRandom(200_000), 'changed.txt': 'old' });
      const second = await on.write({ version: 'minor' }, async (writer) => {
        await writer.keep!(first, ['a.txt', 'large.bin']);
        await assert.rejects(writer.put([source('a.txt', 'x')]), rejectsWith('alreadyExists'));
        await assert.rejects(writer.keep!(first, ['nothing']), rejectsWith('notFound'));
        await writer.put([source('changed.txt', 'new')]);
        return writer.commit();
      });
      assert.equal(second.version, '1.1.0');
      assert.equal(await textOf(on.provider.read({ ...second, path: 'a.txt' })), 'a');
      assert.equal(await textOf(on.provider.read({ ...second, path: 'changed.txt' })), 'new');
      assert.ok((await bytesOf(on.provider.read({ ...second, path: 'large.bin' }))).equals(pseudoRandom(200_000)));
    });
  });

  on.whereOffered(['label'], () => {
    it('changes aliases, tags and metadata, and only what is named', async () => {
      const first = await on.log({ a: '1' }, { aliases: ['prod'], tags: ['x'], metadata: { a: 1 } });
      const second = await on.log({ a: '2' });
      assert.deepEqual((await on.provider.label!(second, { aliases: ['prod', 'best'] })).aliases, ['best', 'prod']);
      assert.deepEqual((await on.provider.version(first)).aliases, []);
      assert.deepEqual((await on.provider.label!(first, { tags: ['y', 'y', 'z'] })).tags, ['y', 'z']);
      assert.deepEqual((await on.provider.version(first)).metadata, { a: 1 });
      const changed = await on.provider.label!({ ...on.artifact, version: 'best' }, { metadata: { b: { c: [1] } } });
      assert.equal(changed.version, '2.0.0');
      assert.deepEqual(changed.metadata, { b: { c: [1] } });
      assert.deepEqual(changed.aliases, ['best', 'prod']);
      assert.deepEqual((await on.provider.label!(second, { aliases: [] })).aliases, []);
      await assert.rejects(on.provider.version({ ...on.artifact, version: 'best' }), rejectsWith('notFound'));
      await assert.rejects(on.provider.label!(second, { aliases: ['Latest'] }), rejectsWith('invalid'));
      await assert.rejects(on.provider.label!({ ...on.artifact, version: '7.0.0' }, { tags: [] }), rejectsWith('notFound'));
    });
  });
}
