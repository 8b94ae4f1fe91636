import assert from 'node:assert/strict';
import type { RunRef } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import { runNodeId, versionNodeId } from '../../src/model/lineage';
import type { Provider } from '../../src/providers/provider';
import { type Comet, startComet } from '../support/comet/comet';
import { addExperiment, type Experiment, newKey } from '../support/comet/records';
import { cometProvider, logVersion, writing } from '../support/providers';

describe('an experiment of Comet', function () {
  this.timeout(20_000);
  let comet: Comet;
  let provider: Provider;
  let experiment: Experiment;
  let run: RunRef;

  beforeEach(async () => {
    comet = await startComet();
    provider = await cometProvider(comet);
    experiment = addExperiment(comet.records, { key: newKey(), workspace: 'ada', project: 'general', name: 'train' });
    run = { connection: 'comet', workspace: 'ada', run: experiment.key };
  });
  afterEach(async () => {
    await provider.dispose();
    await comet.stop();
    assert.deepEqual(comet.faults, []);
  });

  const metric = (name: string, value: string, step: number | null, timestamp = 1_000): void => {
    experiment.metrics.push({ name, value, step, epoch: null, timestamp, context: null });
  };

  it('tells its metrics, parameters, other values and tags, each in natural order', async () => {
    metric('loss10', '0.5', 0);
    metric('loss2', '0.75', 0);
    metric('loss2', '0.25', 7, 2_000);
    experiment.parameters.set('depth', '3').set('batch', '64');
    experiment.others.set('Name', 'train').set('notes', 'fine');
    experiment.tags.add('night').add('gpu');
    const details = await provider.run!(run);
    assert.deepEqual([details.name, details.user, details.status, details.experiment], ['train', 'ada', 'running', 'general']);
    assert.deepEqual(details.metrics, [{ name: 'loss2', value: 0.25, step: 7, at: 2_000 }, { name: 'loss10', value: 0.5, step: 0, at: 1_000 }]);
    assert.deepEqual(Object.entries(details.parameters), [['batch', '64'], ['depth', '3']]);
    assert.deepEqual(details.tags, { tags: 'gpu, night', notes: 'fine' });
  });

  it('tells the values of a metric by their steps, whatever order they come in', async () => {
    for (const step of [2, 0, 1]) {
      metric('loss', `0.${step}`, step);
    }
    metric('other', '9', 0);
    assert.deepEqual((await provider.metricHistory!(run, 'loss')).map(({ step, value }) => [step, value]), [[0, 0], [1, 0.1], [2, 0.2]]);
  });

  it('keeps values without a step in the order of their times', async () => {
    metric('loss', '2', null, 2_000);
    metric('loss', '1', null, 1_000);
    assert.deepEqual((await provider.metricHistory!(run, 'loss')).map(({ step, value }) => [step, value]), [[0, 1], [0, 2]]);
  });

  it('tells values that are no numbers as what they are', async () => {
    for (const [step, value] of ['NaN', 'Infinity', '-inf', 'words', '1e-3'].entries()) {
      metric('loss', value, step);
    }
    assert.deepEqual((await provider.metricHistory!(run, 'loss')).map(({ value }) => value), [NaN, Infinity, -Infinity, NaN, 0.001]);
  });

  it('thins a metric of many values, and keeps the last', async () => {
    for (let step = 0; step < 5_000; step++) {
      metric('loss', String(step), step);
    }
    const history = await provider.metricHistory!(run, 'loss');
    assert.ok(history.length <= 2_000, `${history.length} values`);
    assert.equal(history.at(-1)?.value, 4_999);
  });

  it('may have logged nothing', async () => {
    const { metrics, parameters, tags } = await provider.run!(run);
    assert.deepEqual([metrics, parameters, tags], [[], {}, {}]);
    assert.deepEqual(await provider.metricHistory!(run, 'none'), []);
    assert.deepEqual((await provider.lineage!(run)).edges, []);
  });

  it('that is not there is missing', async () => {
    const missing = (error: unknown): boolean => isArtifactError(error, 'notFound');
    const nobody = { ...run, run: newKey() };
    await assert.rejects(provider.run!(nobody), missing);
    await assert.rejects(provider.metricHistory!(nobody, 'loss'), missing);
    await assert.rejects(provider.lineage!(nobody), missing);
  });

  for (const lineage of ['rows', 'nested'] as const) {
    it(`has a lineage of what it made and used, told as ${lineage}, and of nothing that failed`, async () => {
      comet.set({ lineage });
      const data = await logVersion(provider, { draft: { artifact: 'data', aliases: ['prod'] }, files: { a: '1' } });
      await provider.consume!(data, run);
      const model = await logVersion(provider, { draft: { artifact: 'model', type: 'model', producer: run }, files: { m: '1' } });
      await writing(provider, { artifact: 'failed', producer: run }, (writer) => writer.link([{ path: 'far', link: 'x' }]));
      const { edges, cut, nodes, focus } = await provider.lineage!(run);
      assert.equal(focus, runNodeId(run));
      assert.deepEqual(edges, [
        { from: versionNodeId(data), to: runNodeId(run), relation: 'consumed' }, { from: runNodeId(run), to: versionNodeId(model), relation: 'produced' },
      ]);
      assert.deepEqual(cut, { upstream: [versionNodeId(data)], downstream: [] });
      const node = nodes.find(({ id }) => id === versionNodeId(data));
      assert.deepEqual([node?.kind, node?.kind === 'version' && [node.type, node.aliases]], ['version', ['dataset', ['prod']]]);
    });
  }

  it('is found above what it made, with the rest of what it made and used a click away', async () => {
    const [first, second] = [await logVersion(provider, { draft: { producer: run }, files: { a: '1' } }), await logVersion(provider, { draft: { producer: run }, files: { a: '2' } })];
    const around = await provider.lineage!(first);
    assert.deepEqual(around.edges, [{ from: runNodeId(run), to: versionNodeId(first), relation: 'produced' }]);
    assert.deepEqual(around.cut, { upstream: [], downstream: [runNodeId(run)] });
    assert.deepEqual((await provider.lineage!(run)).edges.map(({ to }) => to), [versionNodeId(first), versionNodeId(second)]);
  });

  it('is none above a version when it was deleted', async () => {
    const version = await logVersion(provider, { draft: { producer: run }, files: { a: '1' } });
    comet.records.experiments.delete(experiment.key);
    assert.deepEqual((await provider.lineage!(version)).edges, []);
  });

  it('opens all the same where a server does not know of lineage, summaries or tags', async () => {
    const unknown = { kind: 'answer', status: 404, body: '{"msg":"no such route"}' } as const;
    for (const route of ['GET /experiment/metrics/summary', 'GET /experiment/parameters', 'GET /experiment/log-other', 'GET /experiment/tags']) {
      comet.fail(route, unknown);
    }
    comet.fail('GET /get/artifacts', unknown, unknown);
    assert.deepEqual((await provider.run!(run)).metrics, []);
    assert.deepEqual((await provider.lineage!(run)).edges, []);
  });

  it('leaves out rows of its lineage that name no version', async () => {
    const answer = { kind: 'answer', status: 200, body: '{"artifacts":[{"artifactName":"a","version":"1.0.0"},{"id":7},{"name":"b"},{"name":"c","versions":[{"version":"no number"},{}]}]}' } as const;
    comet.fail('GET /get/artifacts', answer, { ...answer, body: '{}' });
    assert.equal((await provider.lineage!(run)).edges.length, 1);
  });
});
