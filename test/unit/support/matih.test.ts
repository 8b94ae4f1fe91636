import assert from 'node:assert/strict';
import { type Matih, type MatihOptions, startMatih } from '../../support/matih/matih';

interface Sent {
  readonly method?: string;
  readonly tenant?: string | undefined;
  readonly token?: string;
  readonly type?: string;
  readonly body?: string;
}

describe('the double of MATIH', () => {
  let matih: Matih;
  let experiment = '';
  let run = '';

  async function start(options: MatihOptions = {}): Promise<void> {
    matih = await startMatih(options);
    experiment = matih.experiment('fraud').id;
  }
  afterEach(() => matih.stop());

  async function ask(path: string, { method = 'GET', tenant = 'acme-corp', token, type = 'application/json', body }: Sent = {}): Promise<{ readonly status: number; readonly value: any }> {
    const headers = { ...(tenant !== '' && { 'X-Tenant-ID': tenant }), ...(token !== undefined && { Authorization: token }), ...(body !== undefined && { 'Content-Type': type }) };
    const answer = await fetch(`${matih.url}/api/v1${path}`, { method, headers, ...(body !== undefined && { body }) });
    return { status: answer.status, value: await answer.json() };
  }
  const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) });
  const begin = async (): Promise<void> => {
    const { value } = await post('/experiments/runs', { experiment_id: experiment, name: 'train' });
    run = value.run_id ?? value.data.run_id;
  };
  function upload(folder: string | undefined, name = 'model.pkl', extra = ''): Promise<{ readonly status: number; readonly value: any }> {
    const part = (head: string, text: string): string => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
    const body = part(`name="file"; filename="${name}"`, 'weights') + (folder === undefined ? '' : part('name="artifact_path"', folder)) + extra + '--b--\r\n';
    return ask(`/experiments/runs/${run}/log-artifact`, { method: 'POST', type: 'multipart/form-data; boundary=b', body });
  }

  it('answers an upload as the seed text has it, with or without the slash', async () => {
    await start();
    await begin();
    assert.deepEqual(await upload('models/'), { status: 200, value: { message: 'Artifact logged', run_id: run, artifact: 'models/model.pkl' } });
    assert.equal((await upload('models', 'other.pkl')).value.artifact, 'models/other.pkl');
    assert.deepEqual(matih.faults, []);
  });

  it('wraps answers, and its errors, where it is told to', async () => {
    await start({ quirks: { envelope: true, lists: 'items', totals: 'hasNext' } });
    const { value } = await ask('/experiments');
    assert.deepEqual([value.success, value.data.items.length, value.pagination.hasNext], [true, 1, false]);
    const missing = await ask('/experiments/runs/none');
    assert.deepEqual([missing.status, missing.value.success], [404, false]);
  });

  it('lets nobody in without the tenant, for another one, or without the token', async () => {
    await start({ token: 't' });
    const statuses = [];
    for (const sent of [{ tenant: '' }, { tenant: 'other', token: 'Bearer t' }, {}, { token: 't' }, { token: 'Bearer t' }]) {
      statuses.push((await ask('/experiments', sent)).status);
    }
    assert.deepEqual(statuses, [401, 403, 401, 401, 200]);
  });

  it('refuses what is too large, and a name that is taken', async () => {
    await start({ quirks: { mostBytes: 100 } });
    await begin();
    assert.equal((await upload('models/')).status, 413);
    assert.equal((await post('/experiments', { name: 'fraud' })).status, 409);
    assert.deepEqual(matih.faults, []);
  });

  it('notes each call that the documents do not know', async () => {
    await start();
    await begin();
    const wrongs: readonly (() => Promise<unknown>)[] = [
      () => ask('/experiments?page=1'),
      () => ask('/experiments?limit=5000'),
      () => ask('/artifacts'),
      () => post('/experiments', { name: 'x', color: 'red' }),
      () => post('/experiments/runs', { name: 'no experiment' }),
      () => ask('/experiments/runs', { method: 'POST', type: 'text/plain', body: '{}' }),
      () => post(`/experiments/runs/${run}/end`, { status: 'done' }),
      () => post(`/experiments/runs/${run}/log-batch`, { tags: { a: 1 } }),
      () => ask('/experiments', { token: 'Bearer nobody asked' }),
      () => upload(undefined),
      () => upload('../up'),
      () => upload('models/', 'a/b'),
      () => upload('models/', 'x', '--b\r\nContent-Disposition: form-data; name="overwrite"\r\n\r\ntrue\r\n'),
    ];
    for (const [index, wrong] of wrongs.entries()) {
      await wrong();
      assert.equal(matih.faults.length, index + 1, `after ${matih.faults.at(-1) ?? 'nothing'}: ${String(wrong)}`);
    }
  });

  it('notes what comes twice, or out of order', async () => {
    await start();
    await begin();
    await upload('models/');
    await upload('models/');
    await upload('mlartifacts/', 'manifest.json');
    await post(`/experiments/runs/${run}/end`, { status: 'finished' });
    await upload('models/', 'late.pkl');
    assert.equal((await post(`/experiments/runs/${run}/end`, { status: 'finished' })).status, 409);
    await begin();
    await post(`/experiments/runs/${run}/log-batch`, { tags: { 'mlartifacts.upload': 'done' } });
    assert.deepEqual(matih.faults.map((fault) => fault.replace(/^.*?: /u, '')), [
      'models/model.pkl is sent twice', 'mlartifacts/manifest.json out of order: files come first, the manifest last',
      'a file for run train, which has ended', 'a version is said to be complete before its manifest is there',
    ]);
  });
});
