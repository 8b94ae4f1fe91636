import assert from 'node:assert/strict';
import { isArtifactError } from '../../../../src/model/errors';
import type { Provider } from '../../../../src/providers/provider';
import { thisMaker } from '../../../../src/store/processes';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { logVersion } from '../../../support/providers';
import { until } from '../../../support/until';

describe('uploads to MLflow that nobody finishes', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;

  beforeEach(async () => {
    double = new MlflowDouble(20);
    double.otherExperiments.push('7', '8');
    mlflow = await faultyMlflow({ double });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  const dead = JSON.stringify({ ...thisMaker(), pid: 2 ** 30 });
  /** As a process leaves it that is killed while it sends a file. */
  const leave = (id: string, experiment: string, maker = dead): void => {
    const tags = new Map([['mlartifacts.upload', 'pending'], ['mlartifacts.maker', maker]]);
    double.runs.set(id, { id, experiment, tags, inputs: [], fields: { status: 'RUNNING', start_time: Date.now() }, deleted: false });
    double.files.set(`0/${id}/artifacts/files/a`, Buffer.from('half'));
  };
  const log = (artifact: string): Promise<unknown> => logVersion(provider, { draft: { workspace: 'default', artifact }, files: { a: 'a' } });
  const searched = (): readonly unknown[] => mlflow.requests
    .filter(({ path, body }) => path.endsWith('/runs/search') && body.includes('upload'))
    .map(({ body }) => (JSON.parse(body.toString('utf8')) as { experiment_ids: unknown }).experiment_ids);

  it('are taken away from whichever experiment they are in by the first who logs, more than a page of them', async () => {
    for (let index = 0; index < 70; index++) {
      leave(`run-${index}`, ['0', '7', '8'][index % 3] ?? '');
    }
    leave('of-one-that-lives', '7', JSON.stringify(thisMaker()));
    await log('first');
    assert.deepEqual(double.leftovers(), ['pending of-one-that-lives', '0/of-one-that-lives/artifacts/files/a']);
  });

  const stand = (run: string): void => {
    const source = `mlflow-artifacts:/0/${run}/artifacts/files`;
    double.models.set(run, { name: run, tags: new Map(), aliases: new Map(), made: 1, versions: [{ version: '1', source, run, tags: new Map() }] });
  };

  it('stay with their files where they became a version, also where the server makes it only now', async () => {
    ['stands', 'is-about-to'].forEach((id) => leave(id, '7'));
    stand('stands');
    double.runs.get('is-about-to')!.fields = { status: 'FINISHED', start_time: Date.now() };
    setTimeout(() => stand('is-about-to'), 1_000);
    await log('first');
    for (const id of ['stands', 'is-about-to']) {
      assert.deepEqual([double.runs.get(id)?.deleted, double.runs.get(id)?.tags.get('mlartifacts.upload'), double.files.has(`0/${id}/artifacts/files/a`)], [false, 'done', true], id);
    }
  });

  it('that are given up after their version stood are marked as unfinished before that is taken back', async () => {
    let made = false;
    mlflow.break((call) => {
      made ||= call === 'POST model-versions/create';
      const isRefused = call === 'POST runs/delete' || (made && call === 'GET model-versions/search');
      return isRefused ? { kind: 'status', status: 400, body: '{"error_code": "PERMISSION_DENIED", "message": "no"}' } : undefined;
    });
    await assert.rejects(log('first'), { code: 'forbidden' });
    assert.deepEqual([...double.runs.values()].map(({ tags }) => tags.get('mlartifacts.upload')), ['pending']);
  });

  it('are looked for everywhere once, and then where one logs', async () => {
    await log('first');
    await log('second');
    await log('third');
    assert.deepEqual(searched(), [['0', '7', '8'], ['0'], ['0']]);
  });

  for (const [name, status, body] of [
    ['has no routes for parts', 404, '<!doctype html>'], ['takes none at this root', 501, '{"error_code": "NOT_IMPLEMENTED", "message": "no"}'],
    ['has lost them', 500, '<!doctype html>'], ['knows another verb', 405, '<!doctype html>'], ['lets nobody', 403, 'Permission denied'],
  ] as const) {
    it(`with parts of a large file are taken away, too, where the server ${name}`, async () => {
      leave('with-parts', '0');
      double.runs.get('with-parts')!.tags.set('mlartifacts.parts.1', JSON.stringify({ path: 'files/large.bin', id: 'u' }));
      mlflow.break((call) => (call.includes('/mpu/') ? { kind: 'status', status, body } : undefined));
      await log('first');
      assert.equal(mlflow.requests.filter(({ path }) => path.endsWith('/mpu/abort/0/with-parts/artifacts/files')).length, 1);
      assert.deepEqual(double.leftovers(), []);
    });
  }

  it('that one may not delete keep nobody from deleting the others', async () => {
    ['a', 'of-somebody-else', 'b'].forEach((id) => leave(id, '7'));
    mlflow.break((_, path) => (path.includes('of-somebody-else') ? { kind: 'status', status: 403, body: 'Permission denied' } : undefined));
    await log('first');
    assert.deepEqual(double.leftovers(), ['pending of-somebody-else', '0/of-somebody-else/artifacts/files/a']);
  });
});

describe('a run of MLflow that is made for a call that was cancelled meanwhile', () => {
  it('is taken away', async () => {
    const double = new MlflowDouble();
    const mlflow = await faultyMlflow({ double });
    const provider = await mlflow.open();
    await provider.whoAmI();
    mlflow.break((call) => (call === 'POST runs/create' ? { kind: 'delay', ms: 200 } : undefined));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(provider.startRun!({ connection: 'mlflow', workspace: 'default', name: 'train' }, { signal: controller.signal }), { name: 'AbortError' });
    await until(() => double.runs.size > 0, 'the server makes it all the same');
    await until(() => [...double.runs.values()].every(({ deleted }) => deleted), 'it is taken away');
    await mlflow.close();
  });
});

describe('an experiment of MLflow that belongs to others', () => {
  it('is told with the setting that helps', async () => {
    const mlflow = await faultyMlflow({ double: new MlflowDouble() });
    const provider = await mlflow.open();
    mlflow.break((call) => (call === 'POST runs/create' ? { kind: 'status', status: 403, body: 'Permission denied' } : undefined));
    const isTold = (error: unknown): boolean => isArtifactError(error, 'forbidden') && error.message.includes('setting “experiment”');
    await assert.rejects(logVersion(provider, { draft: { workspace: 'default' }, files: { a: 'a' } }), isTold);
    await assert.rejects(provider.startRun!({ connection: 'mlflow', workspace: 'default', name: 'train' }), isTold);
    await mlflow.close();
  });
});
