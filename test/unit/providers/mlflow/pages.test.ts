import assert from 'node:assert/strict';
import { runFiles } from '../../../../src/model/runFiles';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { type Fields, pageOf } from '../../../support/mlflowDoubleQueries';
import { all, logVersion } from '../../../support/providers';

describe('lists of MLflow', function () {
  this.timeout(30_000);
  let mlflow: FaultyMlflow;
  const place = { connection: 'mlflow', workspace: 'default' } as const;
  afterEach(() => mlflow.close());

  it('come whole from pages of two rows', async () => {
    mlflow = await faultyMlflow({ double: new MlflowDouble(2) });
    const provider = await mlflow.open();
    for (let index = 0; index < 5; index++) {
      await logVersion(provider, { draft: { workspace: 'default', artifact: 'many', aliases: [`a${index}`] } });
      await logVersion(provider, { draft: { workspace: 'default', artifact: `other-${index}` } });
      await provider.startRun!({ ...place, name: `run-${index}` });
    }
    assert.deepEqual((await all(provider.artifacts(place))).map(({ artifact }) => artifact).sort(), ['many', ...[0, 1, 2, 3, 4].map((index) => `other-${index}`)]);
    assert.deepEqual((await all(provider.versions({ ...place, artifact: 'many' }))).map(({ version, aliases }) => [version, aliases[0]]), [4, 3, 2, 1, 0].map((index) => [`${index + 1}.0.0`, `a${index}`]));
    // Those that hold the files of versions lie in between, whole pages of them.
    assert.deepEqual((await all(provider.runs!(place))).map(({ name }) => name), [4, 3, 2, 1, 0].map((index) => `run-${index}`));
  });

  it('stop where the reader stops', async () => {
    mlflow = await faultyMlflow({ double: new MlflowDouble(2) });
    const provider = await mlflow.open();
    for (let index = 0; index < 6; index++) {
      await provider.startRun!({ ...place, name: `run-${index}` });
    }
    const before = mlflow.requests.length;
    for await (const { name } of provider.runs!({ ...place, experiment: '0' })) {
      if (name === 'run-4') {
        break;
      }
    }
    assert.equal(mlflow.requests.length - before, 1);
  });

  it('come in shorter pages where whole ones would be longer than is read, from where they were', async () => {
    const runs = Array.from({ length: 250 }, (_, index) => ({
      info: { run_id: `r${index}`, start_time: 1, status: 'FINISHED' }, data: { params: [{ key: 'notes', value: 'v'.repeat(index < 100 ? 10 : 250_000) }] },
    }));
    mlflow = await faultyMlflow({
      double: new MlflowDouble(),
      instead: (call, { body }) => (call === 'POST runs/search' ? { body: JSON.stringify(pageOf('runs', runs, JSON.parse(body.toString()) as Fields, 1_000)) } : undefined),
    });
    const provider = await mlflow.open();
    const rows = await all(provider.runs!({ ...place, experiment: '0' }));
    assert.deepEqual(rows.map(({ run }) => run), runs.map(({ info }) => info.run_id));
    // One of 250 rows, and four of 63.
    assert.equal(mlflow.requests.filter((request) => callOf(request) === 'POST runs/search').length, 5);
  });

  it('of which one row alone is longer than is read say so', async () => {
    mlflow = await faultyMlflow({ double: new MlflowDouble(), instead: (call) => (call === 'POST runs/search' ? { body: ' '.repeat(34 * 1024 ** 2) } : undefined) });
    const provider = await mlflow.open();
    await assert.rejects(all(provider.runs!({ ...place, experiment: '0' })), { code: 'serverFault', message: /too long/u });
  });

  it('are empty where the server leaves out what is empty, all of it', async () => {
    mlflow = await faultyMlflow({ double: new MlflowDouble(), instead: (call) => (/search|list$/u.test(call) ? { body: '{}' } : undefined) });
    const provider = await mlflow.open();
    const run = await provider.startRun!({ ...place, name: 'train' });
    for (const list of [
      provider.artifacts(place), provider.artifacts({ ...place, search: 'a b' }), provider.experiments!(place), provider.runs!(place), provider.nestedRuns!({ ...place, experiment: '0' }),
      provider.loggedModels!({ ...place, experiment: '0' }), provider.assets(runFiles(run)), provider.entries({ ...runFiles(run), path: '' }),
    ] as const satisfies readonly AsyncIterable<unknown>[]) {
      assert.deepEqual(await all<unknown>(list), []);
    }
  });

  it('may have whole numbers as texts, and leave out what is empty', async () => {
    mlflow = await faultyMlflow({
      double: new MlflowDouble(),
      instead: (call) => {
        switch (call) {
          case 'POST runs/search':
            return { body: '{"runs": [{"info": {"run_id": "a", "start_time": "1700000000000", "end_time": "1700000000001", "status": "FINISHED"}}]}' };
          case 'GET registered-models/get':
            return { body: '{"registered_model": {"name": "m", "aliases": [{"alias": "prod", "version": 2}]}}' };
          case 'GET model-versions/search':
            return { body: '{"model_versions": [{"name": "m", "version": 2, "creation_timestamp": "1700000000000"}]}' };
          case 'GET registered-models/search':
            return { body: '{}' };
          default:
            return undefined;
        }
      },
    });
    const provider = await mlflow.open();
    assert.deepEqual((await all(provider.runs!({ ...place, experiment: '0' }))).map(({ name, started, ended, status }) => [name, started, ended, status]), [['a', 1_700_000_000_000, 1_700_000_000_001, 'finished']]);
    assert.deepEqual((await all(provider.versions({ ...place, artifact: 'm' }))).map(({ version, aliases, created }) => [version, aliases, created]), [['2.0.0', ['prod'], 1_700_000_000_000]]);
    assert.deepEqual(await all(provider.artifacts(place)), []);
  });
});
