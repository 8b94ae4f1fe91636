import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttp, type Http } from '../../src/providers/http';
import type { FileSource } from '../../src/providers/measured';
import { createArtifactFiles, type ArtifactFiles, type RootOwner } from '../../src/providers/mlflow/files/artifactFiles';
import { mlflowError } from '../../src/providers/mlflow/serverErrors';
import { faultServer, type Fault } from '../support/faultServer';
import { keepingLog } from '../support/keepingLog';
import type { Deployment } from '../support/mlflowServer';
import type { RunningMlflow } from '../support/runningMlflow';

const MIB = 1024 * 1024;

interface Ways {
  /** What the way takes: all, unless it says. */
  readonly empty?: boolean;
  readonly large?: boolean;
  readonly remove?: 'offered' | 'refused' | 'absent';
  /** Whether the object store's own credentials are given. */
  readonly credentials?: boolean;
}

interface Deployed {
  readonly name: string;
  /** Each way to the files of a run. */
  readonly runs: Readonly<Record<string, Ways>>;
  readonly models?: boolean;
  /** Whether a network that breaks is put before it. */
  readonly faults?: boolean;
}

const DEPLOYED = {
  'slim': { name: '3.17 with its own disk', runs: { 'behind the proxy': {} }, models: true, faults: true },
  '2.22 with one worker': { name: '2.22 with its own disk', runs: { 'behind the proxy': {} }, faults: true },
  'S3 proxied': { name: '3.17 with an object store', runs: { 'behind the proxy': {} }, models: true },
  'S3 direct': {
    name: '3.17 with an object store and no proxy', models: true,
    runs: { 'that we have credentials for': { credentials: true }, 'that only the server has credentials for': { remove: 'refused' } },
  },
  '2.22 on S3 without proxy': {
    name: '2.22 with an object store and no proxy',
    runs: { 'that we have credentials for': { credentials: true }, 'that only the server has credentials for': { empty: false, large: false, remove: 'refused' } },
  },
  'unproxied': { name: '3.17 with its own disk and no proxy', runs: { 'that only the server can reach': { empty: false, large: false, remove: 'absent' } } },
} as const satisfies Partial<Readonly<Record<Deployment, Deployed>>>;

/** The ways to the bytes, below the provider. */
export function bytesOnMlflow(deployment: keyof typeof DEPLOYED, server: RunningMlflow): void {
  const { name, runs, models = false, faults = false }: Deployed = DEPLOYED[deployment];
  describe(`the files of MLflow ${name}`, function () {
    this.timeout(60_000);
    for (const [way, ways] of Object.entries(runs)) {
      filesOfRuns(way, ways, server);
    }
    if (models) {
      filesOfModels(server);
    }
    if (faults) {
      brokenNetwork(server);
    }
  });
}

function filesOfRuns(way: string, { empty = true, large = true, remove = 'offered', credentials = false }: Ways, server: RunningMlflow): void {
  describe(`of a run, ${way}`, () => {
    let http: Http;
    let files: ArtifactFiles;

    before(async () => {
      http = createHttp({ base: server().url, log: keepingLog(), errorOf: mlflowError });
      files = await filesOfNewRun(http, credentials ? server().environment : NO_CREDENTIALS);
    });
    after(() => http.dispose());

    it('lists nothing of a folder that is not there', async () => {
      assert.deepEqual(await files.list(''), []);
      assert.deepEqual(await files.list('no/such'), []);
    });

    it('gives back what was written, and lists it with its size', async () => {
      const sizes = [1, 4096, 65_535, 65_536, 65_537, 9 * MIB];
      for (const size of sizes) {
        const bytes = randomBytes(size);
        await files.write(`some/folder/f${size}.bin`, source(bytes));
        assert.equal(await digestOf(files, `some/folder/f${size}.bin`, 0, size), sha(bytes));
      }
      assert.deepEqual([...await files.list('some/folder')].map((file) => [file.path, file.size, file.isFolder]).sort(), sizes.map((size) => [`some/folder/f${size}.bin`, size, false]).sort());
      assert.deepEqual(await files.list('some'), [{ path: 'some/folder', isFolder: true, size: 0 }]);
    });

    it(empty ? 'keeps an empty file' : 'says that it takes no empty file', async () => {
      if (empty) {
        await files.write('empty.txt', source(Buffer.alloc(0)));
        assert.deepEqual((await files.list('')).find(({ path }) => path === 'empty.txt'), { path: 'empty.txt', isFolder: false, size: 0 });
        assert.equal(await digestOf(files, 'empty.txt', 0, undefined), sha(Buffer.alloc(0)));
      } else {
        await assert.rejects(files.write('empty.txt', source(Buffer.alloc(0))), { code: 'unsupported', message: /no empty files/u });
      }
    });

    it(large ? 'keeps a large file, counting its bytes once' : 'says that it takes no large file', async () => {
      const bytes = randomBytes(70 * MIB);
      let last = 0;
      const writing = files.write('large.bin', source(bytes), { onProgress: ({ bytes: now }) => { assert.ok(now >= last); last = now; } });
      if (large) {
        await writing;
        assert.equal(last, bytes.length);
        assert.equal(await digestOf(files, 'large.bin', 0, bytes.length), sha(bytes));
      } else {
        await assert.rejects(writing, { code: 'unsupported', message: /10 MiB/u });
      }
    });

    it('reads from a byte in the middle, whether the server gives parts or not', async () => {
      const bytes = randomBytes(200_000);
      await files.write('middle.bin', source(bytes));
      assert.equal(await digestOf(files, 'middle.bin', 123_456, bytes.length), sha(bytes.subarray(123_456)));
      assert.equal(await digestOf(files, 'middle.bin', 123_457, bytes.length), sha(bytes.subarray(123_457)));
    });

    it('says notFound of a missing file and of a folder', async () => {
      await files.write('a/folder/file', source(Buffer.from('x')));
      await assert.rejects(digestOf(files, 'a/missing', 0, 5), { code: 'notFound' });
      await assert.rejects(digestOf(files, 'a/missing', 0, undefined), { code: 'notFound' });
      await assert.rejects(digestOf(files, 'a/folder', 0, undefined), { code: 'notFound' });
    });

    it('fails where a file is shorter or longer than it was listed', async () => {
      await files.write('listed', source(Buffer.from('12345')));
      await assert.rejects(digestOf(files, 'listed', 0, 6), { code: 'corrupt' });
      await assert.rejects(digestOf(files, 'listed', 0, 4), { code: 'corrupt' });
    });

    it('keeps names with signs that mean something in addresses', async () => {
      for (const file of ['a b.txt', 'plus+and&=;.txt', 'mid?q.txt', 'üñï 日本.txt', "quote'*~.txt", '.hidden']) {
        const bytes = Buffer.from(`content of ${file}`);
        await files.write(`names/${file}`, source(bytes));
        assert.equal(await digestOf(files, `names/${file}`, 0, bytes.length), sha(bytes), file);
      }
    });

    it('refuses a path that would leave the root before anything is sent', async () => {
      for (const path of ['../outside', 'a/../../outside', '/abs', 'a//b', '']) {
        await assert.rejects(async () => files.write(path, source(Buffer.from('x'))), { code: 'unsafePath' });
        await assert.rejects(digestOf(files, path, 0, 1), { code: 'unsafePath' });
      }
    });

    if (remove === 'offered') {
      it('takes away a file and a folder, missing ones too', async () => {
        await files.write('gone/one', source(Buffer.from('1')));
        await files.write('gone/deep/two', source(Buffer.from('2')));
        await files.remove!('gone/one');
        assert.deepEqual((await files.list('gone')).map(({ path }) => path), ['gone/deep']);
        await files.remove!('gone');
        await files.remove!('gone');
        assert.deepEqual(await files.list('gone'), []);
      });
    } else if (remove === 'refused') {
      it('says that it cannot take files away', async () => {
        await assert.rejects(files.remove!('gone'), { code: 'unsupported' });
      });
    } else {
      it('offers no way to take files away', () => {
        assert.equal(files.remove, undefined);
      });
    }

    it('leaves nothing of an upload that is cancelled', async () => {
      const controller = new AbortController();
      const size = 5 * MIB;
      const writing = files.write('cancelled.bin', {
        size,
        file: '/here/large.bin',
        async *open() {
          for (let sent = 0; sent < 5; sent += 1) {
            yield randomBytes(MIB);
            await pause(20);
            if (sent === 2) {
              controller.abort();
            }
          }
        },
      }, { signal: controller.signal });
      await assert.rejects(writing, { name: 'AbortError' });
      await pause(500);
      assert.equal((await files.list('')).some(({ path }) => path === 'cancelled.bin'), false);
    });

    it('reports a source that fails, and leaves nothing of it', async () => {
      await assert.rejects(files.write('failing.bin', {
        size: 2 * MIB,
        async *open() {
          yield randomBytes(MIB);
          throw new Error('the disk broke');
        },
      }), /the disk broke/u);
      await pause(300);
      assert.equal((await files.list('')).some(({ path }) => path === 'failing.bin'), false);
    });
  });
}

function brokenNetwork(server: RunningMlflow): void {
  it('arrive and come back whole through a network that breaks', async () => {
    let turn = 7;
    let broke = 0;
    const chance = (below: number): number => (turn = (turn * 48_271) % 2_147_483_647) % below;
    const faults: (() => Fault)[] = [
      () => ({ kind: 'resetUp', after: chance(40_000) }),
      () => ({ kind: 'resetDown', after: chance(40_000) }),
      () => ({ kind: 'truncated', after: chance(40_000) }),
      () => ({ kind: 'status', status: 503, headers: { 'retry-after': '0' } }),
    ];
    const network = await faultServer({ before: server().url, faults: ({ path }) => {
      if (chance(10) >= 3 || !path.includes('/mlflow-artifacts/')) {
        return undefined;
      }
      broke += 1;
      return faults[chance(faults.length)]!();
    } });
    const http = createHttp({ base: network.url, log: keepingLog(), errorOf: mlflowError, pause: 5 });
    try {
      const files = await filesOfNewRun(http, NO_CREDENTIALS);
      const contents = new Map(Array.from({ length: 40 }, (_, index) => [`f${index}`, randomBytes(30_000 + 97 * index)]));
      await Promise.all([...contents].map(([path, bytes]) => files.write(path, source(bytes))));
      for (const { path, size } of await files.list('')) {
        assert.equal(size, contents.get(path)?.length, path);
      }
      for (const [path, bytes] of contents) {
        assert.equal(await digestOf(files, path, 0, bytes.length), sha(bytes), path);
      }
      assert.ok(broke > 15, `the network broke ${broke} times`);
    } finally {
      http.dispose();
      await network.close();
    }
  });
}

function filesOfModels(server: RunningMlflow): void {
  it('of a logged model come back as they were written, and are listed', async () => {
    const http = createHttp({ base: server().url, log: keepingLog(), errorOf: mlflowError });
    try {
      const { model } = await http.json('POST', '/api/2.0/mlflow/logged-models', { body: { experiment_id: '0', name: 'm' } }) as { readonly model: { readonly info: { readonly model_id: string; readonly artifact_uri: string } } };
      const files = (await opened(http, NO_CREDENTIALS))({ kind: 'model', id: model.info.model_id, artifactUri: model.info.artifact_uri });
      const bytes = randomBytes(5 * MIB);
      await files.write('data/model.bin', source(bytes));
      assert.deepEqual(await files.list('data'), [{ path: 'data/model.bin', isFolder: false, size: bytes.length }]);
      assert.deepEqual(await files.list(''), [{ path: 'data', isFolder: true, size: 0 }]);
      assert.equal(await digestOf(files, 'data/model.bin', 0, undefined), sha(bytes));
      assert.equal(await digestOf(files, 'data/model.bin', 1_000, bytes.length), sha(bytes.subarray(1_000)));
      await assert.rejects(digestOf(files, 'data/missing', 0, 5), { code: 'notFound' });
    } finally {
      http.dispose();
    }
  });
}

const NO_CREDENTIALS = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };

async function opened(http: Http, variables: Readonly<Record<string, string>>): Promise<(owner: RootOwner) => ArtifactFiles> {
  const info = await http.json('GET', '/api/3.0/mlflow/server-info').catch(() => undefined);
  return createArtifactFiles({ http, log: keepingLog(), info, workspaceHeader: () => ({}), variables });
}

async function filesOfNewRun(http: Http, variables: Readonly<Record<string, string>>): Promise<ArtifactFiles> {
  const { run } = await http.json('POST', '/api/2.0/mlflow/runs/create', { body: { experiment_id: '0', start_time: Date.now() } }) as { readonly run: { readonly info: { readonly run_id: string; readonly artifact_uri: string } } };
  return (await opened(http, variables))({ kind: 'run', id: run.info.run_id, artifactUri: run.info.artifact_uri });
}

const source = (bytes: Buffer): FileSource => ({
  size: bytes.length,
  async *open(start = 0) {
    for (let at = start; at < bytes.length; at += MIB) {
      yield bytes.subarray(at, Math.min(at + MIB, bytes.length));
    }
  },
});

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function digestOf(files: ArtifactFiles, path: string, start: number, size: number | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of files.read(path, start, size)) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}
