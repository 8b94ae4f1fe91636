import assert from 'node:assert/strict';
import type { Provider } from '../../../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion } from '../../../support/providers';

describe('of MLflow is asked', function () {
  this.timeout(20_000);
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const place = { connection: 'mlflow', workspace: 'default' } as const;

  beforeEach(async () => {
    mlflow = await faultyMlflow({ double: new MlflowDouble() });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  async function requestsOf<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly requests: number }> {
    const before = mlflow.requests.length;
    return { answer: await work(), requests: mlflow.requests.length - before };
  }

  async function longVersions(length: number): Promise<void> {
    for (let index = 0; index < 10; index++) {
      await logVersion(provider, { draft: { ...place, artifact: 'long', metadata: { text: String(index).repeat(length) } }, files: { a: 'a' } });
    }
    provider = await mlflow.open();
    await provider.whoAmI();
  }

  const texts = async (): Promise<readonly unknown[]> => (await all(provider.versions({ ...place, artifact: 'long' }))).map(({ metadata }) => metadata['text']);
  const written = (length: number): readonly string[] => Array.from({ length: 10 }, (_, index) => String(9 - index).repeat(length));

  it('nothing for each version of a list, where its metadata is long', async () => {
    await longVersions(20_000);
    const { answer, requests } = await requestsOf(texts);
    assert.deepEqual(answer, written(20_000));
    assert.equal(requests, 2);
  });

  it('once for the metadata of a version that is very long, and not again', async () => {
    await longVersions(60_000);
    assert.deepEqual((await requestsOf(texts)).answer, written(60_000));
    const again = await requestsOf(texts);
    assert.deepEqual([again.answer, again.requests], [written(60_000), 2]);
  });

  it('no more of a new version than its steps need', async () => {
    const log = (artifact: string): Promise<unknown> => logVersion(provider, { draft: { ...place, artifact }, files: { a: 'a' } });
    await log('first');
    const before = mlflow.requests.length;
    await log('second');
    const asked = mlflow.requests.slice(before).map(({ method, path }) => `${method} ${path.replace(/\?.*|[0-9a-f]{32}/gu, '').replace(/^.*\/(?=[^/]+\/[^/]+$)/u, '')}`).sort();
    assert.deepEqual(asked, [
      'GET artifacts/list', 'GET artifacts/list',
      'GET model-versions/search', 'GET model-versions/search', 'GET model-versions/search',
      'GET registered-models/get', 'GET registered-models/get', 'GET registered-models/get',
      'POST model-versions/create', 'POST registered-models/create',
      'POST runs/create', 'POST runs/search', 'POST runs/set-tag', 'POST runs/update', 'POST runs/update',
      'PUT artifacts/manifest.json', 'PUT files/a',
    ]);
  });

  it('what a run made, once for each artifact, and not what lies beyond', async () => {
    const run = await provider.startRun!({ ...place, name: 'train' });
    for (let index = 0; index < 20; index++) {
      await logVersion(provider, { draft: { ...place, artifact: `made-${index % 5}`, producer: run }, files: { a: 'a' } });
    }
    const { answer, requests } = await requestsOf(() => provider.related!(run));
    const whole = await provider.lineage!(run);
    assert.deepEqual([answer.nodes.length, answer], [21, { nodes: whole.nodes, edges: whole.edges }]);
    assert.ok(requests <= 3 + 5, `${requests} requests`);
  });
});
