import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { RunRef } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import { runFiles } from '../../src/model/runFiles';
import { ReadRuns } from '../../src/operations/readRuns';
import type { Provider } from '../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../support/faultyMlflow';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { all, logVersion } from '../support/providers';
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

  it('shows the first rows of a table of runs for one request, in any order, and all of them for some', async () => {
    const best = { by: 'metrics.metric/1', descending: true } as const;
    const first = await walk(provider.runTable!.rows({ ...place, experiment: '0', sort: best }), PAGE);
    assert.deepEqual([first.rows.length, first.requests, first.rows[0]?.metrics.size, first.rows[0]?.parameters.size], [PAGE, 1, 3, 3]);
    const whole = new ReadRuns(provider.runTable!, { ...place, experiment: '0', sort: { by: 'duration', descending: false } }, new AbortController().signal);
    const before_ = mlflow.requests.length;
    await whole.fill(Infinity);
    assert.deepEqual([whole.rows.length, whole.more, whole.rows[0]?.name], [10_000, 'no', 'run-00000']);
    assert.ok(mlflow.requests.length - before_ <= 10_000 / 500 + 1, `${mlflow.requests.length - before_} requests`);
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

  it('shows an experiment, and a run of it, above 10,000 nested runs for one request each, and whether there are some for one row', async () => {
    const made = await fetch(`${server().url}/api/2.0/mlflow/experiments/create`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"name": "sweeps"}' });
    const { experiment_id: experiment } = await made.json() as { experiment_id: string };
    await python().run('fill_lists', { database: server().database, experiment_id: experiment, runs: 20 });
    const [sweep] = (await walk(provider.runs!({ ...place, experiment }), 1)).rows;
    await python().run('fill_lists', { database: server().database, experiment_id: experiment, runs: 10_000, values: 3, tag: 'mlflow.parentRunId', value: sweep!.run, later: 60_000 });
    const top = await walk(provider.runs!({ ...place, experiment, topLevel: true }), Infinity);
    assert.deepEqual([top.rows.length, top.requests], [20, 1]);
    for (const query of [{ experiment }, { experiment, parent: sweep!.run }]) {
      const nested = await walk(provider.nestedRuns!({ ...place, ...query }), PAGE);
      assert.deepEqual([nested.rows.length, nested.requests], [PAGE, 1]);
      const before_ = mlflow.requests.length;
      assert.equal((await all(provider.nestedRuns!({ ...place, ...query, most: 1 }))).length, 1);
      const asked = mlflow.requests.slice(before_).map(({ body }) => (JSON.parse(body.toString('utf8')) as { readonly max_results: number }).max_results);
      assert.deepEqual(asked, [1]);
    }
  });

  it('lets the server search', async () => {
    const runs = await walk(provider.runs!({ ...place, experiment: '0', search: 'RUN-0999' }), Infinity);
    assert.deepEqual([runs.rows.length, runs.requests], [10, 1]);
    const artifacts = await walk(provider.artifacts({ ...place, search: 'el-099' }), Infinity);
    assert.deepEqual([artifacts.rows.length, artifacts.requests], [10, 1]);
  });

  it('lets the server search hundreds of experiments', async () => {
    await python().run('fill_lists', { database: server().database, experiment_id: '0', runs: 0, experiments: 600 });
    const first = await walk(provider.experiments!(place), PAGE);
    assert.deepEqual([first.rows.length, first.requests], [PAGE, 1]);
    const found = await walk(provider.experiments!({ ...place, search: 'MENT-059' }), Infinity);
    assert.deepEqual([found.rows.length, found.requests], [10, 1]);
  });

  it('resolves a version of one model among all by as many requests as in an empty server', async () => {
    const before_ = mlflow.requests.length;
    assert.equal((await provider.nextVersions({ ...place, artifact: 'model-0500' })).major, '11.0.0');
    assert.ok(mlflow.requests.length - before_ <= 3);
  });

  /** What is asked for meanwhile. */
  async function asked(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before_ = mlflow.requests.length;
    await work();
    return mlflow.requests.slice(before_).map((request) => `${callOf(request)} ${request.path.split('?')[1] ?? ''}`);
  }
  /** Of the versions of a model, as many as there are. */
  const readsAll = (request: string): boolean => request.startsWith('GET model-versions/search') && request.includes('max_results=10000') && !/mlartifacts\.|run_id/u.test(decodeURIComponent(request));

  for (const [whose, ours] of [['others', 0], ['others after us', 300]] as const) {
    it(`finds, shows and follows one of 600 versions by ${whose} without a look at the rest`, async () => {
      const artifact = `after-${ours}`;
      await python().run('fill_versions', { database: server().database, name: artifact, versions: 600, ours });
      await fetch(`${server().url}/api/2.0/mlflow/registered-models/alias`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: artifact, alias: 'prod', version: '432' }) });
      const at = { ...place, artifact };
      const found = await asked(async () => {
        assert.equal((await provider.version({ ...at, version: '17.0.0' })).isLatest, false);
        assert.equal((await provider.version({ ...at, version: 'prod' })).version, '432.0.0');
        assert.equal((await provider.version({ ...at, version: 'latest' })).version, '600.0.0');
        assert.equal((await provider.artifact(at)).latest, '600.0.0');
        await assert.rejects(provider.version({ ...at, version: '432.0.1' }), (error) => isArtifactError(error, 'notFound'));
      });
      const first = await walk(provider.versions(at), PAGE);
      assert.deepEqual([first.rows.length, first.rows[0]?.version, first.rows[200]?.version, first.requests], [PAGE, '600.0.0', '400.0.0', 3]);
      const lineage = await asked(() => provider.lineage!({ ...at, version: '17.0.0' }));
      const logged = await asked(async () => assert.equal((await logVersion(provider, { draft: { ...at, version: 'major' }, files: { a: '1' } })).version, '601.0.0'));
      const removed = await asked(() => provider.remove!({ ...at, version: '601.0.0' }));
      assert.equal((await provider.version({ ...at, version: 'latest' })).version, '600.0.0');
      assert.deepEqual([...found, ...lineage, ...logged, ...removed].filter(readsAll), []);
    });
  }

  describe('a registered model of 600 versions', () => {
    const MANY = 600;
    const many = { ...place, artifact: 'many' } as const;
    before(() => python().run('fill_versions', { database: server().database, name: 'many', versions: MANY }));

    it('shows its first page, highest first, before the others are read', async () => {
      const versions = await walk(provider.versions(many), PAGE);
      assert.deepEqual([versions.rows.length, versions.requests], [PAGE, 2]);
      assert.deepEqual(versions.rows.map(({ version, isLatest }) => [version, isLatest]), Array.from({ length: PAGE }, (_, row) => [`${MANY - row}.0.0`, row === 0]));
    });

    it('lists all of them in order, once', async () => {
      const versions = await walk(provider.versions(many), Infinity);
      assert.deepEqual(versions.rows.map(({ version }) => version), Array.from({ length: MANY }, (_, row) => `${MANY - row}.0.0`));
      assert.equal(versions.requests, 3);
    });

    it('finds, labels and logs one without a look at the others', async () => {
      const found = await asked(async () => {
        assert.equal((await provider.version({ ...many, version: '17.0.0' })).isLatest, false);
        assert.equal((await provider.version({ ...many, version: 'latest' })).version, `${MANY}.0.0`);
        assert.equal((await provider.artifact(many)).latest, `${MANY}.0.0`);
        await assert.rejects(provider.version({ ...many, version: '17.3.0' }), (error) => isArtifactError(error, 'notFound'));
      });
      assert.ok(found.length <= 8, found.join('\n'));
      const labelled = await asked(async () => {
        await provider.label!({ ...many, version: '17.0.0' }, { aliases: ['prod'] });
        assert.deepEqual((await provider.version({ ...many, version: 'prod' })).aliases, ['prod']);
        await provider.removal!({ ...many, version: 'prod' });
        await provider.lineage!({ ...many, version: '17.0.0' });
      });
      const logged = await asked(async () => {
        assert.equal((await logVersion(provider, { draft: { ...many, version: 'minor' }, files: { a: '1' } })).version, `${MANY}.1.0`);
        assert.equal((await logVersion(provider, { draft: { ...many, version: '17.3.0' }, files: { a: '1' } })).version, '17.3.0');
        await assert.rejects(logVersion(provider, { draft: { ...many, version: '17.3.0' }, files: { a: '1' } }), (error) => isArtifactError(error, 'alreadyExists'));
        assert.equal((await provider.version({ ...many, version: 'latest' })).version, `${MANY}.1.0`);
      });
      const removed = await asked(() => provider.remove!({ ...many, version: '18.0.0' }));
      assert.deepEqual([...found, ...labelled, ...logged, ...removed].filter(readsAll), []);
    });

    it('knows the highest again after other clients deleted it, and registered one of theirs', async () => {
      const ask = (method: string, route: string, body: object): Promise<unknown> =>
        fetch(`${server().url}/api/2.0/mlflow/model-versions/${route}`, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'many', ...body }) });
      await logVersion(provider, { draft: { ...many, version: '3000.0.0' }, files: { a: '1' } });
      await logVersion(provider, { draft: { ...many, version: '17.4.0' }, files: { a: '1' } });
      assert.equal((await provider.version({ ...many, version: 'latest' })).version, '3000.0.0');
      await ask('DELETE', 'delete', { version: String(MANY + 3) });
      assert.equal((await provider.version({ ...many, version: 'latest' })).version, `${MANY}.1.0`);
      assert.equal((await provider.version({ ...many, version: `${MANY}.1.0` })).isLatest, true);
      await ask('POST', 'create', { source: 's3://bucket/elsewhere' });
      assert.equal((await provider.version({ ...many, version: `${MANY + 5}.0.0` })).isLatest, true);
      assert.equal((await provider.nextVersions(many)).major, `${MANY + 6}.0.0`);
    });
  });

  describe('a run with files in 60 folders', () => {
    let run: RunRef;
    const FOLDERS = 60;
    before(async () => {
      const { run: id } = await provider.startRun!({ ...place, name: 'images' });
      run = { ...place, run: id };
      const { artifactUri, experiment } = await infoOf(id);
      for (let folder = 0; folder < FOLDERS; folder++) {
        const root = path.join(path.dirname(server().database), 'art', experiment, id, 'artifacts', 'data', `part-${folder}`);
        await mkdir(root, { recursive: true });
        await writeFile(path.join(root, 'a.txt'), 'a');
      }
      const post = (route: string, body: object): Promise<unknown> =>
        fetch(`${server().url}/api/2.0/mlflow/${route}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      await post('registered-models/create', { name: 'images' });
      await post('model-versions/create', { name: 'images', source: `${artifactUri}/data`, run_id: id });
    });

    async function infoOf(id: string): Promise<{ readonly artifactUri: string; readonly experiment: string }> {
      const answer = await fetch(`${server().url}/api/2.0/mlflow/runs/get?run_id=${id}`);
      const { run: { info } } = await answer.json() as { run: { info: { artifact_uri: string; experiment_id: string } } };
      return { artifactUri: info.artifact_uri, experiment: info.experiment_id };
    }

    async function requestsOf(work: () => Promise<unknown>): Promise<number> {
      const before_ = mlflow.requests.length;
      await work();
      return mlflow.requests.length - before_;
    }

    it('is not counted to be opened', async () => {
      assert.equal(await requestsOf(() => provider.version(runFiles(run))), 1);
    });

    it('is listed once to count a version of it, and again when it was labelled not at all', async () => {
      const version = { ...place, artifact: 'images', version: '1.0.0' };
      assert.equal((await provider.version(version)).assets, FOLDERS);
      assert.ok(await requestsOf(() => provider.version(version)) <= 5);
      assert.ok(await requestsOf(() => provider.label!(version, { aliases: ['prod'] })) <= 12);
    });

    it('registers a folder, and lists it, by what is below', async () => {
      const folder = { ...runFiles(run), path: 'data/part-7' };
      assert.ok(await requestsOf(async () => assert.deepEqual((await all(provider.assets(folder))).map((asset) => asset.path), ['data/part-7/a.txt'])) <= 2);
      const file = { ...folder, path: 'data/part-7/a.txt' };
      assert.deepEqual((await all(provider.assets(file))).map((asset) => asset.path), ['data/part-7/a.txt']);
      const registering = await requestsOf(async () => {
        assert.equal((await provider.register!(folder, { ...place, artifact: 'part', type: 'dataset', version: 'major' })).assets, 1);
      });
      assert.ok(registering <= 20, `${registering} requests`);
    });

    it('shows a file that is written while it is listed', async () => {
      await all(provider.assets(runFiles(run)));
      const { experiment } = await infoOf(run.run);
      await writeFile(path.join(path.dirname(server().database), 'art', experiment, run.run, 'artifacts', 'late.txt'), 'late');
      assert.ok((await all(provider.assets(runFiles(run)))).some((asset) => asset.path === 'late.txt'));
    });
  });
});
