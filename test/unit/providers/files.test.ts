import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../../../src/model/call';
import { createHttp, type Http } from '../../../src/providers/http';
import type { FileSource } from '../../../src/providers/measured';
import { createArtifactFiles, type ArtifactFiles, type RootOwner } from '../../../src/providers/mlflow/files/artifactFiles';
import { mlflowError } from '../../../src/providers/mlflow/serverErrors';
import { scaled } from '../../faults/harness/scale';
import { faultServer, type Fault, type FaultServer, type Reply } from '../../support/faultServer';
import { FakeMlflow, type FakeOptions } from '../../support/fakeMlflow';
import { keepingLog } from '../../support/keepingLog';
import { until } from '../../support/until';

const RUN: RootOwner = { kind: 'run', id: 'r1', artifactUri: 'mlflow-artifacts:/1/r1/artifacts' };
const DIRECT: RootOwner = { kind: 'run', id: 'r1', artifactUri: 's3://bucket/root/r1/artifacts' };

/** Where a proxy that has one host for both puts the object store. */
const STORE = '/store';

describe('the files of MLflow', function () {
  this.timeout(scaled(30_000, 120_000));
  let mlflow: FakeMlflow;
  let server: FaultServer;
  let http: Http;
  let files: ArtifactFiles;
  const log = keepingLog();
  const extra: FaultServer[] = [];

  async function start(options: FakeOptions & { readonly owner?: RootOwner; readonly faults?: (path: string, index: number) => Fault | undefined; readonly store?: boolean | 'below'; readonly server?: string } = {}): Promise<void> {
    mlflow = new FakeMlflow(options);
    const named = (reply: Reply): Reply => (options.server === undefined ? reply : { ...reply, headers: { ...reply.headers, server: options.server } });
    if (options.store === true) {
      const store = await faultServer({ answer: (seen) => mlflow.storeAnswer(seen), ranges: true });
      extra.push(store);
      mlflow.storeUrl = store.url;
    }
    server = await faultServer({
      answer: (seen) => (seen.path.startsWith(STORE) ? mlflow.storeAnswer({ ...seen, path: seen.path.slice(STORE.length) }) : named(mlflow.answer(seen))),
      ranges: options.ranges ?? true,
      faults: ({ path }, index) => options.faults?.(path, index),
    });
    if (options.store === 'below') {
      mlflow.storeUrl = `${server.url}${STORE}`;
    }
    http = createHttp({ base: server.url, log, errorOf: mlflowError, pause: 2, silence: 2_000, headers: async () => ({ Authorization: 'Bearer secret' }) });
    files = createArtifactFiles({ http, log, info: options.info, workspaceHeader: () => ({ 'X-MLFLOW-WORKSPACE': 'w' }), variables: { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/none', AWS_CONFIG_FILE: '/none' } })(options.owner ?? RUN);
  }

  afterEach(async () => {
    http.dispose();
    await server.close();
    await Promise.all(extra.splice(0).map((one) => one.close()));
  });

  const read = async (path: string, start_ = 0, size?: number, call?: Call): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.read(path, start_, size, call)) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };

  /** What went to the store: so many requests, with nothing of ours and, where one was told, a content type. */
  function mustBeBare(count: number, type?: string): void {
    const sent = server.requests.filter(({ path }) => path.startsWith(STORE));
    assert.equal(sent.length, count);
    for (const { headers } of sent) {
      assert.deepEqual([headers.authorization, headers['x-mlflow-workspace'], headers['content-type']], [undefined, undefined, type]);
    }
  }

  describe('read', () => {
    it('goes on where the connection broke', async () => {
      await start({ info: {} });
      const bytes = mlflow.put('large.bin', 200_000);
      server.script({ kind: 'resetDown', after: 70_000 }, { kind: 'truncated', after: 60_000 });
      assert.deepEqual(await read('large.bin', 0, bytes.length), bytes);
      const begins = server.requests.map(({ headers }) => Number(/^bytes=(\d+)-/u.exec(headers.range ?? '')?.[1] ?? 0));
      assert.ok(begins[0] === 0 && begins[1]! > 0 && begins[2]! > begins[1]!, String(begins));
    });

    it('skips what it has where the server gives no parts', async () => {
      await start({ info: {}, ranges: false });
      const bytes = mlflow.put('large.bin', 200_000);
      server.script({ kind: 'resetDown', after: 100_000 });
      assert.deepEqual(await read('large.bin', 0, bytes.length), bytes);
    });

    it('begins again where neither route gives parts, and asks once for the one that is not there', async () => {
      await start({ info: undefined, ranges: false, prefixed: true });
      const bytes = mlflow.put('large.bin', 200_000);
      for (let round = 0; round < 2; round += 1) {
        server.script({ kind: 'resetDown', after: 100_000 });
        assert.deepEqual(await read('large.bin', 0, bytes.length), bytes);
      }
      assert.equal(server.requests.filter(({ path }) => path.startsWith('/get-artifact')).length, 1);
    });

    it('ends equal or with an error after a reset at any byte', async () => {
      await start({ info: {}, faults: (path, index) => (path.includes('artifacts/1/') && index % 3 !== 2 ? { kind: 'resetDown', after: (index * 7_919) % 30_001 } : undefined) });
      const bytes = mlflow.put('file.bin', 30_000);
      for (let round = 0; round < scaled(100, 500); round += 1) {
        assert.equal(sha(await read('file.bin', 0, bytes.length)), sha(bytes));
      }
    });

    for (const fault of [{ kind: 'cutChunks', after: 5 }, { kind: 'truncated', after: 5 }] as const) {
      it(`detects a body that is always ${fault.kind}, and names the file`, async () => {
        await start({ info: {}, ranges: false, faults: (path) => (path.includes('artifacts/1/') || path.includes('get-artifact') ? fault : undefined) });
        mlflow.put('file.bin', 1_000);
        await assert.rejects(read('file.bin', 0, 1_000), /file\.bin/u);
      });
    }

    it('detects a body that ends cleanly before its listed size', async () => {
      await start({ info: {} });
      mlflow.put('file.bin', 1_000);
      await assert.rejects(read('file.bin', 0, 1_200), { code: 'corrupt', details: /file\.bin/u });
      await assert.rejects(read('file.bin', 0, 900), { code: 'corrupt', details: /file\.bin/u });
    });

    it('detects a body of another size than the listed one where the server does not say a size', async () => {
      await start({ info: {}, ranges: false, faults: (path) => (path.includes('artifacts/1/') ? { kind: 'unsaidLength' } : undefined) });
      const bytes = mlflow.put('file.bin', 1_000);
      assert.deepEqual(await read('file.bin', 0, 1_000), bytes);
      await assert.rejects(read('file.bin', 0, 900), { code: 'corrupt', details: /file\.bin/u });
      await assert.rejects(read('file.bin', 0, 1_100), { code: 'corrupt', details: /file\.bin/u });
    });

    it('detects another range than the one asked for', async () => {
      await start({ info: {}, faults: (path) => (path.includes('artifacts/1/') ? { kind: 'wrongRange' } : undefined) });
      mlflow.put('file.bin', 1_000);
      await assert.rejects(read('file.bin', 500, 1_000), { code: 'serverFault', details: /file\.bin/u });
    });

    it('takes a failing server for a missing file where the list does not have it', async () => {
      await start({ info: {}, missing: 500 });
      mlflow.put('folder/there', 10);
      await assert.rejects(read('folder/missing', 0, 10), { code: 'notFound' });
    });

    it('says that a folder is no file, whatever the server answers to it', async () => {
      await start({ info: {} });
      mlflow.put('folder/there', 10);
      await assert.rejects(read('folder'), { code: 'notFound' });
    });

    it('says which names MLflow itself cannot read', async () => {
      await start({ info: {}, faults: (path) => (path.includes('artifacts/1/') ? { kind: 'status', status: 404 } : undefined) });
      await assert.rejects(read('pc%20lit.txt', 0, 5), { code: 'unsupported', message: /pc%20lit\.txt/u });
    });

    it('asks the other route of an old server for names beyond Latin-1', async () => {
      await start({ info: undefined });
      const bytes = mlflow.put('日本.txt', 10);
      assert.deepEqual(await read('日本.txt', 0, 10), bytes);
      assert.ok(server.requests.at(-1)!.path.startsWith('/get-artifact?'));
    });

    it('fetches large files from the object store, with none of our headers', async () => {
      await start({ info: { multipart_downloads_enabled: true }, store: true });
      const bytes = mlflow.put('large.bin', 9 * 1024 * 1024);
      assert.equal(sha(await read('large.bin', 0, bytes.length)), sha(bytes));
      const [request] = extra[0]!.requests;
      assert.equal(request!.headers.authorization, undefined);
      assert.equal(request!.headers['x-mlflow-workspace'], undefined);
    });

    it('sends no sign-in along with an address of the object store, though that is on the same host', async () => {
      await start({ info: { multipart_downloads_enabled: true }, store: 'below' });
      const bytes = mlflow.put('large.bin', 9 * 1024 * 1024);
      assert.equal(sha(await read('large.bin', 0, bytes.length)), sha(bytes));
      mustBeBare(1);
    });

    it('reads through the server where the object store cannot be reached', async () => {
      await start({ info: { multipart_downloads_enabled: true } });
      mlflow.storeUrl = 'http://127.0.0.1:1';
      const bytes = mlflow.put('large.bin', 9 * 1024 * 1024);
      assert.equal(sha(await read('large.bin', 0, bytes.length)), sha(bytes));
    });

    it('finds out that a server which does not say so gives addresses of the object store', async () => {
      await start({ info: { store_type: 'SqlStore' }, store: true });
      const bytes = mlflow.put('large.bin', 9 * 1024 * 1024);
      assert.equal(sha(await read('large.bin', 0, bytes.length)), sha(bytes));
      assert.equal(extra[0]!.requests.length, 1);
    });

    for (const [info, times] of [[{ store_type: 'SqlStore' }, 1], [{ multipart_downloads_enabled: false }, 0], [undefined, 0]] as const) {
      it(`asks ${times === 0 ? 'nothing' : 'once'} for addresses where server-info says ${JSON.stringify(info)} and there are none`, async () => {
        await start({ info });
        const bytes = mlflow.put('large.bin', 9 * 1024 * 1024);
        for (let round = 0; round < 2; round += 1) {
          assert.equal(sha(await read('large.bin', 0, bytes.length)), sha(bytes));
        }
        assert.equal(server.requests.filter(({ path }) => path.includes('/presigned/')).length, times);
      });
    }

    for (const [which, info, server_, fault, expected] of [
      ['names the limit of an old server where each connection ends', undefined, undefined, { kind: 'resetDown', after: 0 }, { code: 'unsupported', message: /--gunicorn-opts "--timeout 600"/u }],
      ['names the limit of an old server that says it failed', undefined, undefined, { kind: 'status', status: 500 }, { code: 'unsupported', message: /--gunicorn-opts "--timeout 600"/u }],
      ['names the limit of a newer server on gunicorn', {}, 'gunicorn', { kind: 'resetDown', after: 0 }, { code: 'unsupported', message: /--gunicorn-opts "--timeout 600"/u }],
      ['says of a newer server only what happened where each connection ends', {}, undefined, { kind: 'resetDown', after: 0 }, { code: 'offline' }],
      ['says the same of one without server-info that is not on gunicorn', undefined, 'uvicorn', { kind: 'resetDown', after: 0 }, { code: 'offline' }],
    ] as const) {
      it(`${which} after half a minute without a byte`, async () => {
        const { now } = Date;
        let later = 0;
        Date.now = () => now() + later;
        try {
          await start({ info, ...(server_ === undefined ? {} : { server: server_ }), faults: (path) => {
            later += path.includes('artifacts/1/') ? 30_000 : 0;
            return path.includes('artifacts/1/') ? fault : undefined;
          } });
          mlflow.put('file.bin', 1_000);
          await files.list('');
          await assert.rejects(read('file.bin', 0, 1_000), expected);
        } finally {
          Date.now = now;
        }
      });
    }

    it('is cancelled at once', async () => {
      await start({ info: {} });
      mlflow.put('file.bin', 1_000);
      server.script({ kind: 'drip', bytes: 1, ms: 50 });
      const controller = new AbortController();
      const reading = read('file.bin', 0, 1_000, { signal: controller.signal });
      reading.catch(() => {});
      await pause(120);
      const at = Date.now();
      controller.abort();
      await assert.rejects(reading, { name: 'AbortError' });
      assert.ok(Date.now() - at < 200);
    });
  });

  describe('write', () => {
    it('sends the workspace with each request', async () => {
      await start({ info: {} });
      await files.write('a/b.txt', source(Buffer.from('x')));
      assert.equal(server.requests[0]!.headers['x-mlflow-workspace'], 'w');
      assert.equal(server.requests[0]!.path, '/api/2.0/mlflow-artifacts/artifacts/1/r1/artifacts/a/b.txt');
    });

    it('sends nothing that MLflow would keep under another name', async () => {
      await start({ info: {} });
      for (const path of ['pc%20lit.txt', 'a%2Fb', '%2e%2e/x', 'hash#x', 'end?']) {
        await assert.rejects(files.write(path, source(Buffer.from('x'))), { code: 'invalid' }, path);
      }
      assert.equal(server.requests.length, 0);
    });

    it('lands all of 200 files through a storm', async () => {
      let turn = 1;
      await start({ info: {}, faults: (path) => ((turn = (turn * 48_271) % 2_147_483_647) % 10 < 3 && path.includes('mlflow-artifacts') ? { kind: 'status', status: 503 } : undefined) });
      const contents = new Map(Array.from({ length: 200 }, (_, index) => [`f${index}`, randomBytes(500 + index)]));
      await Promise.all([...contents].map(([path, bytes]) => files.write(path, source(bytes))));
      for (const [path, bytes] of contents) {
        assert.deepEqual(mlflow.get(path), bytes);
      }
    });

    it('ends whole or reported after a reset at any byte', async () => {
      await start({ info: {}, faults: (path, index) => (path.includes('artifacts/1/') && index % 4 === 1 ? { kind: 'resetUp', after: (index * 7_919) % 30_001 } : undefined) });
      const bytes = randomBytes(30_000);
      for (let round = 0; round < scaled(100, 500); round += 1) {
        await files.write(`f${round}`, source(bytes));
        assert.equal(sha(mlflow.get(`f${round}`)!), sha(bytes));
      }
    });

    it('compares with the list what took more than one try, and sends a short one again', async () => {
      await start({ info: {} });
      mlflow.keepsShort = 1;
      server.script({ kind: 'resetUp', after: 10 });
      const bytes = randomBytes(1_000);
      await files.write('f', source(bytes));
      assert.deepEqual(mlflow.get('f'), bytes);
    });

    it('compares a large one with the list in any case, and sends a short one again', async () => {
      await start({ info: undefined });
      mlflow.keepsShort = 1;
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
    });

    it('leaves a whole file alone that was there before an upload of it failed', async () => {
      await start({ info: {} });
      const before = mlflow.put('f', 1_000);
      server.script({ kind: 'status', status: 500 });
      await assert.rejects(files.write('f', source(randomBytes(1_000))), { code: 'serverFault' });
      await until(() => server.requests.some(({ path }) => path.includes('/artifacts/list')), 'it is looked for');
      await pause(50);
      assert.deepEqual(mlflow.get('f'), before);
    });

    it('goes on after the server was started again in the midst of it', async () => {
      await start({ info: {} });
      const bytes = randomBytes(3_000_000);
      let restarted: Promise<void> | undefined;
      await files.write('f', {
        size: bytes.length,
        async *open() {
          yield bytes.subarray(0, 1_000_000);
          restarted ??= restart();
          await restarted;
          yield bytes.subarray(1_000_000);
        },
      });
      assert.equal(sha(mlflow.get('f')!), sha(bytes));
      assert.deepEqual(await read('f', 0, bytes.length), bytes);

      async function restart(): Promise<void> {
        const port = Number(new URL(server.url).port);
        await server.close();
        setTimeout(() => void faultServer({ port, answer: (seen) => mlflow.answer(seen) }).then((again) => { extra.push(again); }), 30);
      }
    });

    it('names the limit of an old server that ends each request after half a minute', async () => {
      await start({ info: undefined });
      const { now } = Date;
      let later = 0;
      Date.now = () => now() + later;
      try {
        server.script({ kind: 'status', status: 500 });
        const writing = files.write('f', { size: 2, file: '/here/f', async *open() { yield Buffer.from('a'); later = 30_000; yield Buffer.from('b'); } });
        await assert.rejects(writing, { code: 'unsupported', message: /--gunicorn-opts "--timeout 600"/u });
      } finally {
        Date.now = now;
      }
    });

    it('reads what comes from elsewhere to its end before an old server is asked to take it, and keeps nothing of it here', async () => {
      await start({ info: undefined });
      const kept = (): number => fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('ml-artifacts-spool-')).length;
      const before = kept();
      const bytes = randomBytes(300_000);
      const asked: number[] = [];
      await files.write('f', {
        size: bytes.length,
        async *open() {
          yield bytes.subarray(0, 100_000);
          await pause(50);
          asked.push(server.connections());
          yield bytes.subarray(100_000);
        },
      });
      assert.deepEqual(asked, [0]);
      assert.equal(sha(mlflow.get('f')!), sha(bytes));
      assert.equal(kept(), before);
    });

    it('reports a file that stays short', async () => {
      await start({ info: {} });
      mlflow.keepsShort = 9;
      server.script({ kind: 'resetUp', after: 10 });
      await assert.rejects(files.write('f', source(randomBytes(1_000))), { code: 'corrupt', details: /^f /u });
    });

    it('takes away what a cancelled upload left', async () => {
      await start({ info: undefined });
      mlflow.put('f', 100);
      const controller = new AbortController();
      const writing = files.write('f', { size: 2_000, file: '/here/f', async *open() { yield randomBytes(100); controller.abort(); await pause(10); yield randomBytes(1_900); } }, { signal: controller.signal });
      await assert.rejects(writing, { name: 'AbortError' });
      await pause(200);
      assert.equal(mlflow.get('f'), undefined);
    });

    it('takes away what is stored only after it was first looked for', async () => {
      await start({ info: undefined });
      const controller = new AbortController();
      const writing = files.write('f', { size: 2_000, file: '/here/f', async *open() { yield randomBytes(100); controller.abort(); await pause(10); yield randomBytes(1_900); } }, { signal: controller.signal });
      await assert.rejects(writing, { name: 'AbortError' });
      await until(() => server.requests.some(({ path }) => path.includes('/artifacts/list')), 'it is looked for');
      await pause(50);
      mlflow.put('f', 100);
      await until(() => mlflow.get('f') === undefined, 'it is taken away');
    });

    it('sends a large file in parts to the object store, with none of our headers', async () => {
      await start({ info: { multipart_uploads_enabled: true }, store: true });
      const bytes = randomBytes(70 * 1024 * 1024);
      const counted: number[] = [];
      await files.write('dir/large.bin', source(bytes), { onProgress: ({ bytes: done }) => counted.push(done) });
      assert.equal(sha(mlflow.get('dir/large.bin')!), sha(bytes));
      assert.equal(extra[0]!.requests.length, 5);
      assert.ok(extra[0]!.requests.every(({ headers }) => headers.authorization === undefined && headers['x-mlflow-workspace'] === undefined && headers['content-type'] === undefined));
      assert.deepEqual([...counted].sort((a, b) => a - b), counted);
      assert.equal(counted.at(-1), bytes.length);
    });

    it('sends the parts alone to an object store on the same host', async () => {
      await start({ info: { multipart_uploads_enabled: true }, store: 'below' });
      const bytes = randomBytes(70 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      mustBeBare(5);
    });

    it('finds out that a server which does not say so takes parts', async () => {
      await start({ info: { store_type: 'SqlStore' }, store: true });
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      assert.equal(extra[0]!.requests.length, 5);
    });

    it('sends it whole where the server has no parts', async () => {
      await start({ info: undefined });
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      assert.ok(server.requests.some(({ path }) => path.includes('/mpu/create/')));
    });

    it('sends it whole where the server does not say where all parts go', async () => {
      await start({ info: { multipart_uploads_enabled: true }, store: true, parts: 'too few' });
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      assert.equal(extra[0]!.requests.length, 0);
    });

    for (const [parts, code, why] of [['short', 'corrupt', 'keeps less of a part than it got'], ['unnamed', 'serverFault', 'does not name a part']] as const) {
      it(`reports an object store that ${why}, and gives its parts up`, async () => {
        await start({ info: { multipart_uploads_enabled: true }, store: true, parts });
        await assert.rejects(files.write('large.bin', source(randomBytes(65 * 1024 * 1024))), { code, details: /large\.bin/u });
        assert.ok(server.requests.some(({ path }) => path.includes('/mpu/abort/')));
      });
    }

    it('has the whole file where the answer to its last part got lost, and sends it once', async () => {
      await start({ info: { multipart_uploads_enabled: true }, store: true, faults: (path) => (path.includes('/mpu/complete/') ? { kind: 'resetDown', after: 0 } : undefined) });
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      assert.equal(extra[0]!.requests.length, 5);
    });

    it('sends it whole where the object store cannot be reached', async () => {
      await start({ info: { multipart_uploads_enabled: true } });
      mlflow.storeUrl = 'http://127.0.0.1:1';
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('large.bin', source(bytes));
      assert.equal(sha(mlflow.get('large.bin')!), sha(bytes));
      assert.ok(server.requests.some(({ path }) => path.includes('/mpu/abort/')));
    });

    for (const [later, code] of [[3_600_000, undefined], [3_000_000, 'forbidden']] as const) {
      it(code === undefined ? 'sends it whole where the addresses of its parts have run out' : 'reports a store that refuses the parts before that', async () => {
        await start({ info: { multipart_uploads_enabled: true } });
        const { now } = Date;
        const refusing = await faultServer({ answer: () => {
          Date.now = () => now() + later;
          return { status: 403, body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' };
        } });
        extra.push(refusing);
        mlflow.storeUrl = refusing.url;
        const bytes = randomBytes(65 * 1024 * 1024);
        try {
          const writing = files.write('large.bin', source(bytes));
          await (code === undefined ? writing : assert.rejects(writing, { code }));
        } finally {
          Date.now = now;
        }
        assert.equal(mlflow.get('large.bin')?.equals(bytes), code === undefined ? true : undefined);
      });
    }

    it('sends even a small and an empty file in one part where only presigned addresses are left', async () => {
      await start({ info: { artifacts_presigned_only: true }, presignedOnly: true, store: true });
      await files.write('small', source(Buffer.from('small')));
      await files.write('empty', source(Buffer.alloc(0)));
      assert.equal(String(await read('small')), 'small');
      assert.equal(String(await read('empty')), '');
    });

    it('notes the upload of its parts before the first of them, and sends them though the note could not be kept', async () => {
      const notes: string[] = [];
      const remember = async (note: string): Promise<void> => {
        notes.push(note);
        assert.equal(extra[0]!.requests.length, 0);
        throw new Error('no tag today');
      };
      await start({ info: { multipart_uploads_enabled: true }, store: true, owner: { ...RUN, remember } });
      const bytes = randomBytes(65 * 1024 * 1024);
      await files.write('dir/large.bin', source(bytes));
      assert.deepEqual(notes, ['{"path":"dir/large.bin","id":"u"}']);
      assert.equal(sha(mlflow.get('dir/large.bin')!), sha(bytes));
      assert.ok(log.lines.some((line) => line.includes('dir/large.bin') && line.includes('no tag today')));
    });

    it('gives up the parts of an upload that is cancelled', async () => {
      await start({ info: { multipart_uploads_enabled: true }, store: true });
      const controller = new AbortController();
      const writing = files.write('large.bin', source(randomBytes(70 * 1024 * 1024)), { signal: controller.signal, onProgress: ({ bytes }) => { if (bytes > 20_000_000) { controller.abort(); } } });
      await assert.rejects(writing, { name: 'AbortError' });
      await until(() => server.requests.some(({ path }) => path.includes('/mpu/abort/')), 'the parts are given up');
      assert.equal(mlflow.get('large.bin'), undefined);
    });
  });

  describe('where the server stands before no files', () => {
    it('writes to a presigned address with exactly the headers that belong to it', async () => {
      await start({ info: {}, owner: DIRECT, store: true });
      await files.write('f', source(Buffer.from('bytes')));
      const [request] = extra[0]!.requests;
      assert.equal(request!.headers['content-type'], 'text/plain');
      assert.equal(request!.headers.authorization, undefined);
      assert.equal(String(await read('f', 0, 5)), 'bytes');
    });

    it('goes to an address on the same host with nothing but what belongs to it, both ways', async () => {
      await start({ info: {}, owner: DIRECT, store: 'below' });
      const bytes = randomBytes(5 * 1024 * 1024);
      await files.write('f', source(bytes));
      assert.equal(sha(await read('f', 0, bytes.length)), sha(bytes));
      mustBeBare(2, 'text/plain');
    });

    it('reads large files from an address of their own, with none of our headers', async () => {
      await start({ info: {}, owner: DIRECT, store: true });
      const bytes = mlflow.put('f', 5 * 1024 * 1024);
      assert.equal(sha(await read('f', 0, bytes.length)), sha(bytes));
      const [request] = extra[0]!.requests;
      assert.deepEqual([request!.headers.authorization, request!.headers['x-mlflow-workspace']], [undefined, undefined]);
    });

    it('writes small files through the server where it gives no addresses', async () => {
      await start({ info: {}, owner: { ...DIRECT, artifactUri: '/srv/artroot/1/r1/artifacts' }, presigned: false });
      await files.write('f', source(Buffer.from('bytes')));
      assert.ok(server.requests.some(({ path }) => path.startsWith('/ajax-api/2.0/mlflow/upload-artifact?run_uuid=r1&path=f')));
    });

    it('says what it cannot take', async () => {
      await start({ info: {}, owner: { ...DIRECT, artifactUri: '/srv/artroot/1/r1/artifacts' }, presigned: false });
      await assert.rejects(files.write('f', source(Buffer.alloc(0))), { code: 'unsupported', message: /no empty files/u });
      await assert.rejects(files.write('f', source(randomBytes(10 * 1024 * 1024 + 1))), { code: 'unsupported', message: /10 MiB/u });
    });
  });

  describe('list', () => {
    it('leaves out paths that lead elsewhere', async () => {
      await start({ info: {} });
      mlflow.put('fine', 1);
      mlflow.extraRows = [{ path: '../outside', is_dir: false, file_size: 1 }, { path: '/etc/passwd' }, { path: '..' }, { path: 'a\\b' }, { path: 'tab\t' }, { path: 'a/../b' }, { path: 'other/folder' }, { path: 7 }, null, { path: 'size', file_size: '12' }, { path: 'negative', file_size: -1 }];
      assert.deepEqual(await files.list(''), [{ path: 'fine', isFolder: false, size: 1 }, { path: 'size', isFolder: false, size: 12 }]);
    });

    it('follows pages, and stops where they turn in circles', async () => {
      await start({ info: {} });
      mlflow.put('one', 1);
      mlflow.pages = ['p2', undefined];
      assert.equal((await files.list('')).length, 2);
      mlflow.pages = ['p2', 'p2', 'p2', 'p2'];
      await assert.rejects(files.list(''), { code: 'serverFault' });
    });
  });
});

const source = (bytes: Buffer): FileSource => ({
  size: bytes.length,
  async *open(start = 0) {
    for (let at = start; at < bytes.length; at += 1_000_000) {
      yield bytes.subarray(at, Math.min(at + 1_000_000, bytes.length));
    }
  },
});

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
