import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ArtifactVersion, AssetRef, VersionRef } from '../../../src/model/artifact';
import { isArtifactError } from '../../../src/model/errors';
import type { Provider } from '../../../src/providers/provider';
import { type Contents, localProvider, logVersion } from '../../support/providers';
import { filesBelow } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

/* These need python3 on the PATH, 3.8 or later: what people paste is run as they would run it. */

describe('Python that reads the embedded store', () => {
  const folder = temporaryFolder();
  let provider: Provider;
  let store: string;

  beforeEach(async () => {
    store = path.join(folder(), 'it\'s a "store"');
    provider = await localProvider(store);
  });
  afterEach(() => provider.dispose());

  const log = (contents: Contents): Promise<ArtifactVersion> => logVersion(provider, contents);

  async function run(of: VersionRef | AssetRef, change = (text: string): string => text): Promise<readonly string[]> {
    fs.mkdirSync(path.join(folder(), 'work'), { recursive: true });
    const text = change(await provider.snippet!(of, 'load'));
    const { stdout } = await promisify(execFile)('python3', ['-I', '-c', text], { cwd: path.join(folder(), 'work'), env: {} });
    return stdout.trim().split(/\r?\n/u);
  }
  const came = (): string[] => filesBelow(path.join(folder(), 'work'));
  const content = (name: string): string => fs.readFileSync(path.join(folder(), 'work', name), 'utf8');

  it('brings small, large and empty files of a version, and says where they and the remote ones are', async () => {
    const large = 'large '.repeat(100_000);
    const version = await log({ files: { 'a.csv': 'a', 'train/b.csv': 'bb', 'model.bin': large, 'empty': '' }, links: [{ path: 'far', link: 's3://x' }] });
    assert.deepEqual((await run(version)).map((each) => each.replaceAll('\\', '/')), ['churn-1.0.0/a.csv', 'churn-1.0.0/empty', 's3://x', 'churn-1.0.0/model.bin', 'churn-1.0.0/train/b.csv']);
    assert.deepEqual(['a.csv', 'train/b.csv', 'empty'].map((name) => content(`churn-1.0.0/${name}`)), ['a', 'bb', '']);
    assert.equal(content('churn-1.0.0/model.bin'), large);
  });

  it('brings files of the longest names, small and large', async () => {
    const names = ['x'.repeat(255), 'ü'.repeat(127), `${'y'.repeat(251)}.csv`];
    const version = await log({ files: Object.fromEntries(names.map((name, index) => [name, name.repeat(index === 0 ? 1 : 500)])) });
    await run(version);
    assert.deepEqual(came(), names.map((name) => `churn-1.0.0/${name}`).sort());
    assert.equal(content(`churn-1.0.0/${names[2]}`), names[2]!.repeat(500));
  });

  it('brings one file, or one folder', async () => {
    const version = await log({ files: { 'a.csv': 'a', 'train/b.csv': 'b', 'train/c.csv': 'c', 'trainer': 'd' } });
    await run({ ...version, path: 'a.csv' });
    assert.deepEqual(came(), ['churn-1.0.0/a.csv']);
    await run({ ...version, path: 'train' });
    assert.deepEqual(came(), ['churn-1.0.0/a.csv', 'churn-1.0.0/train/b.csv', 'churn-1.0.0/train/c.csv']);
  });

  it('may run in several processes at once', async function () {
    this.timeout(30_000);
    const version = await log({ files: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}.bin`, `${index}`.repeat(100_000)])) });
    const together = [
      'import os, time', 'open(f"ready-{os.getpid()}", "w").close()',
      'while sum(name.startswith("ready-") for name in os.listdir()) < 4:', '    time.sleep(0.001)', '',
    ].join('\n');
    await Promise.all(Array.from({ length: 4 }, () => run(version, (text) => together + text)));
    assert.deepEqual(came().filter((name) => !name.startsWith('ready-')), Array.from({ length: 100 }, (_, index) => `churn-1.0.0/${index}.bin`).sort());
  });

  it('leaves files alone that are right, and puts right what was changed', async () => {
    const version = await log({ files: { same: 'same', changed: 'right' } });
    await run(version);
    const file = (name: string): string => path.join(folder(), 'work', 'churn-1.0.0', name);
    const before = fs.statSync(file('same')).ino;
    fs.writeFileSync(file('changed'), 'wrong');
    await run(version);
    assert.equal(fs.statSync(file('same')).ino, before);
    assert.equal(content('churn-1.0.0/changed'), 'right');
  });

  it('resolves an alias', async () => {
    const version = await log({ draft: { aliases: ['Prod EU!'] }, files: { a: 'first' } });
    await log({ files: { a: 'second' } });
    await run({ ...version, version: 'Prod EU!' });
    assert.equal(content('churn-Prod EU_/a'), 'first');
  });

  it('takes for Latest the highest number by precedence, deleted ones aside', async () => {
    for (const version of ['1.9.0', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0-alpha', '2.0.0']) {
      await log({ draft: { version }, files: { number: version } });
    }
    const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: 'Latest' };
    await provider.remove!({ ...ref, version: '2.0.0' });
    await run(ref);
    assert.equal(content('churn-Latest/number'), '1.10.0-rc.10');
  });

  for (const name of ['Ölmodell "x" \'y\'', 'con', '.hidden.', 'UPPER lower', 'a'.repeat(100), 'ü'.repeat(100), '$(touch pwned) `x` #', '"""']) {
    it(`finds an artifact of the name ${name.slice(0, 20)}`, async () => {
      const version = await log({ draft: { workspace: name, artifact: name }, files: { 'a b/ç.csv': name } });
      await run(version);
      const [file = ''] = came();
      assert.equal(content(file), name);
    });
  }

  it('says that a version is missing or deleted', async () => {
    const version = await log({ files: { a: 'a' } });
    await assert.rejects(run({ ...version, version: '9.0.0' }), /FileNotFoundError: ada\/churn:9\.0\.0 is not in/u);
    await provider.remove!(version);
    await assert.rejects(run(version), /FileNotFoundError/u);
  });

  it('says that bytes are damaged, and leaves none of them', async () => {
    const version = await log({ files: { a: 'a'.repeat(100_000) } });
    const [object = ''] = filesBelow(path.join(store, 'objects'));
    const file = path.join(store, 'objects', object);
    fs.chmodSync(file, 0o600);
    fs.writeFileSync(file, 'b'.repeat(100_000));
    await assert.rejects(run(version), /ValueError: a is damaged in the store/u);
    assert.deepEqual(came(), []);
  });

  it('says that the list of files is damaged', async () => {
    const version = await log({ files: { a: 'a' } });
    const file = path.join(store, 'workspaces/ada/churn/versions/1.0.0/manifest.json');
    fs.chmodSync(file, 0o600);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"a"', '"b"'));
    await assert.rejects(run(version), /ValueError: The list of files/u);
  });

  for (const [what, from, to, other] of [
    ['workspace', 'ada', 'eve', { workspace: 'eve' }], ['artifact', 'ada/churn', 'ada/spam', { artifact: 'spam' }],
    ['number', 'ada/churn/versions/1.0.0', 'ada/churn/versions/2.0.0', { version: '2.0.0' }],
  ] as const) {
    it(`does not take a version for one of another ${what}`, async () => {
      const version = await log({ files: { a: 'a' } });
      fs.cpSync(path.join(store, 'workspaces', from), path.join(store, 'workspaces', to), { recursive: true });
      await run(version);
      const text = await provider.snippet!(version, 'load');
      const name = 'ada/churn:1.0.0';
      assert.ok(text.includes(name));
      const { workspace, artifact, version: number } = { ...version, ...other };
      await assert.rejects(run(version, () => text.replace(name, `${workspace}/${artifact}:${number}`)), /ValueError: The list of files of .* is damaged/u);
    });
  }

  for (const [what, name, code] of [
    ['an alias', 'aliases/prod.json', 'prod'], ['what is said of a version', 'versions/1.0.0/version.json', '1.0.0'],
  ] as const) {
    it(`says that ${what} is damaged`, async () => {
      const version = await log({ files: { a: 'a' }, draft: { aliases: ['prod'] } });
      const file = path.join(store, 'workspaces/ada/churn', name);
      const text = fs.readFileSync(file, 'utf8');
      fs.rmSync(file);
      fs.writeFileSync(file, text.replace('"1.0.0"', '"1.0.1"'));
      await assert.rejects(run({ ...version, version: code }), /ValueError: .*json is damaged/u);
    });
  }

  for (const [system, names, pattern] of [
    ['Windows', ['what:ever', 'x/con.txt', 'end.'], /ValueError: 'end\.' is not a path that is safe to write/u],
    ['a disk that folds case', ['A.csv', 'a.csv'], /ValueError: 'a\.csv' and 'A\.csv' would be one file/u],
    ['a disk that folds Unicode forms', ['\u00e9', 'e\u0301'], /ValueError: .* would be one file/u],
  ] as const) {
    it(`refuses ${names.join(' and ')} on ${system} before it writes anything`, async () => {
      const version = await log({ files: Object.fromEntries(['0', ...names].map((name) => [name, name])) });
      await run(version);
      assert.equal(came().length, names.length + 1);
      fs.rmSync(path.join(folder(), 'work'), { recursive: true });
      const there = (text: string): string => text.replace(system === 'Windows' ? 'os.name == "nt"' : 'sys.platform in ("win32", "darwin")', 'True');
      await assert.rejects(run(version, there), pattern);
      assert.deepEqual(came(), []);
    });
  }

  it('stops at a store of a later format', async () => {
    const version = await log({ files: { a: 'a' } });
    fs.writeFileSync(path.join(store, 'format.json'), '{"format":2,"hash":"sha256","id":"x"}');
    await assert.rejects(run(version), /ValueError: .*has a format that these lines do not know/u);
  });

  it('is not offered for writing, nor for runs', async () => {
    const version = await log({ files: { a: 'a' } });
    await assert.rejects(provider.snippet!(version, 'log'), (error) => isArtifactError(error, 'unsupported'));
    await assert.rejects(provider.snippet!({ connection: 'local', workspace: 'ada', run: 'r' }, 'load'), (error) => isArtifactError(error, 'unsupported'));
  });
});
