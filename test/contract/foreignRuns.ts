import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ArtifactRef, ArtifactVersion, RunRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import type { Provider, VersionDraft } from '../../src/providers/provider';
import { OtherClient } from '../support/otherClient';
import { all, mlflowProvider, textOf } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';

const FILES = { 'notes.txt': 'notes', 'model/weights.bin': 'weights', 'model/deep/config.json': '{}' };

/** What is made of runs and logged models of other clients: that they are told, and become versions where they lie. */
export function foreignRuns(server: RunningMlflow): void {
  describe('runs of others', function () {
    this.timeout(60_000);
    let provider: Provider;
    let experiment: string;
    let run: RunRef;
    let model: RunRef | undefined;
    let artifact: ArtifactRef;
    const other = (): OtherClient => new OtherClient(server());
    const of = (id: string): RunRef => ({ connection: provider.connection, workspace: artifact.workspace, run: id });

    before(async () => {
      provider = await mlflowProvider(server());
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      artifact = { connection: provider.connection, workspace, artifact: '' };
      experiment = await other().experiment(`Others ${randomUUID()}`);
      run = of(await other().run(experiment, { name: 'Their training', files: FILES, parameters: { 'lr': '0.1', 'Öl': 'ä' }, metrics: { loss: [3, 2, 1], 'val/acc': [0.5] } }));
      const id = await other().model(experiment, run.run, 'their-model', { 'MLmodel': 'flavors:', 'data/model.bin': 'bytes' });
      model = id === undefined ? undefined : of(id);
    });
    after(() => provider.dispose());
    beforeEach(() => {
      artifact = { ...artifact, artifact: `theirs-${randomUUID().slice(0, 8)}` };
    });

    const register = (from: RunRef, folder: string, draft: Partial<VersionDraft> = {}): Promise<ArtifactVersion> =>
      provider.register!({ ...runFiles(from), path: folder }, { ...artifact, type: 'model', version: 'major', ...draft });
    const contents = async (version: ArtifactVersion): Promise<Readonly<Record<string, string>>> =>
      Object.fromEntries(await Promise.all((await all(provider.assets(version))).map(async (asset) => [asset.path, await textOf(provider.read(asset))] as const)));

    it('are found in their experiment, by a part of the name', async () => {
      const found = (await all(provider.experiments!({ ...artifact, search: 'OTHERS' }))).find((each) => each.experiment === experiment);
      assert.ok(found !== undefined);
      assert.deepEqual((await all(provider.runs!({ ...found, search: 'THEIR TR' }))).map((each) => [each.run, each.name, each.status]), [[run.run, 'Their training', 'finished']]);
      assert.deepEqual(await all(provider.runs!({ ...found, search: 'nobody' })), []);
    });

    it('are told with parameters, last metrics, and all values of one in their order', async () => {
      const details = await provider.run!(run);
      assert.deepEqual(details.parameters, { 'lr': '0.1', 'Öl': 'ä' });
      assert.deepEqual(details.metrics.map(({ name, value, step }) => [name, value, step]), [['loss', 1, 2], ['val/acc', 0.5, 0]]);
      assert.deepEqual((await provider.metricHistory!(run, 'loss')).map(({ step, value }) => [step, value]), [[0, 3], [1, 2], [2, 1]]);
      assert.deepEqual(await provider.metricHistory!(run, 'nothing'), []);
      assert.equal(details.experiment, experiment);
      assert.match(provider.webUrl!(run) ?? '', new RegExp(`^http.*${experiment}.*${run.run}`, 'u'));
    });

    it('tell the program that they ran, and where it stood in Git', async () => {
      const [commit, remote] = ['3f2c1ab9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4', 'https://git.example/churn.git'];
      const tags = { 'mlflow.source.name': 'train.py', 'mlflow.source.git.commit': commit, 'mlflow.source.git.branch': 'main', 'mlflow.source.git.repoURL': remote };
      const id = await other().run(experiment, { name: 'From Git' });
      for (const [key, value] of Object.entries(tags)) {
        await other().ask('POST', 'runs/set-tag', { run_id: id, key, value });
      }
      const { program, git } = await provider.run!(of(id));
      assert.deepEqual([program, git], ['train.py', { commit, branch: 'main', remote, dirty: false }]);
      assert.deepEqual([(await provider.run!(run)).program, (await provider.run!(run)).git], [undefined, undefined]);
    });

    it('are listed and told beside one that counted steps and times in nanoseconds', async () => {
      const nanoseconds = 1_700_000_000_000_000_000;
      const id = await other().run(experiment, { name: 'Nanoseconds' });
      await other().ask('POST', 'runs/log-batch', { run_id: id, metrics: [{ key: 'loss', value: 1, step: nanoseconds, timestamp: nanoseconds }] });
      try {
        assert.ok((await all(provider.runs!({ ...artifact, experiment }))).some(({ name }) => name === 'Their training'));
        const told = [(await provider.run!(of(id))).metrics, await provider.metricHistory!(of(id), 'loss')];
        assert.deepEqual(told, Array(2).fill([{ name: 'loss', value: 1, step: nanoseconds, at: 0 }]));
      } finally {
        await other().ask('POST', 'runs/delete', { run_id: id });
      }
    });

    it('name the run below which they were made', async () => {
      const id = await other().run(experiment, { name: 'Child' });
      await other().ask('POST', 'runs/set-tag', { run_id: id, key: 'mlflow.parentRunId', value: run.run });
      assert.deepEqual((await provider.run!(of(id))).parent, { ...run, name: 'Their training' });
      await other().ask('POST', 'runs/delete', { run_id: id });
    });

    it('say of themselves when they were deleted', async () => {
      const id = await other().run(experiment, { name: 'Deleted' });
      assert.equal((await provider.run!(of(id))).isDeleted, undefined);
      await other().ask('POST', 'runs/delete', { run_id: id });
      assert.equal((await provider.run!(of(id))).isDeleted, true);
    });

    it('are read as they are, where a file was written to after it was listed', async () => {
      const ref = { ...runFiles(of(await other().run(experiment, { name: 'Goes on', files: { 'train.log': 'x'.repeat(100) } }))), path: 'train.log' };
      assert.equal((await all(provider.entries({ ...ref, path: '' }))).length, 1);
      for (const content of ['y'.repeat(200), 'z'.repeat(50)]) {
        await other().write(ref.version, { 'train.log': content });
        const read = (): Promise<string> => textOf(provider.read(ref));
        // MLflow 2 does not say beforehand how much comes.
        assert.equal(await read().catch((error: unknown) => {
          assert.match(String(error), /changed while it was being read/u);
          return read();
        }), content);
      }
    });

    it('become versions, folder by folder, with labels, numbers and the run that made them', async () => {
      const first = await register(run, 'model', { aliases: ['prod', 'v1'], tags: ['theirs'], metadata: { rows: 3 } });
      assert.deepEqual([first.version, first.type, [...first.aliases].sort(), first.tags, first.metadata['rows']], ['1.0.0', 'model', ['prod', 'v1'], ['theirs'], 3]);
      assert.deepEqual(await contents(first), { 'deep/config.json': '{}', 'weights.bin': 'weights' });
      assert.deepEqual([first.producer?.run, first.producer?.name, first.assets, first.bytes], [run.run, 'Their training', 2, 9]);
      const whole = await register(run, '', { version: 'minor' });
      assert.deepEqual([whole.version, await contents(whole)], ['1.1.0', FILES]);
      const node = (await provider.lineage!(first)).edges.find(({ relation }) => relation === 'produced');
      assert.ok(node?.from.includes(run.run));
    });

    it('become no version where there is nothing, or where the number is taken', async () => {
      await assert.rejects(register(run, 'nothing'), { code: 'notFound' });
      await assert.rejects(provider.artifact(artifact), { code: 'notFound' });
      await register(run, 'model', { version: '2.0.0' });
      await assert.rejects(register(run, '', { version: '2.0.0' }), { code: 'alreadyExists' });
      assert.deepEqual((await all(provider.versions(artifact))).map(({ version }) => version), ['2.0.0']);
    });

    it('keep their files when such a version goes', async () => {
      const version = await register(run, 'model');
      assert.deepEqual([(await provider.removal!(version)).bytesFreed, (await provider.remove!(version)).bytesFreed], [0, 0]);
      assert.equal(await textOf(provider.read({ ...runFiles(run), path: 'model/weights.bin' })), 'weights');
    });

    it('list the models that they logged, which become versions, too', async () => {
      const listed = await all(provider.loggedModels!({ ...artifact, experiment }));
      assert.deepEqual(listed.map((each) => [each.run, each.name, each.kind]), model === undefined ? [] : [[model.run, 'their-model', 'model']]);
      if (model === undefined) {
        return;
      }
      const details = await provider.run!(model);
      assert.deepEqual([details.parameters, details.source?.run, details.description], [{ depth: '3' }, run.run, 'Their best']);
      const version = await register(model, '');
      assert.deepEqual(await contents(version), { 'MLmodel': 'flavors:', 'data/model.bin': 'bytes' });
      assert.equal(version.producer?.run, run.run);
      assert.match(await provider.snippet!(version, 'load'), new RegExp(artifact.artifact, 'u'));
      assert.match(await provider.snippet!(model, 'load'), new RegExp(model.run, 'u'));
    });
  });
}
