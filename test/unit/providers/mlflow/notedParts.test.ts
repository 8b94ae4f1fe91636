import assert from 'node:assert/strict';
import { invalid, notFound, offline } from '../../../../src/model/errors';
import { createHttp, type JsonRequest } from '../../../../src/providers/http';
import { createArtifactFiles } from '../../../../src/providers/mlflow/files/artifactFiles';
import { giveUpNoted } from '../../../../src/providers/mlflow/files/multipart';
import { faultServer, type Reply, type Seen } from '../../../support/faultServer';
import { keepingLog } from '../../../support/keepingLog';
import { silentLog } from '../../../support/providers';

describe('notes of parts that a dead process sent', () => {
  let asked: { readonly path: string; readonly body: unknown }[];
  let failure: Error | undefined;

  beforeEach(() => {
    asked = [];
    failure = undefined;
  });

  const giveUp = (...notes: readonly string[]): Promise<void> => giveUpNoted({
    http: {
      ...createHttp({ base: 'http://127.0.0.1:9', log: silentLog }),
      async json(_, path, { body }: JsonRequest = {}) {
        asked.push({ path, body });
        throw failure ?? notFound(path);
      },
    },
    headers: () => ({}),
    log: silentLog,
  }, '0/run/artifacts', notes);
  const note = (path: unknown, id: unknown = 'id'): string => JSON.stringify({ path, id });

  it('are given up each, though one is gone already', async () => {
    await giveUp(note('files/deep/a b.bin', 'one'), note('c.bin', 'two'));
    assert.deepEqual(asked, [
      { path: '/api/2.0/mlflow-artifacts/mpu/abort/0/run/artifacts/files/deep', body: { path: 'a b.bin', upload_id: 'one' } },
      { path: '/api/2.0/mlflow-artifacts/mpu/abort/0/run/artifacts', body: { path: 'c.bin', upload_id: 'two' } },
    ]);
  });

  it('lead nowhere else, whoever wrote them', async () => {
    await giveUp(note('../other/a.bin'), note('/etc/a.bin'), note('%2e%2e/other/a.bin'), note('a#b'), note(5), note('a.bin', 7), '[]', 'no JSON', '');
    assert.deepEqual(asked, []);
  });

  it('are kept where the server cannot be reached, and not where it refuses', async () => {
    failure = invalid('No such upload.');
    await giveUp(note('a.bin'), note('b.bin'));
    assert.equal(asked.length, 2);
    failure = offline('the server');
    await assert.rejects(giveUp(note('a.bin')), { code: 'offline' });
  });
});

describe('parts that a dead process left in a bucket of ours', () => {
  const listed = '<ListMultipartUploadsResult><Upload><Key>root/run/artifacts/files/a</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>';
  const denied: Reply = { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };

  /** What was asked of the store, and what was logged. */
  async function giveUp(answer: (seen: Seen) => Reply, artifactUri = 's3://bkt/root/run/artifacts'): Promise<{ readonly asked: readonly string[]; readonly lines: readonly string[] }> {
    const store = await faultServer({ answer });
    const log = keepingLog();
    const http = createHttp({ base: 'http://127.0.0.1:9', log, pause: 2 });
    const variables = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', MLFLOW_S3_ENDPOINT_URL: store.url };
    try {
      const files = createArtifactFiles({ http, log, workspaceHeader: () => ({}), variables })({ kind: 'run', id: 'run', artifactUri });
      await files.giveUpParts!([]);
      return { asked: store.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*&prefix=/u, '?prefix=')}`), lines: log.lines.filter((line) => line.includes('may stay')) };
    } finally {
      http.dispose();
      await store.close();
    }
  }

  it('are looked for below the root of its run, and given up', async () => {
    const { asked, lines } = await giveUp(({ method }) => (method === 'GET' ? { body: listed } : { status: 204 }));
    assert.deepEqual(asked, ['GET /bkt/?prefix=root%2Frun%2Fartifacts%2F&uploads=', 'DELETE /bkt/root/run/artifacts/files/a?uploadId=u']);
    assert.deepEqual(lines, []);
  });

  it('are not looked for in all of a bucket, where that is the root', async () => {
    assert.deepEqual(await giveUp(() => ({ body: listed }), 's3://bkt'), { asked: [], lines: [] });
  });

  it('stay where the bucket lets nobody look, or give up, and hold nobody up', async () => {
    for (const answer of [() => denied, ({ method }: Seen) => (method === 'GET' ? { body: listed } : denied), () => ({ status: 501, body: '<Error><Code>NotImplemented</Code></Error>' })]) {
      assert.equal((await giveUp(answer)).lines.length, 1);
    }
  });
});
