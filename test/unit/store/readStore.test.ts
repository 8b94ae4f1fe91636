import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { seal } from '../../../src/store/sealed';
import type { Store } from '../../../src/store/store';
import { UNWATCHED } from '../../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, putBytes, storeIn } from '../../support/stores';
import { type ReadVersion, readStore } from '../../support/storeReader';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

/* These need python3 on the PATH, 3.8 or later. The reader was written from src/store/README.md alone. */

describe('a reader in another language', () => {
  const folder = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');
  const target = (): string => path.join(folder(), 'out');
  const content = (name: string): Buffer => fs.readFileSync(path.join(target(), name));
  let store: Store;
  beforeEach(() => {
    store = storeIn(root());
  });

  it('brings small, large, empty and remote assets of a version', async () => {
    const large = largeBytes(7, 3 * 1024 * 1024 + 1);
    const writing = beginIn(store, { aliases: ['prod'], tags: ['t'], metadata: { rows: 3 } });
    for (const [logical, bytes] of Object.entries({ 'a.csv': 'a', 'train/b.csv': 'bb', 'train/same.csv': 'bb', 'model.bin': large, 'empty': '' })) {
      putBytes(writing, logical, bytes);
    }
    writing.link([{ path: 'far', link: 's3://bucket/key', size: 7 }]);
    writing.commit(UNWATCHED);
    const [version] = await readStore(root(), 'ada/churn:1.0.0', target());
    assert.deepEqual(filesBelow(target()), ['a.csv', 'empty', 'model.bin', 'train/b.csv', 'train/same.csv']);
    assert.ok(content('model.bin').equals(large));
    assert.equal(content('train/same.csv').toString(), 'bb');
    assert.deepEqual({ ...version, assets: version?.assets.map(({ path: logical, link }) => [logical, link]) }, {
      workspace: 'ada', artifact: 'churn', version: '1.0.0', type: 'dataset', tags: ['t'], metadata: { rows: 3 }, aliases: ['prod'],
      assets: [['a.csv', undefined], ['empty', undefined], ['far', 's3://bucket/key'], ['model.bin', undefined], ['train/b.csv', undefined], ['train/same.csv', undefined]],
    });
    assert.equal(version?.assets.find((asset) => asset.path === 'model.bin')?.sha256, createHash('sha256').update(large).digest('hex'));
  });

  it('finds in an older pack what a version shares with an earlier one', async () => {
    commitIn(store, { files: { a: 'one', b: 'two' } });
    commitIn(store, { files: { a: 'changed', b: 'two', c: 'one' } });
    await readStore(root(), 'ada/churn:2.0.0', target());
    assert.deepEqual(['a', 'b', 'c'].map((name) => content(name).toString()), ['changed', 'two', 'one']);
  });

  it('resolves aliases that moved, and Latest by precedence without what is deleted', async () => {
    for (const version of ['1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0-alpha', '2.0.0']) {
      commitIn(store, { draft: { version, aliases: ['Prod EU!'] }, files: { number: version } });
    }
    store.label({ ...CHURN, version: '1.9.0' }, { aliases: ['Prod EU!'] });
    store.label({ ...CHURN, version: '1.10.0-rc.10' }, { tags: ['said later'], metadata: { said: 'later' } });
    store.remove({ ...CHURN, version: '2.0.0' }, UNWATCHED);
    const resolve = async (version: string): Promise<unknown> => (await readStore(root(), `ada/churn:${version}`)).map((each) => [each.version, each.tags, each.metadata, each.aliases]);
    assert.deepEqual(await resolve('Prod EU!'), [['1.9.0', [], {}, ['Prod EU!']]]);
    assert.deepEqual(await resolve('LATEST'), [['1.10.0-rc.10', ['said later'], { said: 'later' }, []]]);
    await assert.rejects(resolve('2.0.0'), /LookupError: ada\/churn:2\.0\.0 is not there/u);
    assert.deepEqual((await readStore(root())).map(({ version }) => version), ['1.9.0', '1.10.0-alpha', '1.10.0-rc.2', '1.10.0-rc.10']);
  });

  it('finds every name, however it is written on the disk', async () => {
    const names = ['Ölmodell "x" \'y\'', 'con', 'com1.tar', '.hidden.', 'UPPER lower', 'upper lower', 'a'.repeat(100), 'ü'.repeat(100), '%41', '~', 'e\u0301', '\u00e9'];
    for (const name of names) {
      commitIn(store, { draft: { workspace: name, artifact: name, aliases: [name] }, files: { 'a b/ç🙂.csv': name } });
    }
    const read = await readStore(root());
    assert.deepEqual(read.map(({ workspace, artifact, aliases }) => [workspace, artifact, ...aliases]).sort(), names.map((name) => [name, name, name]).sort());
    for (const name of names.slice(-2)) {
      assert.equal((await readStore(root(), `${name}/${name}:${name}`))[0]?.artifact, name);
    }
    await readStore(root(), `${'ü'.repeat(100)}/${'ü'.repeat(100)}:Latest`, target());
    assert.equal(content('a b/ç🙂.csv').toString(), 'ü'.repeat(100));
  });

  for (const [what, find] of [
    ['an object', (): string => filesBelow(root()).find((file) => file.startsWith('objects/'))!],
    ['a pack', (): string => filesBelow(root()).find((file) => file.startsWith('packs/'))!],
    ['a manifest', (): string => 'workspaces/ada/churn/versions/1.0.0/manifest.json'],
    ['what is said of a version', (): string => 'workspaces/ada/churn/versions/1.0.0/version.json'],
  ] as const) {
    it(`sees a flipped bit in ${what}, and reads the rest`, async () => {
      commitIn(store, { files: { large: largeBytes(1), small: 'small' } });
      const file = path.join(root(), find());
      commitIn(store, { files: { large: largeBytes(2), small: 'other' } });
      const bytes = fs.readFileSync(file);
      bytes[bytes.length >> 1]! ^= 4;
      fs.chmodSync(file, 0o600);
      fs.writeFileSync(file, bytes);
      await assert.rejects(readStore(root()), (error: Error & { stdout?: string }) => /1\.0\.0.* is damaged/u.test(error.message) && (error.stdout ?? '').includes('"2.0.0"'));
    });
  }

  /** Runs the reader over all, for what it says is damaged and which versions it reads all the same. */
  const damage = async (): Promise<{ readonly told: string; readonly read: string }> => {
    try {
      await readStore(root());
    } catch (error) {
      return { told: (error as Error).message, read: (error as { stdout: string }).stdout };
    }
    throw new Error('nothing is damaged');
  };

  it('names a damaged alias, and reads every version and the other aliases', async () => {
    commitIn(store, { draft: { aliases: ['bad', 'good'] }, files: { a: 'a' } });
    commitIn(store, { files: { a: 'b' } });
    writeFiles(store.layout.artifact(CHURN).aliases, { 'bad.json': '{"alias":"bad","version":"1.0.0","generation":1}\n' });
    const { told, read } = await damage();
    assert.match(told, /bad\.json is damaged/u);
    assert.deepEqual(read.trim().split('\n').map((line) => JSON.parse(line) as ReadVersion).map(({ version, aliases }) => [version, aliases]), [['1.0.0', ['good']], ['2.0.0', []]]);
  });

  it('finds nothing where there is no store, or not yet', async () => {
    assert.deepEqual(await readStore(path.join(folder(), 'none')), []);
    await assert.rejects(readStore(path.join(folder(), 'none'), 'ada/churn:1.0.0'), /ada\/churn:1\.0\.0 is not there/u);
  });

  it('misses the file that says what format it is', async () => {
    commitIn(store, { files: { a: 'a' } });
    fs.rmSync(store.layout.format);
    await assert.rejects(readStore(root()), /format\.json is missing/u);
    await assert.rejects(readStore(root(), 'ada/churn:1.0.0'), /format\.json is missing/u);
  });

  for (const [what, from, to] of [['workspace', 'ada', 'eve'], ['artifact', 'ada/churn', 'ada/spam'], ['number', 'ada/churn/versions/1.0.0', 'ada/churn/versions/3.0.0']] as const) {
    it(`does not take a version for one of another ${what}`, async () => {
      commitIn(store, { files: { a: 'a' } });
      const place = (name: string): string => path.join(root(), 'workspaces', name);
      fs.cpSync(place(from), place(to), { recursive: true });
      const { told, read } = await damage();
      assert.match(told, new RegExp(`${to}.* is damaged`, 'u'));
      assert.equal(read.split('"1.0.0"').length, 2);
    });
  }

  it('passes over names that are not ours, such as those that are no UTF-8', async function () {
    commitIn(store, { files: { a: 'a' } });
    const strays = ['workspaces', 'workspaces/ada', 'workspaces/ada/churn/versions', 'workspaces/ada/churn/aliases'];
    try {
      for (const stray of strays) {
        const place = path.join(root(), stray);
        writeFiles(place, { 'Thumbs.db': '', '%FF/x': '' });
        fs.mkdirSync(Buffer.concat([Buffer.from(`${place}${path.sep}`), Buffer.from([0xff])]));
      }
    } catch (error) {
      // Elsewhere disks take nothing else.
      if (process.platform === 'linux') {
        throw error;
      }
      return this.skip();
    }
    assert.deepEqual((await readStore(root())).map(({ version }) => version), ['1.0.0']);
  });

  for (const [what, paths] of [
    ['has a name of 256 bytes', ['x'.repeat(256)]], ['has 4,097 bytes', [`${'y/'.repeat(2047)}yyy`]], ['leads elsewhere', ['a/../../b']], ['comes twice', ['a', 'a']],
    ['is out of order', ['b', 'a']], ['is out of order by UTF-16', ['\u{e000}', '\u{1f600}']], ['is a file and a folder', ['a', 'a-b', 'a/b']],
  ] as const) {
    it(`refuses a list of files of which a path ${what}`, async () => {
      commitIn(store, { files: { a: 'a' } });
      const place = store.layout.artifact(CHURN).version('1.0.0');
      const manifest = JSON.stringify({ packs: [], assets: paths.map((name) => ({ path: name, size: 0, sha256: createHash('sha256').digest('hex') })) });
      const { sha256, ...record } = JSON.parse(fs.readFileSync(path.join(place, 'version.json'), 'utf8')) as Record<string, unknown>;
      assert.ok(sha256);
      fs.rmSync(place, { recursive: true });
      const told = { bytes: manifest.length, sha256: createHash('sha256').update(manifest).digest('hex') };
      writeFiles(place, { 'manifest.json': manifest, 'version.json': seal({ ...record, manifest: told }) });
      assert.match((await damage()).told, /has paths that are unsafe, out of order, or files and folders at once/u);
    });
  }

  it('takes names of 255 bytes, paths of 4,096, and their order by UTF-16', async () => {
    const names = ['x'.repeat(255), 'ü'.repeat(127), `${'z/'.repeat(2047)}zz`, '\u{1f600}', '\u{e000}'];
    commitIn(store, { files: Object.fromEntries(names.map((name) => [name, 'x'])) });
    assert.deepEqual((await readStore(root()))[0]?.assets.map((asset) => asset.path), [...names].sort());
  });

  it('stops at a store of a later format', async () => {
    commitIn(store, { files: { a: 'a' } });
    fs.writeFileSync(store.layout.format, '{"format":2,"hash":"sha256","id":"x"}\n');
    await assert.rejects(readStore(root()), /has a format that this reader does not know/u);
  });

  it('is short, and needs nothing but Python', async () => {
    const text = fs.readFileSync(path.resolve(__dirname, '../../../../test/support/read_store.py'), 'utf8');
    assert.ok(text.split('\n').length <= 120);
    await promisify(execFile)('python3', ['-I', '-S', '-c', text, root()]);
  });
});
