import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { allClaims, freeingLock } from '../../../src/store/claims';
import { Store } from '../../../src/store/store';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, putBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

describe('removing a version', () => {
  const folder = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');
  const kept = (store: Store): string[] => filesBelow(store.layout.root).filter((file) => file.startsWith('objects/') || file.startsWith('packs/'));
  const remove = (store: Store, version: string): number => store.remove({ ...CHURN, version }, UNWATCHED).bytesFreed;

  it('frees what nothing else needs, as announced', () => {
    const store = storeIn(root());
    commitIn(store, { files: { shared: largeBytes(1), own: largeBytes(2), note: 'small' } });
    commitIn(store, { files: { shared: largeBytes(1), note: 'another' }, draft: { artifact: 'other', workspace: 'bob' } });
    assert.equal(store.removal({ ...CHURN, version: '1.0.0' }, UNWATCHED).bytesFreed, 100_005);
    assert.equal(kept(store).length, 4);
    assert.equal(remove(store, '1.0.0'), 100_005);
    assert.equal(kept(store).length, 2);
    assert.ok(readIn(store, '1.0.0', 'shared', { artifact: 'other', workspace: 'bob' }).equals(largeBytes(1)));
  });

  it('keeps a pack as long as one of its files is needed', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: 'one', b: 'two' } });
    commitIn(store, { files: { a: 'one', b: 'changed' } });
    assert.equal(remove(store, '1.0.0'), 0);
    assert.equal(readIn(store, '2.0.0', 'a').toString(), 'one');
    assert.equal(remove(store, '2.0.0'), 13);
    assert.deepEqual(kept(store), []);
  });

  it('never touches an object that no manifest mentions', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: largeBytes(1) } });
    writeFiles(store.layout.root, { 'objects/sha256/ab/unmentioned': 'x' });
    remove(store, '1.0.0');
    assert.deepEqual(kept(store), ['objects/sha256/ab/unmentioned']);
  });

  it('keeps the directory of the number, so that it is never taken again', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: '1' } });
    remove(store, '1.0.0');
    assert.deepEqual(filesBelow(store.layout.artifact(CHURN).versions), ['1.0.0/version.json']);
    assert.equal(commitIn(store, { files: { a: '1' } }).version, '2.0.0');
  });

  it('goes on where a removal crashed before it had tidied up', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: '1' } });
    commitIn(store, { files: { a: '2' } });
    const place = store.layout.artifact(CHURN);
    writeFiles(place.deleted, { '1.0.0.json': 'even half of it says that the version is gone' });
    assert.deepEqual([...store.catalog.versions(CHURN)].map(({ version }) => version), ['2.0.0']);
    assert.throws(() => store.catalog.version({ ...CHURN, version: '1.0.0' }), (error) => isArtifactError(error, 'notFound'));
    assert.equal(store.catalog.nextVersions(CHURN).major, '3.0.0');
  });

  it('frees nothing when another version is damaged: who knows what it needs', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: largeBytes(1) } });
    commitIn(store, { files: { a: largeBytes(1), b: largeBytes(2) } });
    fs.writeFileSync(path.join(store.layout.artifact(CHURN).version('2.0.0'), 'manifest.json'), '{}');
    assert.equal(remove(store, '1.0.0'), 0);
    assert.equal(kept(store).length, 2);
  });

  describe('when another was announced before', () => {
    const other = { ...CHURN, artifact: 'other' };
    const announced = (store: Store): number => store.removal({ ...CHURN, version: '1.0.0' }, UNWATCHED).bytesFreed;
    const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

    it('reads no manifest again, as versions never change', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { b: largeBytes(2) } });
      assert.equal(announced(store), 100_000);
      fs.writeFileSync(path.join(store.layout.artifact(CHURN).version('2.0.0'), 'manifest.json'), '{}');
      assert.equal(remove(storeIn(root()), '1.0.0'), 100_000);
      assert.deepEqual(kept(store).map((file) => file.replaceAll('/', '').slice(-64)), [digestOf(largeBytes(2))]);
    });

    it('sees what was logged since', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { b: largeBytes(2) } });
      assert.equal(announced(store), 100_000);
      commitIn(store, { files: { a: largeBytes(1) } });
      assert.equal(remove(store, '1.0.0'), 0);
      assert.ok(readIn(store, '3.0.0', 'a').equals(largeBytes(1)));
    });

    it('reads a version again whose directory was put in its place by hand', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { b: largeBytes(2) }, draft: other });
      commitIn(store, { files: { b: largeBytes(1) }, draft: { artifact: 'third' } });
      assert.equal(announced(store), 0);
      const place = store.layout.artifact(other).version('1.0.0');
      fs.rmSync(place, { recursive: true });
      fs.renameSync(store.layout.artifact({ ...CHURN, artifact: 'third' }).version('1.0.0'), place);
      assert.equal(remove(store, '1.0.0'), 0);
      assert.ok(fs.existsSync(store.layout.object(digestOf(largeBytes(1)))));
    });

    it('believes nothing that is not as it was written', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { a: largeBytes(1), b: largeBytes(2) }, draft: other });
      assert.equal(announced(store), 0);
      const remembered = path.join(store.layout.cache, 'needs');
      const files = filesBelow(remembered);
      assert.notEqual(files.length, 0);
      for (const file of files.map((name) => path.join(remembered, name))) {
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(digestOf(largeBytes(1)), '0'.repeat(64)));
      }
      assert.equal(remove(store, '1.0.0'), 0);
      assert.ok(readIn(store, '1.0.0', 'a', other).equals(largeBytes(1)));
    });

    it('works where nothing can be remembered', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { b: largeBytes(2) } });
      writeFiles(store.layout.cache, { needs: 'a file where a folder goes' });
      assert.equal(announced(store), 100_000);
      assert.equal(remove(store, '1.0.0'), 100_000);
    });
  });

  it('looks at artifacts whose own name cannot be read', () => {
    const store = storeIn(root());
    const other = { workspace: 'ada', artifact: '🦜'.repeat(60) };
    commitIn(store, { files: { a: largeBytes(1) } });
    commitIn(store, { files: { a: largeBytes(1) }, draft: other });
    fs.writeFileSync(store.layout.artifact(other).facts, 'damaged');
    assert.equal(remove(store, '1.0.0'), 0);
    assert.equal(kept(store).length, 1);
  });

  it('can be cancelled before it has begun, and not after', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: largeBytes(1) } });
    const gone: Work = { ...UNWATCHED, settle: () => { throw new Cancelled(); } };
    assert.throws(() => store.remove({ ...CHURN, version: '1.0.0' }, gone), Cancelled);
    assert.ok(readIn(store, '1.0.0', 'a').equals(largeBytes(1)));
    assert.equal(remove(store, '1.0.0'), 100_000);
  });

  describe('while somebody logs', () => {
    it('spares what the log relies on', () => {
      const store = storeIn(root());
      const [file] = writeFiles(folder(), { 'a.bin': largeBytes(1), });
      commitIn(store, { files: { a: largeBytes(1), b: 'small' } });
      const writing = beginIn(store);
      writing.put([{ path: 'a', file: file! }], UNWATCHED);
      writing.keep({ ...CHURN, version: '1.0.0' }, ['b'], UNWATCHED);
      assert.equal(store.removal({ ...CHURN, version: '1.0.0' }, UNWATCHED).bytesFreed, 0);
      assert.equal(remove(store, '1.0.0'), 0);
      writing.commit(UNWATCHED);
      assert.ok(readIn(store, '2.0.0', 'a').equals(largeBytes(1)));
      assert.equal(readIn(store, '2.0.0', 'b').toString(), 'small');
    });

    it('spares what a log needs that is committed between the look and the deletion', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      const logging: Work = { ...UNWATCHED, settle: () => void commitIn(storeIn(root()), { files: { a: largeBytes(1) } }) };
      assert.equal(store.remove({ ...CHURN, version: '1.0.0' }, logging).bytesFreed, 0);
      assert.ok(readIn(store, '2.0.0', 'a').equals(largeBytes(1)));
    });

    it('frees what an abandoned log relied on', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      const writing = beginIn(store);
      putBytes(writing, 'a', largeBytes(1));
      writing.abandon();
      assert.equal(allClaims(store.layout).size, 0);
      assert.equal(remove(store, '1.0.0'), 100_000);
    });

    it('lets the log store anew what went between its look and its claim', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1), b: 'small' } });
      const writing = beginIn(store);
      // The moment in which the log has found the object and not claimed it yet.
      const { appendFileSync } = fs;
      const patched: { appendFileSync: typeof fs.appendFileSync } = fs;
      let removed = 0;
      patched.appendFileSync = (...args) => {
        patched.appendFileSync = appendFileSync;
        removed = remove(new Store(root()).opened(), '1.0.0');
        appendFileSync(...args);
      };
      try {
        putBytes(writing, 'a', largeBytes(1));
      } finally {
        patched.appendFileSync = appendFileSync;
      }
      assert.equal(removed, 100_005);
      putBytes(writing, 'b', 'small');
      writing.commit(UNWATCHED);
      assert.ok(readIn(store, '2.0.0', 'a').equals(largeBytes(1)));
      assert.equal(readIn(store, '2.0.0', 'b').toString(), 'small');
    });

    it('takes no pack for the object that has the same bytes', () => {
      const store = storeIn(root());
      const [one, two] = [Buffer.alloc(40_000, 'one '), Buffer.alloc(40_000, 'two ')];
      const whole = Buffer.concat([one, two]);
      commitIn(store, { files: { '1': one, '2': two, whole } });
      const { sha256 } = store.tree({ ...CHURN, version: '1.0.0' }).tree.asset('whole')!;
      const freeing = freeingLock(store.layout).acquire(UNWATCHED);
      const writing = beginIn(store);
      putBytes(writing, 'whole', whole, {
        ...UNWATCHED,
        check() {
          fs.rmSync(store.layout.object(sha256!), { force: true });
          freeing.release();
        },
      });
      writing.commit(UNWATCHED);
      assert.ok(readIn(store, '2.0.0', 'whole').equals(whole));
    });

    it('makes the log wait for a removal that may not have seen its claim', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      const freeing = freeingLock(store.layout).acquire(UNWATCHED);
      const writing = beginIn(store);
      let looks = 0;
      const waiting: Work = {
        ...UNWATCHED,
        check() {
          // The removal deletes the object while the log waits.
          if (++looks === 3) {
            fs.rmSync(path.join(store.layout.root, kept(store)[0]!), { force: true });
            freeing.release();
          }
        },
      };
      putBytes(writing, 'a', largeBytes(1), waiting);
      assert.ok(looks >= 3);
      writing.commit(UNWATCHED);
      assert.ok(readIn(store, '2.0.0', 'a').equals(largeBytes(1)));
    });

    it('never leaves a version without its bytes, in any order of many', async function () {
      this.timeout(60_000);
      const { Worker } = await import('node:worker_threads');
      const worker = new Worker(path.join(__dirname, '../../support/removingWorker.js'), { workerData: root() });
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(0), b: 'small 0' } });
      const ended = new Promise<number>((resolve, reject) => {
        worker.on('message', resolve);
        worker.on('error', reject);
      });
      for (let round = 0; round < 60; round++) {
        const { version } = commitIn(store, { files: { a: largeBytes(round % 3), b: `small ${round % 3}` } });
        try {
          assert.ok(readIn(store, version, 'a').equals(largeBytes(round % 3)));
          assert.equal(readIn(store, version, 'b').toString(), `small ${round % 3}`);
        } catch (error) {
          // The other thread may have removed this very version; damaged it never is.
          assert.ok(isArtifactError(error, 'notFound') || !fs.existsSync(path.join(store.layout.artifact(CHURN).version(version), 'manifest.json')), String(error));
        }
        if (round % 10 === 0) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      worker.postMessage('enough');
      const removals = await ended;
      assert.ok(removals > 3, String(removals));
      for (const { version } of store.catalog.versions(CHURN)) {
        assert.equal(readIn(store, version, 'a').length, 100_000);
        assert.match(readIn(store, version, 'b').toString(), /^small \d$/);
      }
    });
  });
});
