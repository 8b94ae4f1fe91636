import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import type { Progress } from '../../../src/model/call';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import { createLocalFiles, fileSource, type LocalFiles, type ScanRequest, type ScanResult } from '../../../src/store/localFiles';
import { bytesOf, workerFile } from '../../support/providers';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const withCode = (code: ErrorCode, ...parts: readonly string[]) => (error: unknown): boolean =>
  isArtifactError(error, code) && parts.every((part) => error.details.includes(part));

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** What is remembered with another digest in the place of one, sealed again. */
function forged(remembered: Buffer, from: string, to: string): Buffer {
  const content = Buffer.from(remembered.toString('hex').replace(from, to), 'hex').subarray(0, -32);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

describe('looking through files', () => {
  const folder = temporaryFolder();
  let files: LocalFiles;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());

  const at = (...names: string[]): string => path.join(folder(), ...names);
  const scan = (request: Partial<ScanRequest>): Promise<ScanResult> => files.scan({ targets: [folder()], exclude: [], ...request });
  const paths = (result: ScanResult): string[] => result.files.map((file) => file.path);
  const skipped = (result: ScanResult): string[][] => result.skipped.map(({ path: logical, reason }) => [logical, reason]);

  describe('gives logical paths', () => {
    it('of the content of one folder, relative to it', async () => {
      writeFiles(folder(), { 'b.txt': 'bb', 'a/x.bin': 'x', 'a/deep/y': '', '.hidden': 'h' });
      const result = await scan({});
      assert.deepEqual(result.files.map(({ path: logical, size }) => [logical, size]), [['.hidden', 1], ['a/deep/y', 0], ['a/x.bin', 1], ['b.txt', 2]]);
      assert.deepEqual([result.bytes, result.newBytes, result.removed, result.skipped], [4, 4, [], []]);
      assert.ok(result.files.every(({ file }) => path.isAbsolute(file) && fs.existsSync(file)));
    });

    it('of one file, its base name', async () => {
      writeFiles(folder(), { 'a/model.pt': 'm' });
      assert.deepEqual(paths(await scan({ targets: [at('a/model.pt')] })), ['model.pt']);
    });

    it('of several targets, folders as folders', async () => {
      writeFiles(folder(), { 'data/x.csv': '1', 'models/m.pt': '2', 'README.md': '3', 'other/no': '4' });
      const result = await scan({ targets: [at('README.md'), at('data'), `${at('models')}${path.sep}`, at('data')] });
      assert.deepEqual(paths(result), ['README.md', 'data/x.csv', 'models/m.pt']);
    });

    it('and refuses two targets that would be one, naming both', async () => {
      writeFiles(folder(), { 'a/x.csv': '1', 'b/x.csv': '2', 'a/d/y': '', 'b/d/y': '' });
      await assert.rejects(scan({ targets: [at('a/x.csv'), at('b/x.csv')] }), withCode('invalid', at('a/x.csv'), at('b/x.csv')));
      await assert.rejects(scan({ targets: [at('a/d'), at('b/d')] }), withCode('invalid', at('a/d/y'), at('b/d/y')));
    });

    it('and says which target is not there', async () => {
      await assert.rejects(scan({ targets: [at('nothing')] }), withCode('notFound', at('nothing')));
    });
  });

  describe('leaves out', () => {
    it('what globs name, folders without walking them', async () => {
      writeFiles(folder(), { 'a.py': '', 'a.pyc': '', '.git/config': '', 'x/.git/config': '', 'x/b.pyc': '', 'build/out/a': '', 'data/tmp/a': '', 'data/a.tmp': '', 'keep/build.txt': '', 'x/logs/z': '' });
      const result = await scan({ exclude: ['.git', '*.pyc', 'build/', 'data/*.tmp', 'data/tmp', '**/logs', '/keep/nothing'] });
      assert.deepEqual(paths(result), ['a.py', 'keep/build.txt']);
      assert.deepEqual(skipped(result).map(([logical]) => logical).sort(), ['.git', 'a.pyc', 'build', 'data/a.tmp', 'data/tmp', 'x/.git', 'x/b.pyc', 'x/logs']);
      assert.ok(result.skipped.every(({ reason }) => reason === 'excluded'));
    });

    it('but never a target that somebody chose', async () => {
      writeFiles(folder(), { '.venv/a': '', 'b.pyc': '' });
      assert.deepEqual(paths(await scan({ targets: [at('.venv')], exclude: ['.venv', '*.pyc'] })), ['a']);
      assert.deepEqual(paths(await scan({ targets: [at('b.pyc')], exclude: ['*.pyc'] })), ['b.pyc']);
    });

    it('what ignore files name, each in its folder, the inner one having the last word', async () => {
      writeFiles(folder(), {
        '.artifactsignore': '*.log\n/top.txt\nscratch/\n# comment\n\n!important.log\n',
        'a.log': '', 'important.log': '', 'top.txt': '', 'in/top.txt': '', 'in/scratch/a': '', 'scratch': '',
        'in/.artifactsignore': '!kept.log\nlocal.txt\n', 'in/kept.log': '', 'in/other.log': '', 'in/local.txt': '', 'local.txt': '',
      });
      const result = await scan({ ignoreFile: '.artifactsignore' });
      assert.deepEqual(paths(result), ['.artifactsignore', 'important.log', 'in/.artifactsignore', 'in/kept.log', 'in/top.txt', 'local.txt', 'scratch']);
      assert.equal((await scan({})).files.length, 12);
    });

    it('a store, which would otherwise be logged into itself', async () => {
      writeFiles(folder(), { a: '', 'store/format.json': '', 'store/workspaces/x': '', 'store/tmp/x': '' });
      const result = await scan({});
      assert.deepEqual([paths(result), skipped(result)], [['a'], [['store', 'excluded']]]);
    });
  });

  describe('follows links', () => {
    before(function () {
      if (process.platform === 'win32') {
        this.skip();
      }
    });

    it('to files and folders inside the chosen folder', async () => {
      writeFiles(folder(), { 'real/a.txt': 'abc' });
      fs.symlinkSync('real/a.txt', at('file-link'));
      fs.symlinkSync(at('real'), at('folder-link'));
      const result = await scan({});
      assert.deepEqual(result.files.map(({ path: logical, size }) => [logical, size]), [['file-link', 3], ['folder-link/a.txt', 3], ['real/a.txt', 3]]);
    });

    it('never out of the chosen folder, saying so', async () => {
      writeFiles(folder(), { 'inside/a': '', 'inside-too/secret': 's', 'outside/secret': 's' });
      fs.symlinkSync('../outside', at('inside', 'folder'));
      fs.symlinkSync('../outside/secret', at('inside', 'file'));
      fs.symlinkSync('../inside-too', at('inside', 'sibling'));
      fs.symlinkSync('/etc', at('inside', 'etc'));
      const result = await scan({ targets: [at('inside')] });
      assert.deepEqual(paths(result), ['a']);
      assert.deepEqual(skipped(result).sort(), ['etc', 'file', 'folder', 'sibling'].map((name) => [name, 'symlinkOutside']));
    });

    it('to an end, saying where they go in circles', async () => {
      writeFiles(folder(), { 'a/x': '', 'b/y': '' });
      fs.symlinkSync('..', at('a', 'up'));
      fs.symlinkSync('.', at('a', 'self'));
      fs.symlinkSync('../b', at('a', 'b'));
      fs.symlinkSync('../a', at('b', 'a'));
      fs.symlinkSync('loop2', at('loop1'));
      fs.symlinkSync('loop1', at('loop2'));
      fs.symlinkSync('nowhere', at('dangling'));
      const result = await scan({});
      assert.deepEqual(paths(result), ['a/b/y', 'a/x', 'b/a/x', 'b/y']);
      const reasons = new Map(result.skipped.map(({ path: logical, reason }) => [logical, reason]));
      for (const name of ['a/up', 'a/self', 'a/b/a', 'b/a/b', 'loop1', 'loop2']) {
        assert.equal(reasons.get(name), 'symlinkLoop', name);
      }
      assert.equal(reasons.get('dangling'), 'unreadable');
    });

    it('to an end, where links multiply', async () => {
      for (let level = 0; level < 24; level++) {
        fs.mkdirSync(at(`d${level}`));
        writeFiles(at(`d${level}`), { f: '' });
        fs.symlinkSync(`../d${level + 1}`, at(`d${level}`, 'one'));
        fs.symlinkSync(`../d${level + 1}`, at(`d${level}`, 'two'));
      }
      const result = await scan({ targets: [at()] });
      assert.ok(result.skipped.some(({ reason }) => reason === 'symlinkLoop'));
    });

    it('to the chosen target itself', async () => {
      writeFiles(folder(), { 'real/a': 'x', 'file.txt': 'y' });
      fs.symlinkSync('real', at('link'));
      fs.symlinkSync('file.txt', at('link.txt'));
      assert.deepEqual(paths(await scan({ targets: [at('link')] })), ['a']);
      assert.deepEqual(paths(await scan({ targets: [at('link.txt')] })), ['link.txt']);
    });
  });

  it('passes by what is no file, and what cannot be named', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const { execFileSync } = await import('node:child_process');
    writeFiles(folder(), { good: '', 'new\nline': '', 'back\\slash': '', 'real \ufffd': 'x' });
    execFileSync('mkfifo', [at('pipe')]);
    fs.writeFileSync(Buffer.concat([Buffer.from(at('bad-')), Buffer.from([0xff, 0xfe])]), '');
    const result = await scan({});
    assert.deepEqual(paths(result), ['good', 'real \ufffd']);
    assert.deepEqual(skipped(result).map(([, reason]) => reason).sort(), ['badName', 'badName', 'badName', 'special']);
    assert.ok(result.skipped.filter(({ reason }) => reason === 'badName').every(({ detail }) => detail !== undefined));
  });

  describe('compares with a version', () => {
    const base = [
      { path: 'same.txt', size: 4, sha256: sha256('same') },
      { path: 'changed.txt', size: 3, sha256: sha256('old') },
      { path: 'grown.txt', size: 1, sha256: sha256('g') },
      { path: 'unknown.txt', size: 1 },
      { path: 'gone.txt', size: 7, sha256: sha256('gone') },
      { path: 'remote', size: 0 },
    ];

    it('by size and digest', async () => {
      writeFiles(folder(), { 'same.txt': 'same', 'changed.txt': 'new', 'grown.txt': 'grown', 'unknown.txt': 'u', 'added.txt': 'added' });
      const result = await scan({ base });
      assert.deepEqual(Object.fromEntries(result.files.map((file) => [file.path, file.state])), {
        'same.txt': 'same', 'changed.txt': 'changed', 'grown.txt': 'changed', 'unknown.txt': 'changed', 'added.txt': 'added',
      });
      assert.deepEqual([result.bytes, result.newBytes, result.removed], [18, 14, ['gone.txt', 'remote']]);
    });

    it('takes an empty version for one that has nothing', async () => {
      writeFiles(folder(), { a: '1' });
      assert.deepEqual((await scan({ base: [] })).files.map(({ state }) => state), ['added']);
    });

    it('and remembers what it has read, as long as the file is the same', async () => {
      const remembering = createLocalFiles({ workerFile, cacheFolder: at('cache') });
      try {
        const target = at('target');
        const [file] = writeFiles(target, { 'same.txt': 'same' });
        const look = async (): Promise<string | undefined> => (await remembering.scan({ targets: [target], exclude: [], base })).files[0]?.state;
        const known = (): Buffer => Buffer.concat(fs.readdirSync(at('cache', 'files')).map((name) => fs.readFileSync(at('cache', 'files', name))));
        await look();
        // Changed too lately to be sure of it.
        assert.equal(fs.existsSync(at('cache')), false);
        await new Promise((resolve) => setTimeout(resolve, 2_100));
        assert.equal(await look(), 'same');
        assert.ok(known().includes(file!) && known().includes(Buffer.from(sha256('same'), 'hex')));
        // What it remembers is what it goes by.
        const cacheFile = at('cache', 'files', fs.readdirSync(at('cache', 'files'))[0]!);
        fs.writeFileSync(cacheFile, forged(known(), sha256('same'), sha256('other')));
        assert.equal(await look(), 'changed');
        // Unless somebody else wrote there.
        fs.writeFileSync(cacheFile, known().fill(0, 20, 24));
        assert.equal(await look(), 'same');
        fs.writeFileSync(file!, 'SAME');
        assert.equal(await look(), 'changed');
        fs.writeFileSync(file!, 'same');
        assert.equal(await look(), 'same');
        fs.writeFileSync(cacheFile, 'rubbish\n\t\t\n');
        assert.equal(await look(), 'same');
      } finally {
        await remembering.dispose();
      }
    });
  });

  it('stops when it is told to', async () => {
    writeFiles(folder(), Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`d${index}/f`, 'x'])));
    const controller = new AbortController();
    const scanning = files.scan({ targets: [folder()], exclude: [] }, { signal: controller.signal });
    controller.abort();
    await assert.rejects(scanning, { name: 'AbortError' });
    assert.equal((await scan({})).files.length, 50);
  });

  it('tells how far it has come', async () => {
    writeFiles(folder(), { a: 'x'.repeat(1000), b: 'y' });
    const seen: Progress[] = [];
    await files.scan({ targets: [folder()], exclude: [], base: [{ path: 'a', size: 1000, sha256: sha256('z') }] }, { onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.length > 0);
  });

  it('makes sources of files, readable from any byte', async () => {
    const [file] = writeFiles(folder(), { 'a.bin': 'x'.repeat(1_500_000) + 'end' });
    const source = fileSource({ path: 'a.bin', file: file!, size: 1_500_003 }, { split: 'test' });
    assert.deepEqual([source.path, source.file, source.size, source.metadata], ['a.bin', file, 1_500_003, { split: 'test' }]);
    assert.equal((await bytesOf(source.open())).length, 1_500_003);
    assert.equal((await bytesOf(source.open(1_500_000))).toString(), 'end');
    await assert.rejects(bytesOf(fileSource({ path: 'a', file: at('nothing'), size: 1 }).open()), withCode('notFound'));
  });

  describe('digests', () => {
    it('are those of the bytes', async () => {
      writeFiles(folder(), { 'a.bin': Buffer.alloc(3_000_001, 7), 'empty': '' });
      assert.equal(await files.digest(at('a.bin')), createHash('sha256').update(Buffer.alloc(3_000_001, 7)).digest('hex'));
      assert.equal(await files.digest(at('empty')), sha256(''));
    });

    it('say which file is missing', async () => {
      await assert.rejects(files.digest(at('nothing')), withCode('notFound', at('nothing')));
    });

    it('of a large file stop when nobody wants them any more', async () => {
      // A hole: it takes time to read, but no room.
      writeFiles(folder(), { 'large': '' });
      fs.truncateSync(at('large'), 50_000_000_000);
      const controller = new AbortController();
      const digest = files.digest(at('large'), { signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(digest, { name: 'AbortError' });
      writeFiles(folder(), { 'small': 's' });
      assert.equal(await files.digest(at('small')), sha256('s'));
    });

    it('hold no scan up', async () => {
      writeFiles(folder(), { 'data/x': 'x', 'large': '' });
      fs.truncateSync(at('large'), 50_000_000_000);
      const controller = new AbortController();
      const digest = files.digest(at('large'), { signal: controller.signal });
      assert.deepEqual(paths(await scan({ targets: [at('data')] })), ['x']);
      controller.abort();
      await assert.rejects(digest, { name: 'AbortError' });
    });
  });
});
