import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { VersionRef } from '../../src/model/artifact';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import { type ConflictPolicy, type Downloaded, downloadVersion } from '../../src/operations/downloadVersion';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { chance, scaled } from '../faults/harness/scale';
import { type Comet, startComet } from '../support/comet/comet';
import { type Fault, faultServer, type FaultServer } from '../support/faultServer';
import { bytesOf, cometProvider, logVersion, silentLog, source, workerFile, writing } from '../support/providers';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const PATIENCE = { silence: 250, pause: 10 };
const isUpload = (seen: string): boolean => seen.includes('/upload-asset');
const isDownload = (seen: string): boolean => seen.includes('/get-asset');

const fails = (...codes: readonly ErrorCode[]) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error), `an ArtifactError, not ${String(error)}`);
  assert.ok(codes.includes(error.code), error.message);
  return true;
};

/** What happens to bytes between Comet and here, with a server in between that breaks them. */
describe('transfers to and from Comet', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let comet: Comet;
  let between: FaultServer;
  let provider: Provider;
  let files: LocalFiles;
  let faults: (path: string) => Fault | undefined;
  /** What a server in between may still hand on after the one who asked has gone. */
  let isLate: RegExp | undefined;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());
  beforeEach(async () => {
    isLate = undefined;
    faults = () => undefined;
    comet = await startComet();
    between = await faultServer({ before: comet.url, faults: ({ path: at }) => faults(at) });
    provider = await cometProvider({ url: between.url, apiKey: comet.apiKey }, {}, silentLog, PATIENCE);
  });
  afterEach(async () => {
    await provider.dispose();
    await between.close();
    await comet.stop();
    assert.deepEqual([comet.faults.filter((fault) => !isLate?.test(fault)), comet.leftOpen()], [[], []]);
  });

  const ref: VersionRef = { connection: 'comet', workspace: 'ada', artifact: 'churn', version: 'Latest' };
  const once_ = (isOne: (path: string) => boolean, fault: Fault): void => {
    let left = 1;
    faults = (at) => (isOne(at) && left-- > 0 ? fault : undefined);
  };
  const download = (conflicts: ConflictPolicy = 'fail', from = provider): Promise<Downloaded> => downloadVersion({ provider: from, files }, { version: ref, folder: folder(), conflicts });
  const stored = (): Buffer | undefined => comet.artifact('churn').versions.find(({ state }) => state === 'CLOSED')?.assets.get('a.bin')?.blob?.bytes();
  const there = (): string[] => fs.readdirSync(folder());

  describe('broken at any byte', () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));

    it('going up, are whole in the end or told, and never short', async () => {
      const random = chance(6);
      for (let round = 0; round < scaled(25, 500); round++) {
        once_(isUpload, { kind: 'resetUp', after: Math.ceil(random() * bytes.length) });
        await logVersion(provider, { draft: { artifact: 'churn' }, files: { 'a.bin': bytes } });
        assert.ok(stored()!.equals(bytes));
        comet.artifact('churn').versions = [];
      }
    });

    it('coming down, are whole in the end or told, and never short', async () => {
      await logVersion(provider, { files: { 'a.bin': bytes } });
      const random = chance(7);
      for (let round = 0; round < scaled(25, 500); round++) {
        const after = Math.floor(random() * bytes.length);
        once_(isDownload, { kind: round % 2 === 0 ? 'resetDown' : 'truncated', after });
        await download('overwrite');
        assert.ok(fs.readFileSync(path.join(folder(), 'a.bin')).equals(bytes), `after ${after} bytes`);
        fs.rmSync(path.join(folder(), 'a.bin'));
      }
      assert.deepEqual(there(), []);
    });
  });

  describe('of wrong answers', () => {
    for (const fault of [{ kind: 'wrongBytes' }, { kind: 'wrongRange' }, { kind: 'cutChunks', after: 0 }, { kind: 'endlessHead' }] satisfies readonly Fault[]) {
      it(`(${fault.kind}) leave no file, and a sentence that names it`, async () => {
        await logVersion(provider, { files: { 'a.bin': 'some bytes of a file' } });
        faults = (at) => (isDownload(at) ? fault : undefined);
        await assert.rejects(download(), (error: unknown) => fails('corrupt', 'serverFault', 'offline')(error) && (error as Error).message.includes('a.bin'));
        assert.ok(!there().includes('a.bin'));
      });
    }

    for (const fault of [{ kind: 'gzipLie' }, { kind: 'unsaidLength' }, { kind: 'cutChunks', after: 7 }, { kind: 'drip', bytes: 3, ms: 20 }] satisfies readonly Fault[]) {
      it(`(${fault.kind}) that come whole all the same are taken`, async () => {
        await logVersion(provider, { files: { 'a.bin': 'some bytes of a file' } });
        faults = (at) => (isDownload(at) ? fault : undefined);
        await download();
        assert.equal(fs.readFileSync(path.join(folder(), 'a.bin'), 'utf8'), 'some bytes of a file');
      });
    }

    it('that give the whole file where a part was asked for are understood', async () => {
      await logVersion(provider, { files: { 'a.bin': 'some bytes of a file' } });
      faults = (at) => (isDownload(at) ? { kind: 'ignoredRange' } : undefined);
      assert.equal(String(await bytesOf(provider.read({ ...ref, path: 'a.bin' }, 5))), 'bytes of a file');
    });
  });

  describe('with a server that keeps silent', () => {
    const silent = (isOne: (path: string) => boolean, fault: Fault = { kind: 'silence' }): void => {
      faults = (at) => (isOne(at) ? fault : undefined);
    };
    const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
      const began = Date.now();
      await assert.rejects(work, fails('offline'));
      assert.ok(Date.now() - began < ms, `${Date.now() - began} ms`);
    };

    it('end in one sentence where nothing is answered at all', async () => {
      silent(() => true);
      await within(20_000, provider.whoAmI());
    });

    it('find the version whose beginning was never answered', async () => {
      silent((at) => at.includes('/upsert'));
      assert.equal((await logVersion(provider, { files: { 'a.bin': 'x' } })).version, '1.0.0');
      assert.deepEqual(comet.artifact('churn').versions.map(({ number }) => number), ['1.0.0']);
    });

    it('make no version where its beginning is never heard', async () => {
      silent((at) => at.includes('/upsert'), { kind: 'deaf' });
      await within(30_000, logVersion(provider, { files: { 'a.bin': 'x' } }));
      assert.deepEqual(comet.records.artifacts, []);
    });

    it('give the version up where a file is taken and never answered', async () => {
      silent(isUpload, { kind: 'deaf' });
      await within(30_000, logVersion(provider, { files: { 'a.bin': new Uint8Array(3_000_000) } }));
      assert.deepEqual(comet.artifact('churn').versions.map(({ state, assets }) => [state, assets.size]), [['ERROR', 0]]);
    });

    it('leave no file where a body stops in the middle and is refused then, and go on from there the next time', async () => {
      await logVersion(provider, { files: { 'a.bin': 'some bytes of a file', 'b.bin': 'b' } });
      const stalled = comet.version('churn', '1.0.0').assets.get('a.bin')!.id;
      let first = true;
      faults = (at) => {
        const isFirst = first && isDownload(at) && at.includes(stalled);
        first &&= !isFirst;
        return isFirst ? { kind: 'silence', after: 10 } : isDownload(at) && at.includes(stalled) ? { kind: 'status', status: 403 } : undefined;
      };
      await assert.rejects(download(), fails('forbidden'));
      assert.ok(!there().includes('a.bin'));
      faults = () => undefined;
      await download();
      assert.equal(fs.readFileSync(path.join(folder(), 'a.bin'), 'utf8'), 'some bytes of a file');
      assert.ok(between.requests.some(({ headers }) => headers.range !== undefined), 'a part was asked for');
    });
  });

  it('wait out a server that starts again', async () => {
    const port = Number(new URL(between.url).port);
    const bytes = Buffer.alloc(2_000_000, 'abcdefg');
    let isDown = false;
    isLate = /uploads are on their way|which is closed/u;
    const restart = async (): Promise<void> => {
      isDown = true;
      await between.close();
      await pause(400);
      between = await faultServer({ before: comet.url, port, faults: ({ path: at }) => faults(at) });
    };
    let restarted: Promise<void> | undefined;
    await writing(provider, {}, async (writer) => {
      await writer.put(Array.from({ length: 6 }, (_, index) => source(`${index}.bin`, bytes)), { onProgress: () => { restarted ??= restart(); } });
      await restarted;
      await writer.commit();
    });
    assert.ok(isDown);
    assert.deepEqual([...comet.version('churn', '1.0.0').assets.values()].map(({ size }) => size), Array.from({ length: 6 }, () => bytes.length));
  });

  it('are left at once when the wait that a server asks for is cancelled', async () => {
    faults = (at) => (isUpload(at) ? { kind: 'status', status: 429, headers: { 'Retry-After': '600' } } : undefined);
    const controller = new AbortController();
    const logging = logVersion(provider, { files: { 'a.bin': 'x' } }, { signal: controller.signal });
    logging.catch(() => {});
    while (!between.requests.some(({ path: at }) => isUpload(at))) {
      await pause(10);
    }
    await pause(50);
    const at = Date.now();
    controller.abort();
    await assert.rejects(logging, { name: 'AbortError' });
    assert.ok(Date.now() - at < 1_000, `${Date.now() - at} ms`);
  });

  it('end when the window does: nothing is left that looks whole, and the next one goes on', async () => {
    const bytes = Buffer.alloc(4_000_000, 'abcdefg');
    await logVersion(provider, { files: { 'a.bin': bytes } });
    const window = await cometProvider({ url: between.url, apiKey: comet.apiKey });
    faults = (at) => (isDownload(at) ? { kind: 'silence', after: 2_500_000 } : undefined);
    const downloading = download('fail', window);
    downloading.catch(() => {});
    while (!there().some((name) => name.endsWith('.part') && fs.statSync(path.join(folder(), name)).size > 1_000_000)) {
      await pause(10);
    }
    const began = Date.now();
    await window.dispose();
    await assert.rejects(downloading);
    assert.ok(Date.now() - began < 5_000);
    assert.ok(!there().includes('a.bin'));
    faults = () => undefined;
    await download();
    assert.ok(fs.readFileSync(path.join(folder(), 'a.bin')).equals(bytes));
    assert.ok(between.requests.some(({ headers }) => headers.range !== undefined), 'a part was asked for');
  });

  describe('onto files that are there', () => {
    for (const [name, forget] of [['with a digest', false], ['that nobody has a digest of', true]] as const) {
      describe(name, () => {
        beforeEach(async () => {
          await logVersion(provider, { files: { 'same.txt': 'same', 'other.txt': 'theirs' } });
          const { assets } = comet.version('churn', '1.0.0');
          for (const [key, asset] of forget ? assets : []) {
            assets.set(key, { ...asset, metadata: null });
          }
        });
        const write = (content: Readonly<Record<string, string>>): void => {
          writeFiles(folder(), content);
        };
        const content = (): string[] => ['same.txt', 'other.txt'].map((each) => fs.readFileSync(path.join(folder(), each), 'utf8'));

        it('find the same content where it is the same', async () => {
          write({ 'same.txt': 'same', 'other.txt': 'theirs' });
          assert.deepEqual([(await download('fail')).written, content()], [[], ['same', 'theirs']]);
        });

        it('fail on another content, and write nothing', async () => {
          write({ 'same.txt': 'same', 'other.txt': 'minee.' });
          await assert.rejects(download('fail'), fails('alreadyExists'));
          assert.deepEqual(content(), ['same', 'minee.']);
        });

        it('keep it, without asking for its bytes', async () => {
          write({ 'same.txt': 'same', 'other.txt': 'minee.' });
          await download('keep');
          assert.deepEqual(content(), ['same', 'minee.']);
          assert.ok(!between.requests.some(({ path: at }) => isDownload(at)));
        });

        it('or overwrite it', async () => {
          write({ 'same.txt': 'same', 'other.txt': 'minee.' });
          await download('overwrite');
          assert.deepEqual(content(), ['same', 'theirs']);
        });
      });
    }
  });
});
