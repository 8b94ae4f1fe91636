import assert from 'node:assert/strict';
import type { Provider } from '../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../support/faultyMlflow';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow, runningPython } from '../support/runningMlflow';

/** A page of the tree, and the row after it that tells whether there are more. */
const PAGE = 201;

describe('an MLflow with 10,000 runs and 1,000 registered models of 10 versions', function () {
  this.timeout(120_000);
  const server = runningMlflow(DEPLOYMENTS['slim']);
  const python = runningPython(server);
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const place = { connection: 'mlflow', workspace: 'default' } as const;

  before(async () => {
    await python().run('fill_lists', { database: server().database, experiment_id: '0', runs: 10_000, models: 1_000, versions: 10, values: 3 });
    mlflow = await faultyMlflow({ before: server().url });
    provider = await mlflow.open();
    // What a server can do is asked once.
    await provider.whoAmI();
  });
  after(() => mlflow.close());

  async function walk<T>(rows: AsyncIterable<T>, most: number): Promise<{ readonly rows: readonly T[]; readonly requests: number }> {
    const before_ = mlflow.requests.length;
    const found: T[] = [];
    for await (const row of rows) {
      found.push(row);
      if (found.length === most) {
        break;
      }
    }
    return { rows: found, requests: mlflow.requests.length - before_ };
  }

  it('shows the first page of runs, models and versions for one request each, one more for a model itself', async () => {
    const runs = await walk(provider.runs!({ ...place, experiment: '0' }), PAGE);
    assert.deepEqual([runs.rows.length, runs.requests, runs.rows[0]?.name], [PAGE, 1, 'run-00000']);
    const artifacts = await walk(provider.artifacts(place), PAGE);
    assert.deepEqual([artifacts.rows.length, artifacts.requests, artifacts.rows[0]?.latest], [PAGE, 1, '10.0.0']);
    const versions = await walk(provider.versions({ ...place, artifact: 'model-0500' }), PAGE);
    assert.deepEqual([versions.rows.length, versions.requests, versions.rows[0]?.version], [10, 2, '10.0.0']);
  });

  it('asks once for each page of the whole, and never for a row', async () => {
    const runs = await walk(provider.runs!({ ...place, experiment: '0' }), Infinity);
    assert.deepEqual([runs.rows.length, new Set(runs.rows.map(({ run }) => run)).size], [10_000, 10_000]);
    assert.ok(runs.requests <= 10_000 / PAGE + 1, `${runs.requests} requests`);
    const artifacts = await walk(provider.artifacts(place), Infinity);
    assert.deepEqual([artifacts.rows.length, artifacts.rows[999]?.artifact], [1_000, 'model-0999']);
    assert.ok(artifacts.requests <= 1_000 / PAGE + 1, `${artifacts.requests} requests`);
  });

  it('opens an experiment whose runs are so wide that a page of them would not be read', async () => {
    const made = await fetch(`${server().url}/api/2.0/mlflow/experiments/create`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name": "wide"}' });
    const { experiment_id: experiment } = await made.json() as { experiment_id: string };
    // 36 MB of them.
    await python().run('fill_lists', { database: server().database, experiment_id: experiment, runs: 120, values: 50, length: 6_000 });
    const runs = await walk(provider.runs!({ ...place, experiment }), Infinity);
    assert.deepEqual([runs.rows.length, new Set(runs.rows.map(({ run }) => run)).size, runs.requests], [120, 120, 3]);
  });

  it('shows the runs of an experiment below thousands of logged versions for one request', async () => {
    const made = await fetch(`${server().url}/api/2.0/mlflow/experiments/create`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name": "drowned"}' });
    const { experiment_id: experiment } = await made.json() as { experiment_id: string };
    await python().run('fill_lists', { database: server().database, experiment_id: experiment, runs: 20 });
    await python().run('fill_lists', { database: server().database, experiment_id: experiment, runs: 2_000, tag: 'mlartifacts.upload', later: 60_000 });
    for (const search of [undefined, 'RUN-']) {
      const runs = await walk(provider.runs!({ ...place, experiment, search }), Infinity);
      assert.deepEqual([runs.rows.length, runs.requests], [20, 1]);
    }
  });

  it('lets the server search', async () => {
    const runs = await walk(provider.runs!({ ...place, experiment: '0', search: 'RUN-0999' }), Infinity);
    assert.deepEqual([runs.rows.length, runs.requests], [10, 1]);
    const artifacts = await walk(provider.artifacts({ ...place, search: 'el-099' }), Infinity);
    assert.deepEqual([artifacts.rows.length, artifacts.requests], [10, 1]);
  });

  it('resolves a version of one model among all by as many requests as in an empty server', async () => {
    const before_ = mlflow.requests.length;
    assert.equal((await provider.nextVersions({ ...place, artifact: 'model-0500' })).major, '11.0.0');
    assert.ok(mlflow.requests.length - before_ <= 3);
  });
});
