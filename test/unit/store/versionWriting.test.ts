import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import { fileError } from '../../../src/store/fileErrors';
import { Store } from '../../../src/store/store';
import type { VersionWriting } from '../../../src/store/versionWriting';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, putBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const withCode = (code: ErrorCode, details?: RegExp) => (error: unknown): boolean => isArtifactError(error, code) && (details === undefined || details.test(error.details));

/** Work whose caller goes away at the n-th look. */
function cancelledAt(look: number): Work {
  let looks = 0;
  const check = (): void => {
    if (++looks >= look) {
      throw new Cancelled();
    }
  };
  return { check, settle: check, report() {} };
}

const DAY = 86_400_000;

describe('writing a version', () => {
  const folder = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');
  const bytesKept = (store: Store): string[] => filesBelow(store.layout.root).filter((file) => file.startsWith('objects/') || file.startsWith('packs/'));
  const inTmp = (store: Store): string[] => fs.readdirSync(store.layout.tmp);

  const put = (writing: VersionWriting, files: Readonly<Record<string, string | Uint8Array>>, work: Work = UNWATCHED): number =>
    writing.put(writeFiles(folder(), files).map((file, index) => ({ path: Object.keys(files)[index]!, file })), work).bytes;

  describe('keeps bytes once', () => {
    it('within a version', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1), b: largeBytes(1), c: 'small', d: 'small' } });
      assert.equal(bytesKept(store).length, 2);
      assert.equal(readIn(store, '1.0.0', 'd').toString(), 'small');
    });

    it('between versions and artifacts, large files by their digest', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1) } });
      commitIn(store, { files: { b: largeBytes(1) } });
      commitIn(store, { files: { c: largeBytes(1) }, draft: { artifact: 'other' } });
      assert.equal(bytesKept(store).length, 1);
    });

    it('between a version and the next, small files too', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: 'one', b: 'two' } });
      commitIn(store, { files: { a: 'one', b: 'changed' } });
      const sizes = bytesKept(store).map((file) => fs.statSync(path.join(store.layout.root, file)).size);
      assert.deepEqual(sizes.sort(), [6, 7]);
      assert.deepEqual(['a', 'b'].map((each) => readIn(store, '2.0.0', each).toString()), ['one', 'changed']);
    });

    it('for the same folder of small files logged under another name', () => {
      const store = storeIn(root());
      for (const artifact of ['one', 'other']) {
        commitIn(store, { files: { a: '1', b: '22' }, draft: { artifact } });
      }
      assert.equal(bytesKept(store).length, 1);
    });

    it('and does not even read a file that has not changed', async () => {
      const store = storeIn(root());
      const long = new Date(Date.now() - 60_000);
      const files = { 'a.bin': largeBytes(1), 'b.txt': 'small' };
      writeFiles(folder(), files).forEach((file) => fs.utimesSync(file, long, long));
      const entries = Object.keys(files).map((name) => ({ path: name, file: path.join(folder(), name) }));
      // The change time is now, whatever utimes says, so the cache waits until it is settled.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      for (let round = 0; round < 2; round++) {
        const writing = beginIn(store);
        writing.put(entries, UNWATCHED);
        writing.commit(UNWATCHED);
      }
      const again = beginIn(new Store(root()).opened());
      const { readSync } = fs;
      let reads = 0;
      const patched: { readSync: typeof fs.readSync } = fs;
      patched.readSync = ((...args: Parameters<typeof fs.readSync>) => {
        // Node reads whole files, such as the manifest, with the same function, and without a position.
        reads += (args as readonly unknown[])[4] === null ? 1 : 0;
        return readSync(...args);
      }) as typeof fs.readSync;
      try {
        assert.equal(again.put(entries, UNWATCHED).bytes, 100_005);
        assert.equal(reads, 0);
      } finally {
        patched.readSync = readSync;
      }
      assert.equal(again.commit(UNWATCHED).version, '3.0.0');
      assert.equal(bytesKept(store).length, 2);
    });
  });

  it('keeps objects read-only and flushed under the digest of what they hold', () => {
    const store = storeIn(root());
    commitIn(store, { files: { a: largeBytes(1) } });
    const [object] = bytesKept(store);
    assert.match(object!, /^objects\/sha256\/[0-9a-f]{2}\/[0-9a-f]{62}$/);
    if (process.platform !== 'win32') {
      assert.equal(fs.statSync(path.join(store.layout.root, object!)).mode & 0o777, 0o444);
    }
  });

  it('stores what a file has at first when it grows meanwhile, and tells', () => {
    const store = storeIn(root());
    const [file, other] = writeFiles(folder(), { growing: largeBytes(1, 3_000_000), still: largeBytes(2, 3_000_000) });
    const writing = beginIn(store);
    const { changed } = writing.put([{ path: 'growing', file: file! }, { path: 'still', file: other! }], { ...UNWATCHED, report: () => fs.appendFileSync(file!, 'more') });
    assert.deepEqual(changed, ['growing']);
    const version = writing.commit(UNWATCHED);
    const [asset] = store.tree({ ...CHURN, version: version.version }).tree.assets;
    assert.equal(asset!.size, 3_000_000);
    assert.equal(readIn(store, '1.0.0', 'growing').length, asset!.size);
  });

  describe('refuses', () => {
    const cases: readonly (readonly [what: string, make: () => string, code: ErrorCode])[] = [
      ['a file that is gone', () => path.join(folder(), 'gone'), 'notFound'],
      ['a folder', () => folder(), 'invalid'],
    ];
    for (const [what, make, code] of cases) {
      it(`${what}, and what came with it is not in the version`, () => {
        const store = storeIn(root());
        const writing = beginIn(store);
        put(writing, { first: 'kept' });
        const [good] = writeFiles(folder(), { good: 'x' });
        assert.throws(() => writing.put([{ path: 'good', file: good! }, { path: 'bad', file: make() }], UNWATCHED), withCode(code));
        assert.equal(put(writing, { good: 'now' }), 3);
        assert.deepEqual([writing.commit(UNWATCHED).assets, readIn(store, '1.0.0', 'good').toString()], [2, 'now']);
      });
    }

    for (const [systemCode, code] of [['EACCES', 'noAccess'], ['EPERM', 'noAccess'], ['EBUSY', 'noAccess'], ['EIO', 'diskFault'], ['EMFILE', 'diskFault']] as const) {
      it(`a file that the system does not let us read (${systemCode}), naming it`, () => {
        const store = storeIn(root());
        const [file] = writeFiles(folder(), { secret: 'x' });
        const writing = beginIn(store);
        const { openSync } = fs;
        const patched: { openSync: typeof fs.openSync } = fs;
        patched.openSync = (name, ...rest) => {
          if (name === file) {
            throw Object.assign(new Error(systemCode), { code: systemCode, syscall: 'open', path: name });
          }
          return openSync(name, ...rest);
        };
        try {
          assert.throws(() => writing.put([{ path: 'secret', file: file! }], UNWATCHED), (error) => isArtifactError(error, code) && error.details.includes(file!));
        } finally {
          patched.openSync = openSync;
        }
      });
    }

    it('to go on when the disk is full, wherever that is noticed, and leaves no version', () => {
      const store = storeIn(root());
      const patched: { writeSync: typeof fs.writeSync; writeFileSync: typeof fs.writeFileSync; fsyncSync: typeof fs.fsyncSync } = fs;
      const { writeSync, writeFileSync, fsyncSync } = fs;
      const originals = { writeSync, writeFileSync, fsyncSync };
      for (let full = 0, failures = 0; ; full++) {
        let calls = 0;
        const check = (): void => {
          if (calls++ === full) {
            throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
          }
        };
        const writing = beginIn(store);
        Object.assign(patched, Object.fromEntries((['writeSync', 'writeFileSync', 'fsyncSync'] as const).map((name) => [name, (...args: readonly unknown[]) => {
          check();
          return (originals[name] as (...all: readonly unknown[]) => unknown)(...args);
        }])));
        try {
          putBytes(writing, 'a', largeBytes(full));
          putBytes(writing, 'b', 'small');
          writing.commit(UNWATCHED);
          assert.ok(failures > 5, String(failures));
          break;
        } catch (error) {
          // What the worker would make of it.
          assert.ok(isArtifactError(fileError(error, 'the store'), 'noSpace'), String(error));
          failures++;
        } finally {
          Object.assign(patched, originals);
          writing.abandon();
        }
        assert.deepEqual([inTmp(store), store.catalog.findArtifact(CHURN)], [[], undefined]);
      }
      assert.equal(store.catalog.artifact(CHURN).versions, 1);
    });

    it('a version with a path that is a file and a folder', () => {
      const store = storeIn(root());
      const writing = beginIn(store);
      putBytes(writing, 'a', '1');
      putBytes(writing, 'a/b', '1');
      assert.throws(() => writing.commit(UNWATCHED), withCode('invalid', /“a”/));
      writing.abandon();
      assert.throws(() => store.catalog.artifact(CHURN), withCode('notFound'));
    });

    it('metadata that is no object', () => {
      for (const metadata of [[], 'x', 5, null]) {
        assert.throws(() => beginIn(storeIn(root()), { metadata: metadata as never }), withCode('invalid'));
      }
    });

    it('a producer that is no run', () => {
      assert.throws(() => beginIn(storeIn(root()), { producer: { workspace: 'ada', run: 'nobody' } }), withCode('notFound'));
    });

    it('a deleted number, saying that it was deleted', () => {
      const store = storeIn(root());
      commitIn(store, { files: { a: '1' } });
      store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED);
      assert.throws(() => commitIn(store, { draft: { version: '1.0.0' } }), withCode('alreadyExists', /deleted/));
    });

    it('a number that was deleted between begin and commit', () => {
      const store = storeIn(root());
      const late = beginIn(store, { version: '1.0.0' });
      commitIn(store, { files: { a: '1' } });
      store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED);
      assert.throws(() => late.commit(UNWATCHED), withCode('alreadyExists', /deleted/));
    });
  });

  describe('cancelled', () => {
    it('at any moment, leaves no version and no file of its own', () => {
      const store = storeIn(root());
      commitIn(store, { files: { before: largeBytes(7) } });
      let cancelled = 0;
      for (let look = 1; look < 40; look++) {
        const before = bytesKept(store).length;
        const writing = beginIn(store);
        const work = cancelledAt(look);
        try {
          put(writing, { a: largeBytes(100 + look, 2_500_000), b: 'small', c: largeBytes(7) }, work);
          writing.commit(work);
        } catch (error) {
          assert.ok(error instanceof Cancelled, String(error));
          cancelled++;
          writing.abandon();
          assert.deepEqual(inTmp(store), []);
          assert.equal(store.catalog.artifact(CHURN).versions, 1);
          assert.ok(bytesKept(store).length <= before + 2, 'complete objects may stay');
          continue;
        }
        store.remove({ ...CHURN, version: 'latest' }, UNWATCHED);
      }
      assert.ok(cancelled > 8, String(cancelled));
    });

    it('while bytes stream in, leaves nothing', () => {
      const store = storeIn(root());
      const writing = beginIn(store);
      const key = writing.openAsset('a');
      writing.append(key, largeBytes(1));
      writing.abandon();
      assert.deepEqual([inTmp(store), bytesKept(store)], [[], []]);
      assert.throws(() => writing.append(key, largeBytes(1)), withCode('invalid'));
    });
  });

  describe('finds leftovers of a crash', () => {
    const leave = (store: Store, name: string, age: number, maker?: object): void => {
      const place = path.join(store.layout.tmp, name);
      writeFiles(place, { 'object-0': 'half', ...(maker === undefined ? undefined : { 'maker.json': JSON.stringify(maker) }) });
      const time = new Date(Date.now() - age);
      fs.utimesSync(place, time, time);
    };

    it('and sweeps them a day after', () => {
      const store = storeIn(root());
      leave(store, 'old', 2 * DAY);
      leave(store, 'of-the-dead', 2 * DAY, { space: 'elsewhere', pid: 1 });
      leave(store, 'young', DAY / 2);
      fs.writeFileSync(path.join(store.layout.tmp, 'file'), 'x');
      fs.utimesSync(path.join(store.layout.tmp, 'file'), 0, 0);
      commitIn(store);
      assert.deepEqual(inTmp(store), ['young']);
    });

    it('but never what a running process is writing, however old it looks', () => {
      const store = storeIn(root());
      const writing = beginIn(store);
      const [own] = inTmp(store);
      fs.utimesSync(path.join(store.layout.tmp, own!), 0, 0);
      commitIn(store);
      assert.deepEqual(inTmp(store), [own]);
      putBytes(writing, 'a', 'x');
      assert.equal(writing.commit(UNWATCHED).version, '2.0.0');
    });

    it('and an artifact of which no version was finished is none', () => {
      const store = storeIn(root());
      const place = store.layout.artifact(CHURN);
      writeFiles(place.folder, { 'artifact.json': 'half' });
      fs.mkdirSync(place.versions);
      assert.deepEqual([...store.catalog.artifacts('ada', '')], []);
      fs.rmSync(place.facts);
      assert.equal(commitIn(store).version, '1.0.0');
    });
  });
});
