import assert from 'node:assert/strict';
import { invalid, notFound, offline } from '../../../../src/model/errors';
import { createHttp, type JsonRequest } from '../../../../src/providers/http';
import { giveUpNoted } from '../../../../src/providers/mlflow/files/multipart';
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
