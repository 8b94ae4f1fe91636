import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import type { Store } from '../../../src/store/store';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { exportTo, unpacked } from '../../support/archives';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, putBytes, storeIn } from '../../support/stores';
import { readStore } from '../../support/storeReader';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('an archive of versions', () => {
  const folder = temporaryFolder();
  const file = (): string => path.join(folder(), 'churn.tar');
  let store: Store;
  beforeEach(() => {
    store = storeIn(path.join(folder(), 'store'));
  });

  it('is, unpacked, a store that any reader reads', async () => {
    const run = store.startRun('ada', 'train');
    const writing = beginIn(store, { aliases: ['prod'], tags: ['t'], metadata: { rows: 3 }, producer: { workspace: 'ada', run: run.run } });
    Object.entries({ 'a.csv': 'a', 'same.csv': 'a', 'ç/🙂.bin': largeBytes(1), 'empty': '' }).forEach(([name, content]) => putBytes(writing, name, content));
    writing.link([{ path: 'far', link: 's3://bucket/key' }]);
    writing.commit(UNWATCHED);
    commitIn(store, { files: { 'a.csv': 'a', 'b.csv': 'b' } });
    store.label({ ...CHURN, version: '1.0.0' }, { tags: ['later'] });
    commitIn(store, { draft: { workspace: 'ü'.repeat(100), artifact: 'A'.repeat(100) }, files: { deep: 'deep' } });
    const facts = exportTo(store, file(), [CHURN, { workspace: 'ü'.repeat(100) }]);
    assert.deepEqual(facts, { versions: 3, files: 4, bytes: 100_006 });
    const target = path.join(folder(), 'out');
    const there = await readStore(unpacked(file()));
    assert.deepEqual(there, await readStore(store.layout.root));
    await readStore(unpacked(file()), 'ada/churn:prod', target);
    assert.ok(fs.readFileSync(path.join(target, 'ç/🙂.bin')).equals(largeBytes(1)));
  });

  it('has only what was chosen, not what shares a pack or an artifact with it', () => {
    commitIn(store, { files: { shared: 'shared', secret: 'secret of 1.0.0' }, draft: { aliases: ['old'] } });
    commitIn(store, { files: { shared: 'shared' }, draft: { aliases: ['new'] } });
    commitIn(store, { draft: { artifact: 'other' }, files: { other: 'other' } });
    exportTo(store, file(), [{ ...CHURN, version: 'new' }]);
    assert.equal(fs.readFileSync(file()).includes('secret of 1.0.0'), false);
    assert.deepEqual(filesBelow(unpacked(file())).map((name) => name.replace(/[0-9a-f]{62}$/u, '…')), [
      'format.json', 'objects/sha256/a4/…', 'workspaces/ada/churn/aliases/new.json', 'workspaces/ada/churn/artifact.json',
      'workspaces/ada/churn/versions/2.0.0/manifest.json', 'workspaces/ada/churn/versions/2.0.0/version.json',
    ]);
  });

  it('is the same, byte for byte, whenever it is made', () => {
    commitIn(store, { files: { a: 'a', large: largeBytes(1) } });
    exportTo(store, file(), [CHURN]);
    exportTo(store, `${file()}.again`, [CHURN, { ...CHURN, version: 'Latest' }, { workspace: 'ada' }]);
    assert.ok(fs.readFileSync(file()).equals(fs.readFileSync(`${file()}.again`)));
  });

  it('takes the place of no file unless it may', () => {
    commitIn(store, { files: { a: 'a' } });
    fs.writeFileSync(file(), 'mine');
    assert.throws(() => exportTo(store, file(), [CHURN]), (error) => isArtifactError(error, 'alreadyExists'));
    assert.equal(fs.readFileSync(file(), 'utf8'), 'mine');
  });

  for (const [what, of] of [
    ['a version', { ...CHURN, version: '9.0.0' }], ['an artifact', { ...CHURN, artifact: 'none' }], ['a workspace', { workspace: 'nobody' }],
  ] as const) {
    it(`says that ${what} is missing`, () => {
      commitIn(store, { files: { a: 'a' } });
      assert.throws(() => exportTo(store, file(), [of]), (error) => isArtifactError(error, 'notFound'));
      assert.deepEqual(fs.readdirSync(folder()), ['store']);
    });
  }

  it('leaves nothing when it is cancelled half-way', () => {
    commitIn(store, { files: { a: largeBytes(1, 3_000_000), b: largeBytes(2, 3_000_000) } });
    let told = 0;
    const work: Work = { ...UNWATCHED, check: () => { if (told > 3) { throw new Cancelled(); } }, report: () => { told++; } };
    assert.throws(() => exportTo(store, file(), [CHURN], work), Cancelled);
    assert.deepEqual(fs.readdirSync(folder()), ['store']);
  });

  it('is not made of damaged bytes', () => {
    commitIn(store, { files: { 'a.bin': largeBytes(1) } });
    const object = path.join(store.layout.root, filesBelow(store.layout.root).find((name) => name.startsWith('objects/'))!);
    fs.chmodSync(object, 0o600);
    fs.writeFileSync(object, largeBytes(2));
    assert.throws(() => exportTo(store, file(), [CHURN]), (error) => isArtifactError(error, 'corrupt') && error.details.includes('a.bin in ada/churn:1.0.0'));
    assert.deepEqual(fs.readdirSync(folder()), ['store']);
  });
});
