import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttp, type Http } from '../../src/providers/http';
import { createArtifactFiles, type ArtifactFiles } from '../../src/providers/mlflow/files/artifactFiles';
import { mlflowError } from '../../src/providers/mlflow/serverErrors';
import { makeCertificate, trust } from '../support/certificate';
import { keepingLog } from '../support/keepingLog';
import { runningMlflow } from '../support/runningMlflow';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const LIMIT_MS = 4_000;

describe('the files of MLflow 2.22, over TLS, where gunicorn ends each request soon', function () {
  this.timeout(60_000);
  const certificate = makeCertificate();
  const server = runningMlflow({ python: 'mlflow2', gunicorn: { certificate, limit: LIMIT_MS / 1_000 } });
  const log = keepingLog();
  let distrust: () => void;
  let http: Http;
  let files: ArtifactFiles;

  before(async () => {
    distrust = trust(certificate);
    http = createHttp({ base: server().url, log, errorOf: mlflowError, pause: 20 });
    // It opens its database for the first one, which may take longer than it has.
    await until(() => http.json('GET', '/api/2.0/mlflow/experiments/get', { query: { experiment_id: '0' } }).then(() => true, () => false), 'it answers in time', 30_000);
    const { run } = await http.json('POST', '/api/2.0/mlflow/runs/create', { body: { experiment_id: '0', start_time: Date.now() } }) as { readonly run: { readonly info: { readonly run_id: string; readonly artifact_uri: string } } };
    files = createArtifactFiles({ http, log, workspaceHeader: () => ({}), variables: {} })({ kind: 'run', id: run.info.run_id, artifactUri: run.info.artifact_uri });
  });
  after(() => {
    http.dispose();
    distrust();
  });

  const sizes = async (): Promise<Readonly<Record<string, number>>> => Object.fromEntries((await files.list('')).map(({ path, size }) => [path, size]));

  it('neither come into being nor are replaced by an upload that is cancelled', async () => {
    await files.write('old.bin', { size: 5 * MIB, async *open() { yield randomBytes(5 * MIB); } });
    for (const path of ['new.bin', 'old.bin']) {
      const controller = new AbortController();
      const writing = files.write(path, {
        size: 4 * MIB,
        file: '/here/new.bin',
        async *open() {
          for (let sent = 1; sent <= 4; sent += 1) {
            yield randomBytes(MIB);
            await pause(60);
            if (sent === 2) {
              controller.abort();
            }
          }
        },
      }, { signal: controller.signal });
      await assert.rejects(writing, { name: 'AbortError' });
    }
    await pause(1_500);
    assert.deepEqual(await sizes(), { 'old.bin': 5 * MIB });
  });

  it('that take too long to send are told of the limit, and nothing of them stays', async () => {
    const { now } = Date;
    try {
      await assert.rejects(files.write('slow.bin', {
        size: 2 * MIB,
        file: '/here/slow.bin',
        async *open() {
          yield randomBytes(MIB);
          // The limit of a server that nobody told anything is ten times as long.
          Date.now = () => now() + 30_000;
          await pause(LIMIT_MS * 1.5);
          yield randomBytes(MIB);
        },
      }), { code: 'unsupported', message: /--gunicorn-opts "--timeout 600"/u });
    } finally {
      Date.now = now;
    }
    assert.equal((await sizes())['slow.bin'], undefined);
  });

  it('come whole and the same where they take longer to read than a request may', async () => {
    const bytes = randomBytes(20 * MIB);
    await files.write('read.bin', { size: bytes.length, async *open() { yield bytes; } });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of files.read('read.bin', 0, bytes.length)) {
      chunks.push(chunk);
      if (length === 0) {
        await pause(LIMIT_MS * 1.4);
      }
      length += chunk.length;
    }
    assert.ok(Buffer.concat(chunks).equals(bytes));
    assert.ok(log.lines.some((line) => line.startsWith('GET /get-artifact 206')), `the server has not ended it: ${log.lines.join('\n')}`);
  });
});
