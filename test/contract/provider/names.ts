import assert from 'node:assert/strict';
import { all, textOf } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

const NAMES = [
  'plain.txt',
  'folder/inside.txt',
  'folder/deeper/still/inside.txt',
  'with space.txt',
  'Ünïcödé/数据.csv',
  'emoji 🦜/🎉.json',
  'e\u0301-decomposed.txt',
  '\u00e9-composed.txt',
  'percent%2e%2e.txt',
  'hash#and?query&plus+semi;.txt',
  "quote'and\"double.txt",
  'CON.txt',
  'trailing.',
  'UPPER.txt',
  'upper.txt',
  '-dash.txt',
  '.hidden',
  'col:on.txt',
  `${'long'.repeat(60)}.txt`,
  `${'学習/データ/画像/'.repeat(12)}深い.txt`,
];

/** Names come back as they were, or are refused. */
export function names(on: Trial): void {
  describe('names', () => {
    it('of assets come back as they were', async () => {
      const version = await on.log(Object.fromEntries(NAMES.map((each, index) => [each, `content ${index}`])));
      assert.deepEqual((await all(on.provider.assets(version))).map((asset) => asset.path), [...NAMES].sort());
      for (const [index, each] of NAMES.entries()) {
        assert.equal(await textOf(on.provider.read({ ...version, path: each })), `content ${index}`, each);
      }
    });

    it('of artifacts, aliases and tags come back as they were', async () => {
      for (const each of ['Ünïcödé 数据', '🦜'.repeat(40), 'CON', 'trailing.', 'a%41', '-x', 'Case', 'case', "it's #1?"]) {
        const ref = { ...on.artifact, artifact: `${each}${on.artifact.artifact}` };
        const version = await on.log({ a: each }, { artifact: ref.artifact, aliases: [each], tags: [each] });
        assert.ok((await on.artifactNames(ref.artifact)).includes(ref.artifact), each);
        assert.deepEqual([version.artifact, version.aliases, version.tags], [ref.artifact, [each], [each]]);
        assert.equal(await textOf(on.provider.read({ ...ref, version: each, path: 'a' })), each);
      }
    });

    it('that cannot be are refused with a sentence', async () => {
      for (const draft of [
        { artifact: '' }, { artifact: 'a/b' }, { artifact: 'a:b' }, { artifact: 'a\nb' }, { artifact: '..' }, { artifact: 'x'.repeat(300) }, { artifact: ' a' },
        { workspace: '' }, { workspace: '../a' }, { aliases: ['latest'] }, { aliases: ['1.0.0'] }, { aliases: [''] }, { tags: ['a\nb'] },
      ]) {
        await assert.rejects(on.log({ a: '1' }, draft), rejectsWith('invalid'), JSON.stringify(draft));
      }
    });
  });
}
