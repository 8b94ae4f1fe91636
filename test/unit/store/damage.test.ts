import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { placeOf } from '../../../src/store/objects';
import { Store } from '../../../src/store/store';
import { verifyStore } from '../../../src/store/verification';
import { UNWATCHED } from '../../../src/store/work';
import { exportTo, importFrom } from '../../support/archives';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

const corrupt = (...parts: readonly string[]) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error, 'corrupt'), String(error));
  for (const part of parts) {
    assert.ok(error.details.includes(part), `${error.details} names ${part}`);
  }
  return true;
};

describe('damage in a store', () => {
  const folder = temporaryFolder();
  const place = (store: Store, version = '1.0.0'): string => store.layout.artifact(CHURN).version(version);

  /** Two versions that share nothing. */
  function sample(): Store {
    const store = storeIn(path.join(folder(), 'store'));
    commitIn(store, { files: { 'large.bin': largeBytes(1), 'small.txt': 'small' }, draft: { aliases: ['one'] } });
    commitIn(store, { files: { 'large.bin': largeBytes(2), 'small.txt': 'other' } });
    return new Store(store.layout.root).opened();
  }

  function damage(file: string, change: (bytes: Buffer) => Buffer): void {
    const damaged = change(fs.readFileSync(file));
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, damaged);
  }

  const flip = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1]! ^= 4;
    return bytes;
  };
  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - 1);

  const object = (store: Store): string => store.layout.object(store.tree({ ...CHURN, version: '1.0.0' }).tree.asset('large.bin')!.sha256!);
  const pack = (store: Store): string => store.layout.pack(store.tree({ ...CHURN, version: '1.0.0' }).tree.asset('small.txt')!.pack!);

  const otherIsWhole = (store: Store): void => {
    assert.ok(readIn(store, '2.0.0', 'large.bin').equals(largeBytes(2)));
    assert.equal(readIn(store, '2.0.0', 'small.txt').toString(), 'other');
    assert.equal(store.catalog.version({ ...CHURN, version: 'latest' }).version, '2.0.0');
    assert.ok([...store.catalog.versions(CHURN)].some(({ version }) => version === '2.0.0'));
  };

  for (const [what, change] of [['a flipped bit', flip], ['a lost byte', cut]] as const) {
    it(`as ${what} in an object is told with file, version and asset`, () => {
      const store = sample();
      damage(object(store), change);
      assert.throws(() => readIn(store, '1.0.0', 'large.bin'), corrupt(object(store), 'ada/churn:1.0.0', 'large.bin'));
      const target = path.join(folder(), 'copy');
      assert.throws(() => store.copy({ ...CHURN, version: '1.0.0' }, 'large.bin', target, UNWATCHED), corrupt(object(store), 'large.bin'));
      assert.equal(fs.existsSync(target), false);
      assert.equal(readIn(store, '1.0.0', 'small.txt').toString(), 'small');
      otherIsWhole(store);
    });

    it(`as ${what} in a pack is told with file, version and asset`, () => {
      const store = sample();
      damage(pack(store), change);
      assert.throws(() => readIn(store, '1.0.0', 'small.txt'), corrupt(pack(store), 'ada/churn:1.0.0', 'small.txt'));
      otherIsWhole(store);
    });

    for (const name of ['manifest.json', 'version.json']) {
      it(`as ${what} in ${name} is told with file and version`, () => {
        const store = sample();
        const file = path.join(place(store), name);
        damage(file, change === cut && name === 'version.json' ? (bytes) => bytes.subarray(0, bytes.length - 2) : change);
        assert.throws(() => readIn(store, '1.0.0', 'large.bin'), corrupt(file, '1.0.0'));
        otherIsWhole(store);
      });
    }

    it(`as ${what} in an alias is told by who asks for it`, () => {
      const store = sample();
      const file = store.layout.artifact(CHURN).alias('one');
      damage(file, change === cut ? (bytes) => bytes.subarray(0, bytes.length - 2) : change);
      assert.throws(() => store.catalog.version({ ...CHURN, version: 'one' }), corrupt(file));
      assert.deepEqual(store.catalog.version({ ...CHURN, version: '1.0.0' }).aliases, []);
      otherIsWhole(store);
    });
  }

  describe('in bytes that come once more', () => {
    const files = { 'large.bin': largeBytes(2), 'small.txt': 'other' };
    const last = (store: Store, asset: string): string => placeOf(store.layout, store.tree({ ...CHURN, version: '2.0.0' }).tree.asset(asset)!)!.file;
    const otherIs = (store: Store, version: string): void =>
      Object.entries(files).forEach(([asset, content]) => assert.ok(readIn(store, version, asset).equals(Buffer.from(content)), asset));
    const tell = (store: Store): unknown => verifyStore(store, UNWATCHED);
    const swallow = (read: () => unknown): void => assert.throws(read, corrupt());

    for (const [how, change, told] of [
      ['that Verify found', flip, tell],
      ['that a read found', flip, (store: Store) => Object.keys(files).forEach((asset) => swallow(() => readIn(store, '2.0.0', asset)))],
      ['that a download found', flip, (store: Store) => Object.keys(files).forEach((asset) =>
        swallow(() => store.copyAll({ ...CHURN, version: '2.0.0' }, [{ path: asset, part: path.join(folder(), 'part'), file: path.join(folder(), 'file') }], false, UNWATCHED)))],
      ['of files that are too short', cut, () => {}],
    ] as const) {
      it(`${how} is made good by logging them again`, () => {
        const store = sample();
        const places = ['large.bin', 'small.txt'].map((asset) => last(store, asset));
        places.forEach((file) => damage(file, change));
        told(store);
        assert.equal(commitIn(new Store(store.layout.root), { files }).version, '3.0.0');
        otherIs(store, '2.0.0');
        assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
        assert.ok(places.every((file) => (fs.statSync(file).mode & 0o222) === 0), 'read-only');
      });
    }

    it('is made good from files that have not changed since, and that once is enough', () => {
      const store = storeIn(path.join(folder(), 'store'));
      const file = path.join(folder(), 'large.bin');
      fs.writeFileSync(file, largeBytes(1));
      fs.utimesSync(file, 1, 1);
      const log = (): string => {
        const writing = beginIn(store);
        writing.put([{ path: 'large.bin', file }], UNWATCHED);
        return writing.commit(UNWATCHED).version;
      };
      log();
      damage(object(store), flip);
      tell(store);
      log();
      const { ino } = fs.statSync(object(store));
      assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
      log();
      assert.equal(fs.statSync(object(store)).ino, ino);
    });

    it('is made good where only some of the files come again', () => {
      const store = sample();
      const file = last(store, 'small.txt');
      commitIn(store, { files: { ...files, 'more.txt': 'more' } });
      damage(file, flip);
      tell(store);
      commitIn(store, { files: { 'new.txt': 'new', 'small.txt': 'other' } });
      otherIs(store, '2.0.0');
      assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
      assert.deepEqual(fs.readdirSync(store.layout.tmp), []);
    });

    it('is not remembered where somebody else put them right', () => {
      const store = sample();
      const before = fs.readFileSync(object(store));
      damage(object(store), flip);
      tell(store);
      assert.equal(filesBelow(store.layout.cache).filter((name) => name.startsWith('damaged/')).length, 1);
      damage(object(store), () => before);
      tell(store);
      assert.equal(filesBelow(store.layout.cache).filter((name) => name.startsWith('damaged/')).length, 0);
    });
  });

  describe('in what is said of an artifact', () => {
    const long = { workspace: 'ü'.repeat(100), artifact: 'ö'.repeat(100) };
    const listed = (store: Store): unknown => store.catalog.workspaces().map(({ workspace, artifacts }) =>
      [workspace, artifacts, [...store.catalog.artifacts(workspace, '')].map(({ artifact, type, versions, latest }) => [artifact, type, versions, latest])]);
    const all = [['ada', 1, [['churn', 'dataset', 2, '2.0.0']]], [long.workspace, 1, [[long.artifact, 'model', 1, '2.0.0']]]];

    function withLongNames(): { readonly store: Store; readonly files: readonly string[] } {
      const store = sample();
      commitIn(store, { draft: { ...long, type: 'model' }, files: { a: 'a' } });
      commitIn(store, { draft: { ...long, type: 'dataset' }, files: { a: 'b' } });
      store.remove({ ...long, version: '1.0.0' }, UNWATCHED);
      const { layout } = store;
      return { store, files: [layout.artifact(CHURN).facts, layout.artifact(long).facts, path.join(layout.workspace(long.workspace), 'workspace.json')] };
    }

    for (const [what, change] of [['a flipped bit', (file: string) => damage(file, flip)], ['a lost file', (file: string) => fs.rmSync(file)]] as const) {
      it(`as ${what} hides neither it nor its versions`, () => {
        const { store, files } = withLongNames();
        assert.deepEqual(listed(store), all);
        files.forEach(change);
        assert.deepEqual(listed(new Store(store.layout.root).opened()), all);
        otherIsWhole(store);
        assert.ok(verifyStore(store, UNWATCHED).findings.some(({ of }) => of?.artifact === long.artifact), 'names what is damaged');
      });

      it(`as ${what} comes along in no archive, and is made good by the next log`, () => {
        const { store, files } = withLongNames();
        files.forEach(change);
        const archive = path.join(folder(), 'all.tar');
        exportTo(store, archive, [{ workspace: 'ada' }, { workspace: long.workspace }]);
        const there = new Store(path.join(folder(), 'there'));
        importFrom(there, archive);
        assert.deepEqual(listed(there), all);
        for (const draft of [CHURN, long]) {
          commitIn(store, { draft, files: { a: 'c' } });
        }
        assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
        assert.equal(store.catalog.artifact(long).type, 'model');
      });

      it(`as ${what} is made good by an import that brings nothing else`, () => {
        const { store, files } = withLongNames();
        const archive = path.join(folder(), 'all.tar');
        exportTo(store, archive, [{ workspace: 'ada' }, { workspace: long.workspace }]);
        files.forEach(change);
        importFrom(store, archive);
        assert.deepEqual(verifyStore(store, UNWATCHED).findings, []);
      });
    }
  });

  it('as missing files is told', () => {
    const store = sample();
    const [objectFile, packFile] = [object(store), pack(store)];
    fs.rmSync(objectFile);
    fs.rmSync(packFile);
    assert.throws(() => readIn(store, '1.0.0', 'large.bin'), corrupt(objectFile, 'missing'));
    assert.throws(() => readIn(store, '1.0.0', 'small.txt'), corrupt(packFile, 'missing'));
    otherIsWhole(store);
  });

  it('as a manifest of another version is told', () => {
    const store = sample();
    fs.copyFileSync(path.join(place(store, '2.0.0'), 'manifest.json'), path.join(place(store), 'manifest.json'));
    assert.throws(() => readIn(store, '1.0.0', 'large.bin'), corrupt('manifest.json'));
    fs.copyFileSync(path.join(place(store, '2.0.0'), 'version.json'), path.join(place(store), 'version.json'));
    assert.throws(() => readIn(store, '1.0.0', 'large.bin'), corrupt('version.json'));
  });

  it('in any one file of the store leaves the other version whole', () => {
    const store = sample();
    const shared = /^(?:format\.json|locks\/)/;
    const ofSecond = new Set([place(store, '2.0.0'), ...Object.values({ a: 'large.bin', b: 'small.txt' }).map((logical) => {
      const { asset } = { asset: store.tree({ ...CHURN, version: '2.0.0' }).tree.asset(logical)! };
      return asset.pack === undefined ? store.layout.object(asset.sha256!) : store.layout.pack(asset.pack);
    })]);
    for (const name of filesBelow(store.layout.root).filter((each) => !shared.test(each))) {
      const file = path.join(store.layout.root, name);
      if (![...ofSecond].some((each) => file.startsWith(each))) {
        const before = fs.readFileSync(file);
        damage(file, flip);
        otherIsWhole(new Store(store.layout.root).opened());
        damage(file, () => before);
      }
    }
  });
});
