import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { isAbort, isArtifactError, noAccess, type ErrorCode } from '../../../src/model/errors';
import type { Progress } from '../../../src/model/call';
import { type Downloaded, downloadVersion, type DownloadRequest } from '../../../src/operations/downloadVersion';
import { partPath } from '../../../src/operations/partFile';
import type { Provider } from '../../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../../src/store/localFiles';
import { workerFile } from '../../support/providers';
import { digestOf, Shelf, type ShelfContents, shelfVersion } from '../../support/shelf';

describe('downloading a version', () => {
  let files: LocalFiles;
  let base: string;
  let folder: string;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());

  beforeEach(() => {
    base = fs.mkdtempSync(path.join(os.tmpdir(), 'download-'));
    folder = path.join(base, 'target');
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  const download = (shelf: Shelf, request: Partial<DownloadRequest> = {}, signal?: AbortSignal): Promise<Downloaded> =>
    downloadVersion({ provider: shelf.provider, files }, { version: shelfVersion, folder, conflicts: 'fail', ...request }, { signal });

  const place = (name: string, content: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  };
  const content = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
  const everything = (): string[] => (fs.existsSync(base) ? fs.readdirSync(base, { recursive: true, encoding: 'utf8' }).sort() : []);
  const fails = (code: ErrorCode) => (error: unknown): boolean => isArtifactError(error, code);

  it('brings every file to its place, folders and empty files included', async () => {
    const result = await download(new Shelf({ files: [['a.csv', 'x,y'], ['deep/er/b.json', '{}'], ['empty.txt', '']] }));
    assert.deepEqual([...result.written].sort(), ['a.csv', 'deep/er/b.json', 'empty.txt']);
    assert.deepEqual([content('a.csv'), content('deep/er/b.json'), content('empty.txt')], ['x,y', '{}', '']);
  });

  it('leaves remote assets where they are and names them', async () => {
    const result = await download(new Shelf({ files: [['a', '1']], links: [['b.parquet', 's3://bucket/b']] }));
    assert.deepEqual(result.remote.map(({ link }) => link), ['s3://bucket/b']);
    assert.deepEqual(everything(), ['target', 'target/a']);
  });

  it('takes only what the globs name', async () => {
    const result = await download(new Shelf({ files: [['a.csv', '1'], ['b.json', '2'], ['train/c.csv', '3'], ['.hidden.csv', '4']] }), { paths: ['**/*.csv'] });
    assert.deepEqual([...result.written].sort(), ['.hidden.csv', 'a.csv', 'train/c.csv']);
  });

  it('takes one folder by its exact path, whatever characters it has', async () => {
    const result = await download(new Shelf({ files: [['a[1]/x', '1'], ['a1/x', '2'], ['a[1]x', '3']] }), { under: 'a[1]' });
    assert.deepEqual(result.written, ['a[1]/x']);
  });

  it('tells bytes, files and the file at work', async () => {
    const seen: Progress[] = [];
    const shelf = new Shelf({ files: [['a', '12345'], ['b', '678']], piece: 2 });
    await downloadVersion({ provider: shelf.provider, files }, { version: shelfVersion, folder, conflicts: 'fail' }, { onProgress: progress => seen.push(progress) });
    assert.deepEqual(seen.at(-1), { bytes: 8, totalBytes: 8, files: 2, totalFiles: 2, current: seen.at(-1)?.current });
    assert.ok(seen.every((progress, index) => progress.bytes >= (seen[index - 1]?.bytes ?? 0)), 'bytes never go back');
  });

  describe('paths that must not be written', () => {
    const hostile: readonly string[] = ['../out', '/etc/x', 'a/../../out', 'C:/x', 'a\\b', 'a\nb', 'a//b', './a', 'x'.repeat(300)];
    for (const name of hostile) {
      it(`refuses ${JSON.stringify(name.slice(0, 20))} and writes nothing at all`, async () => {
        await assert.rejects(download(new Shelf({ files: [['good', '1'], [name, '2']] })), fails('unsafePath'));
        assert.deepEqual(everything(), []);
      });
    }

    it('refuses a path that is a file and a folder', async () => {
      await assert.rejects(download(new Shelf({ files: [['a', '1'], ['a/b', '2']] })), fails('unsafePath'));
      assert.deepEqual(everything(), []);
    });

    it('refuses the same path twice', async () => {
      await assert.rejects(download(new Shelf({ files: [['a', '1'], ['a', '2']] })), fails('unsafePath'));
    });

    it('writes names that differ in case only where the disk tells them apart, and nothing where it does not', async () => {
      fs.writeFileSync(path.join(base, 'Case'), '');
      const folds = fs.existsSync(path.join(base, 'cASE'));
      fs.rmSync(path.join(base, 'Case'));
      const both = download(new Shelf({ files: [['Data.csv', '1'], ['data.csv', '2']] }));
      if (folds) {
        await assert.rejects(both, fails('unsafePath'));
        assert.deepEqual(everything(), []);
      } else {
        await both;
        assert.deepEqual([content('Data.csv'), content('data.csv')], ['1', '2']);
      }
    });

    it('does not follow a link among the parents out of the folder', async () => {
      const outside = path.join(base, 'outside');
      fs.mkdirSync(outside);
      fs.mkdirSync(folder);
      fs.symlinkSync(outside, path.join(folder, 'train'));
      await assert.rejects(download(new Shelf({ files: [['train/x', '1']] }), { conflicts: 'overwrite' }), fails('unsafePath'));
      assert.deepEqual(fs.readdirSync(outside), []);
    });

    it('follows a link that stays inside', async () => {
      place('real/keep', '1');
      fs.symlinkSync(path.join(folder, 'real'), path.join(folder, 'train'));
      await download(new Shelf({ files: [['train/x', '1']] }));
      assert.equal(content('real/x'), '1');
    });

    it('replaces a link that stands where a file goes, and does not write through it', async () => {
      const outside = path.join(base, 'outside');
      fs.writeFileSync(outside, 'mine');
      fs.mkdirSync(folder);
      fs.symlinkSync(outside, path.join(folder, 'x'));
      await download(new Shelf({ files: [['x', 'theirs']] }), { conflicts: 'overwrite' });
      assert.equal(fs.readFileSync(outside, 'utf8'), 'mine');
      assert.equal(content('x'), 'theirs');
    });
  });

  describe('files that are there already', () => {
    it('keeps what has the same content, without reading it again', async () => {
      place('a', 'same');
      const shelf = new Shelf({ files: [['a', 'same'], ['b', 'new']] });
      const result = await download(shelf);
      assert.deepEqual([result.kept, result.written], [['a'], ['b']]);
      assert.deepEqual(shelf.reads.map(read => read.path), ['b']);
    });

    it('fails with the list and writes nothing when told to', async () => {
      place('a', 'mine');
      await assert.rejects(download(new Shelf({ files: [['a', 'theirs'], ['b', 'new']] })), (error: unknown) => isArtifactError(error, 'alreadyExists') && error.details.includes('“a”'));
      assert.deepEqual(everything(), ['target', 'target/a']);
      assert.equal(content('a'), 'mine');
    });

    it('keeps them when told to, and brings the rest', async () => {
      place('a', 'mine');
      const result = await download(new Shelf({ files: [['a', 'theirs'], ['b', 'new']] }), { conflicts: 'keep' });
      assert.deepEqual([result.kept, result.written, content('a')], [['a'], ['b'], 'mine']);
    });

    it('overwrites them when told to', async () => {
      place('a', 'mine');
      await download(new Shelf({ files: [['a', 'theirs']] }), { conflicts: 'overwrite' });
      assert.equal(content('a'), 'theirs');
    });

    it('asks once, with all of them, before anything is written', async () => {
      place('a', 'mine');
      place('b', 'mine');
      const asked: unknown[] = [];
      await download(new Shelf({ files: [['a', '1'], ['b', '2'], ['c', '3']] }), {
        conflicts: async (conflicts) => {
          asked.push(conflicts.map(conflict => conflict.path), everything());
          return 'overwrite';
        },
      });
      assert.deepEqual(asked, [['a', 'b'], ['target', 'target/a', 'target/b']]);
    });

    it('does not ask when nothing conflicts', async () => {
      await download(new Shelf({ files: [['a', '1']] }), { conflicts: () => assert.fail('asked') });
    });

    it('never overwrites a folder with a file', async () => {
      place('a/mine', '1');
      await assert.rejects(download(new Shelf({ files: [['a', 'theirs'], ['b', '2']] }), { conflicts: 'overwrite' }), fails('invalid'));
      assert.deepEqual(everything(), ['target', 'target/a', 'target/a/mine']);
    });

    it('never takes a file away that stands where a folder is needed', async () => {
      place('a', 'mine');
      await assert.rejects(download(new Shelf({ files: [['a/b', '2']] }), { conflicts: 'overwrite' }), fails('invalid'));
      assert.equal(content('a'), 'mine');
    });
  });

  describe('files that appear while it runs', () => {
    const appearing = (content = 'mine'): Shelf => new Shelf({ files: [['a', 'theirs']], onPiece: () => place('a', content) });

    it('fails for them when told to fail, and leaves them as they are', async () => {
      await assert.rejects(download(appearing()), (error: unknown) => isArtifactError(error, 'alreadyExists') && error.details.includes('“a”'));
      assert.equal(content('a'), 'mine');
    });

    it('keeps them when told to keep, and leaves nothing beside them', async () => {
      const result = await download(appearing(), { conflicts: 'keep' });
      assert.deepEqual([result.kept, result.written, content('a')], [['a'], [], 'mine']);
      assert.deepEqual(everything(), ['target', 'target/a']);
    });

    it('overwrites them when told to overwrite', async () => {
      const result = await download(appearing(), { conflicts: 'overwrite' });
      assert.deepEqual([result.kept, result.written, content('a')], [[], ['a'], 'theirs']);
    });

    it('never overwrites one that nobody could be asked about', async () => {
      await assert.rejects(download(appearing(), { conflicts: () => assert.fail('asked') }), fails('alreadyExists'));
      assert.equal(content('a'), 'mine');
    });

    it('does not overwrite a link, nor what it leads to', async () => {
      const outside = path.join(base, 'outside');
      fs.writeFileSync(outside, 'mine');
      const shelf = new Shelf({ files: [['a', 'theirs']], onPiece: () => fs.symlinkSync(outside, path.join(folder, 'a')) });
      await download(shelf, { conflicts: 'keep' });
      assert.deepEqual([fs.readlinkSync(path.join(folder, 'a')), fs.readFileSync(outside, 'utf8')], [outside, 'mine']);
    });

    it('goes on with what was fetched when the next try may overwrite', async () => {
      await assert.rejects(download(appearing()));
      const shelf = new Shelf({ files: [['a', 'theirs']] });
      await download(shelf, { conflicts: 'overwrite' });
      assert.deepEqual([shelf.reads, content('a'), everything()], [[], 'theirs', ['target', 'target/a']]);
    });
  });

  describe('what arrives damaged', () => {
    const isRefused = async (contents: Partial<ShelfContents>): Promise<void> => {
      await assert.rejects(download(new Shelf({ files: [['a', 'content']], ...contents })), fails('corrupt'));
      assert.deepEqual(everything(), []);
    };

    it('is refused when its bytes are not those of the digest', () => isRefused({ digests: { a: digestOf('something else') } }));

    it('is refused where the back end leaves comparing to who reads', async () => {
      const shelf = new Shelf({ files: [['a', 'content']], digests: { a: digestOf('something else') } });
      const { provider } = shelf;
      const unverifying: Provider = { ...provider, read: () => { throw new Error('compared twice'); }, readUnverified: provider.read };
      await assert.rejects(downloadVersion({ provider: unverifying, files }, { version: shelfVersion, folder, conflicts: 'fail' }), fails('corrupt'));
      assert.deepEqual(everything(), []);
    });

    it('is refused when it ends too early', () => isRefused({ sizes: { a: 100 } }));

    it('is refused as soon as it is longer than it says, and not read to its end', async () => {
      let pieces = 0;
      await isRefused({ sizes: { a: 3 }, piece: 1, onPiece: () => { pieces++; } });
      assert.equal(pieces, 4);
    });
  });

  describe('what is interrupted', () => {
    const long = 'abcdefghij'.repeat(10);

    const brokenAt = (position: number): ShelfContents => ({
      files: [['data/long.csv', long]], piece: 10, onPiece: (_, at) => {
        if (at === position) {
          throw noAccess('the connection');
        }
      },
    });

    it('keeps its part after a failure, under no final name', async () => {
      await assert.rejects(download(new Shelf(brokenAt(50))), fails('noAccess'));
      const [, , part, ...rest] = everything();
      assert.match(part ?? '', /^target\/data\/long\.csv\.[0-9a-f]{8}\.part$/u);
      assert.deepEqual(rest, []);
    });

    it('goes on from there in the next try', async () => {
      await assert.rejects(download(new Shelf(brokenAt(50))));
      const shelf = new Shelf({ files: [['data/long.csv', long]], piece: 10 });
      await download(shelf);
      assert.deepEqual(shelf.reads, [{ path: 'data/long.csv', start: 50 }]);
      assert.equal(content('data/long.csv'), long);
      assert.deepEqual(everything(), ['target', 'target/data', 'target/data/long.csv']);
    });

    it('takes the part away where it had been given its name, and nothing more, when the process was killed', async () => {
      await download(new Shelf({ files: [['data/long.csv', long]] }));
      const part = partPath(path.join(folder, 'data/long.csv'), { ...shelfVersion, kind: 'asset', path: 'data/long.csv', size: long.length, sha256: digestOf(long), type: 'data' });
      fs.linkSync(path.join(folder, 'data/long.csv'), part);
      await download(new Shelf({ files: [['data/long.csv', long]] }));
      assert.deepEqual(everything(), ['target', 'target/data', 'target/data/long.csv']);
    });

    it('begins anew when what is left is not the beginning of this content', async () => {
      await assert.rejects(download(new Shelf(brokenAt(50))));
      const part = path.join(base, everything()[2]!);
      fs.writeFileSync(part, 'X'.repeat(50));
      const shelf = new Shelf({ files: [['data/long.csv', long]], piece: 10 });
      await download(shelf);
      assert.deepEqual(shelf.reads.map(read => read.start), [50, 0]);
      assert.equal(content('data/long.csv'), long);
    });

    it('takes nothing up that it could not verify', async () => {
      const unverified = { digests: { 'data/long.csv': undefined } };
      await assert.rejects(download(new Shelf({ ...brokenAt(50), ...unverified })));
      const shelf = new Shelf({ files: [['data/long.csv', long]], ...unverified });
      await download(shelf);
      assert.deepEqual(shelf.reads, [{ path: 'data/long.csv', start: 0 }]);
    });

    it('leaves nothing unfinished when it is cancelled, and what was finished stays', async () => {
      const controller = new AbortController();
      const shelf = new Shelf({
        files: [['a', 'short'], ['long', long]], piece: 10, onPiece: (_, position) => {
          if (position === 50) {
            controller.abort();
          }
        },
      });
      await assert.rejects(download(shelf, {}, controller.signal), isAbort);
      assert.deepEqual(everything(), ['target', 'target/a']);
    });

    it('leaves no empty folders behind when it is cancelled', async () => {
      const controller = new AbortController();
      const shelf = new Shelf({ files: [['deep/er/a', long]], piece: 10, onPiece: () => controller.abort() });
      await assert.rejects(download(shelf, {}, controller.signal), isAbort);
      assert.deepEqual(everything(), []);
    });
  });

  describe('the run that uses it', () => {
    const run = { connection: 'shelf', workspace: 'ada', run: 'r1' };

    it('is recorded once the files are there', async () => {
      const shelf = new Shelf({ files: [['a', '1']] });
      const order: string[] = [];
      await download(shelf, {
        consumer: async () => {
          order.push(content('a'));
          return run;
        },
      });
      assert.deepEqual([order, shelf.consumed], [['1'], [{ version: '1.0.0', run: 'r1' }]]);
    });

    it('is recorded for remote assets too, which are used by their link', async () => {
      const shelf = new Shelf({ files: [], links: [['b', 's3://b']] });
      await download(shelf, { consumer: async () => run });
      assert.equal(shelf.consumed.length, 1);
    });

    it('is not asked for when nothing was chosen', async () => {
      const shelf = new Shelf({ files: [['a', '1']] });
      await download(shelf, { paths: ['*.csv'], consumer: () => assert.fail('asked for a run') });
      assert.deepEqual(shelf.consumed, []);
    });

    it('is not asked for when the download failed', async () => {
      const shelf = new Shelf({ files: [['a', '1']], digests: { a: digestOf('2') } });
      await assert.rejects(download(shelf, { consumer: () => assert.fail('asked for a run') }), fails('corrupt'));
    });

    it('does not spoil the download when it cannot be recorded, but is told', async () => {
      const shelf = new Shelf({ files: [['a', '1']] });
      shelf.consumeFailure = noAccess('the store');
      const result = await download(shelf, { consumer: async () => run });
      assert.deepEqual(result.written, ['a']);
      assert.equal(result.unrecorded, shelf.consumeFailure);
    });
  });
});
