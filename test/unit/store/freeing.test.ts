import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { freeSpace, planFreeing, type Reclaimable } from '../../../src/store/freeing';
import { Store } from '../../../src/store/store';
import { verifyStore } from '../../../src/store/verification';
import { Cancelled, UNWATCHED } from '../../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, loggingProcess, putBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('freeing space', () => {
  const folder = temporaryFolder();
  let store: Store;
  beforeEach(() => {
    store = storeIn(path.join(folder(), 'store'));
  });
  const kept = (): string[] => filesBelow(store.layout.root).filter((file) => /^(?:objects|packs)\//u.test(file));
  const plan = (): Reclaimable => planFreeing(store, UNWATCHED);
  const free = (): Reclaimable => freeSpace(store, UNWATCHED);

  /** What a log leaves that is killed after its objects are in their place. */
  function orphan(seed: number): void {
    const bytes = largeBytes(seed);
    const file = store.layout.object(createHash('sha256').update(bytes).digest('hex'));
    writeFiles(path.dirname(file), { [path.basename(file)]: bytes });
    fs.chmodSync(file, 0o444);
  }

  it('removes what no version needs, as much as was announced', () => {
    commitIn(store, { files: { a: largeBytes(1), b: 'b' } });
    orphan(2);
    assert.deepEqual(plan(), { files: 1, bytes: 100_000, damaged: undefined });
    assert.deepEqual(free(), { files: 1, bytes: 100_000, damaged: undefined });
    assert.equal(kept().length, 2);
    assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
    assert.deepEqual(free(), { files: 0, bytes: 0, damaged: undefined });
  });

  it('removes what a deletion left that was broken off', () => {
    commitIn(store, { files: { a: largeBytes(1), b: 'b' } });
    const place = store.layout.artifact(CHURN);
    writeFiles(place.deleted, { '1.0.0.json': '{}' });
    assert.equal(free().bytes, 100_001);
    assert.deepEqual(kept(), []);
  });

  it('keeps what a log under way relies on', () => {
    orphan(2);
    const writing = beginIn(store);
    putBytes(writing, 'shared.bin', largeBytes(2));
    assert.deepEqual(plan(), { files: 0, bytes: 0, damaged: undefined });
    assert.equal(free().files, 0);
    writing.commit(UNWATCHED);
    assert.ok(readIn(store, 'Latest', 'shared.bin').equals(largeBytes(2)));
  });

  it('removes what writers left whose process has ended, and what is a day old, and nothing else of theirs', () => {
    commitIn(store, { files: { a: 'a' } });
    const maker = JSON.stringify({ ...(JSON.parse(makerOf()) as object), pid: 2 ** 22 + 1 });
    const running = beginIn(store);
    writeFiles(store.layout.tmp, { 'gone/maker.json': maker, 'gone/object-0': largeBytes(1), 'gone/claims': '', 'fresh/object-0': 'x', 'old/object-0': 'y' });
    const old = new Date(Date.now() - 2 * 86_400_000);
    fs.utimesSync(path.join(store.layout.tmp, 'old'), old, old);
    assert.deepEqual(plan(), { files: 4, bytes: 100_000 + maker.length + 1, damaged: undefined });
    assert.deepEqual(free(), { files: 4, bytes: 100_000 + maker.length + 1, damaged: undefined });
    assert.deepEqual(fs.readdirSync(store.layout.tmp).length, 2);
    assert.ok(fs.existsSync(path.join(store.layout.tmp, 'fresh')));
    running.commit(UNWATCHED);
  });

  function makerOf(): string {
    const writing = beginIn(store);
    const [name = ''] = filesBelow(store.layout.tmp).filter((file) => file.endsWith('maker.json'));
    const text = fs.readFileSync(path.join(store.layout.tmp, name), 'utf8');
    writing.abandon();
    return text;
  }

  it('does not let what an ended writer claimed stand in its way', () => {
    orphan(2);
    const [object = ''] = kept().filter((file) => file.startsWith('objects/'));
    const maker = JSON.stringify({ ...(JSON.parse(makerOf()) as object), pid: 2 ** 22 + 1 });
    writeFiles(store.layout.tmp, { 'gone/maker.json': maker, 'gone/claims': `${object.replaceAll(/objects|sha256|\//gu, '')}\n` });
    assert.equal(plan().files, 3);
    assert.equal(free().files, 3);
  });

  it('frees nothing, and names why, where a version is so damaged that nobody can say what it needs', () => {
    commitIn(store, { files: { a: largeBytes(1) } });
    orphan(2);
    const version = store.layout.artifact(CHURN).version('1.0.0');
    fs.writeFileSync(path.join(version, 'manifest.json'), '{}');
    assert.deepEqual(plan(), { files: 0, bytes: 0, damaged: version });
    assert.deepEqual(free(), { files: 0, bytes: 0, damaged: version });
    assert.equal(kept().length, 2);
  });

  it('leaves files alone that are not ours', () => {
    commitIn(store, { files: { a: 'a' } });
    writeFiles(store.layout.root, { 'objects/sha256/ab/notes.txt': 'x', 'packs/README': 'y' });
    assert.equal(free().files, 0);
  });

  it('makes no store where there is none', () => {
    const none = new Store(path.join(folder(), 'none'));
    assert.deepEqual([planFreeing(none, UNWATCHED).files, freeSpace(none, UNWATCHED).files], [0, 0]);
    assert.equal(fs.existsSync(none.layout.root), false);
  });

  it('stops when it is cancelled', () => {
    orphan(2);
    assert.throws(() => freeSpace(store, { ...UNWATCHED, check: () => { throw new Cancelled(); } }), Cancelled);
    assert.equal(kept().length, 1);
    assert.equal(free().files, 1);
  });

  it('never takes a byte from who logs, deletes and logs again at the same time', async () => {
    const processes = [loggingProcess(store.layout.root, { count: 12 }), loggingProcess(store.layout.root, { count: 12 })];
    let ended = false;
    const logged = Promise.all(processes.map(({ outcome }) => outcome)).finally(() => {
      ended = true;
    });
    let freed = 0;
    const isOver = (): boolean => ended;
    for (let round = 0; !isOver(); round++) {
      orphan(round % 3);
      const writing = beginIn(store, { artifact: 'mine' });
      putBytes(writing, 'shared.bin', largeBytes(round % 3));
      putBytes(writing, 'round.txt', String(round));
      const { version } = writing.commit(UNWATCHED);
      store.remove({ ...CHURN, artifact: 'mine', version }, UNWATCHED);
      orphan(1000);
      freed += free().files;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((await logged).flat().length, 24);
    assert.ok(freed > 0, 'nothing was freed meanwhile');
    assert.deepEqual(verifyStore(new Store(store.layout.root).opened(), UNWATCHED).findings, []);
    assert.equal([...store.catalog.versions(CHURN)].length, 24);
  });
});
