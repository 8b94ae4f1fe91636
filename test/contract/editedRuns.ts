import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RunRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import type { RunEditing } from '../../src/providers/runEditing';
import { OtherClient } from '../support/otherClient';
import { all, bytesOf, logVersion, mlflowProvider } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';
import { rejectsWith } from './provider/trial';

/** What people change of runs that other clients made, and that nothing that versions need goes with them. */
export function editedRuns(server: RunningMlflow): void {
  describe('the editing of runs', function () {
    this.timeout(60_000);
    let provider: Provider;
    let editing: RunEditing;
    let place: { readonly connection: string; readonly workspace: string; readonly experiment: string };
    let ref: RunRef;
    const other = (): OtherClient => new OtherClient(server());
    const tag = (run: string, key: string, value: string) => other().ask('POST', 'runs/set-tag', { run_id: run, key, value });
    const listed = async (): Promise<readonly string[]> => (await all(provider.runs!(place))).map(({ run }) => run);
    const start = async (name: string, files = {}): Promise<RunRef> => ({ connection: place.connection, workspace: place.workspace, run: await other().run(place.experiment, { name, files }) });

    before(async () => {
      provider = await mlflowProvider(server());
      editing = provider.runEditing!;
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      place = { connection: provider.connection, workspace, experiment: await other().experiment(`Edited ${randomUUID()}`) };
    });
    beforeEach(async () => {
      ref = await start('train');
    });
    after(() => provider.dispose());

    it('renames a run, and leaves its state and its times', async () => {
      const before = await provider.run!(ref);
      const after_ = await provider.runNaming!.rename(ref, 'the best, “3/4” of all');
      assert.deepEqual(after_, { ...before, name: 'the best, “3/4” of all' });
      assert.deepEqual((await all(provider.runs!(place))).find(({ run }) => run === ref.run)?.name, 'the best, “3/4” of all');
    });

    it('sets a description, which the empty text takes away', async () => {
      const text = '# Why\n\nIt is *best*.\n';
      assert.equal((await editing.change(ref, { description: text })).description, text);
      assert.equal((await provider.run!(ref)).description, text);
      assert.equal((await editing.change(ref, { description: '' })).description, undefined);
    });

    it('sets and removes tags, and leaves others', async () => {
      await tag(ref.run, 'team', 'vision');
      await tag(ref.run, 'old', 'x');
      assert.deepEqual((await editing.change(ref, { tags: { stage: 'done', empty: '' }, untagged: ['old', 'never there'] })).tags, { empty: '', stage: 'done', team: 'vision' });
      assert.deepEqual((await editing.change(ref, { tags: { team: 'speech' } })).tags, { empty: '', stage: 'done', team: 'speech' });
    });

    it('keeps texts whole, and refuses those that would be cut', async () => {
      const long = 'ü'.repeat(5000);
      assert.equal((await provider.runNaming!.rename(ref, 'n'.repeat(250))).name.length, 250);
      const changed = await editing.change(ref, { description: long, tags: { long } });
      assert.deepEqual([changed.name.length, changed.description, changed.tags['long']], [250, long, long]);
      for (const change of [{ description: `${long}x` }, { tags: { long: `${long}x` } }, { tags: { ['k'.repeat(251)]: '' } }]) {
        await assert.rejects(editing.change(ref, change), rejectsWith('invalid'));
        assert.notEqual(editing.problem(change), undefined);
      }
      assert.deepEqual(await provider.run!(ref), changed);
    });

    it('leaves the tags of MLflow and our own alone', async () => {
      for (const change of [{ tags: { 'mlflow.user': 'eve' } }, { untagged: ['mlflow.source.name'] }, { tags: { 'mlartifacts.upload': 'done' } }, { untagged: ['mlflow.parentRunId'] }]) {
        await assert.rejects(editing.change(ref, change), rejectsWith('invalid'));
      }
    });

    it('describes an experiment, where lists tell it', async () => {
      const described = async () => (await all(provider.experiments!(place))).find(({ experiment }) => experiment === place.experiment)?.description;
      assert.deepEqual([await editing.experimentDescription(place), await described()], ['', undefined]);
      await editing.describeExperiment(place, 'What *we* tried');
      assert.deepEqual([await editing.experimentDescription(place), await described()], ['What *we* tried', 'What *we* tried']);
      await editing.describeExperiment(place, '');
      assert.deepEqual([await editing.experimentDescription(place), await described()], ['', undefined]);
      await assert.rejects(editing.describeExperiment(place, 'x'.repeat(5001)), rejectsWith('invalid'));
    });

    it('takes a run out of the lists and brings it back as it was', async () => {
      const before = await editing.change(ref, { description: 'mine', tags: { a: 'b' } });
      assert.deepEqual(await editing.removal(ref), { run: before, holds: [], hasNested: false });
      await editing.remove(ref);
      await editing.remove(ref);
      assert.ok(!(await listed()).includes(ref.run));
      assert.equal((await provider.run!(ref)).isDeleted, true);
      await assert.rejects(editing.change(ref, { description: 'x' }), rejectsWith('invalid'));
      await assert.rejects(provider.runNaming!.rename(ref, 'x'), rejectsWith('invalid'));
      await editing.restore(ref);
      await editing.restore(ref);
      assert.ok((await listed()).includes(ref.run));
      assert.deepEqual(await provider.run!(ref), before);
    });

    it('lists the runs that were deleted from an experiment, by name too, and not those that held versions', async () => {
      const removed = async (search?: string): Promise<readonly string[]> => (await all(editing.removed({ ...place, search }))).map(({ run }) => run);
      const [first, second] = [await start('Baseline'), await start('tuned')];
      await editing.remove(first);
      await editing.remove(second);
      const version = await logVersion(provider, { draft: { workspace: place.workspace, artifact: `gone-${randomUUID().slice(0, 8)}` }, files: { 'a.txt': 'a' } });
      await provider.remove!(version);
      assert.deepEqual((await removed()).filter((run) => run === first.run || run === second.run), [second.run, first.run]);
      assert.deepEqual(await removed('baseL'), [first.run]);
      assert.ok(!(await removed()).includes(ref.run));
      await editing.restore(first);
      assert.deepEqual(await removed('baseline'), []);
      const { experiment } = await provider.run!({ ...place, run: second.run });
      assert.equal(experiment, place.experiment);
      const names = await all(editing.removed({ ...place, experiment: '0' }));
      assert.deepEqual(names.filter(({ name }) => name.includes('gone-')), []);
    });

    it('tells of runs below it, which stay', async () => {
      const child = await start('child');
      await tag(child.run, 'mlflow.parentRunId', ref.run);
      assert.equal((await editing.removal(ref)).hasNested, true);
      await editing.remove(ref);
      assert.ok((await listed()).includes(child.run));
    });

    it('refuses to delete a run that holds the files of versions, ours or those of others', async () => {
      const holder = await start('holder', { 'model/w.bin': 'www' });
      const name = `held-${randomUUID().slice(0, 8)}`;
      const made = await provider.register!({ ...runFiles(holder), path: 'model' }, { ...place, artifact: name, type: 'model', version: 'major' });
      const { holds } = await editing.removal(holder);
      assert.deepEqual(holds, [made.serverName]);
      await assert.rejects(editing.remove(holder), rejectsWith('invalid'));
      assert.equal((await provider.run!(holder)).isDeleted, undefined);
      const [asset] = await all(provider.assets(made));
      assert.equal(String(await bytesOf(provider.read(asset!))), 'www');
      await provider.remove!(made);
      await editing.remove(holder);
      assert.equal((await provider.run!(holder)).isDeleted, true);
    });

    it('refuses to delete the run that holds the files of a version that was logged, and not the one that made it', async () => {
      const name = `logged-${randomUUID().slice(0, 8)}`;
      await logVersion(provider, { draft: { workspace: place.workspace, artifact: name, producer: ref }, files: { 'a.txt': 'a' } });
      const answer = await fetch(`${server().url}/api/2.0/mlflow/model-versions/search?filter=${encodeURIComponent(`name = '${name}'`)}`);
      const { model_versions: [version] } = await answer.json() as { readonly model_versions: readonly { readonly run_id: string }[] };
      await assert.rejects(editing.remove({ ...ref, run: version!.run_id }), rejectsWith('invalid'));
      await editing.remove(ref);
      assert.equal((await provider.version({ ...place, artifact: name, version: '1.0.0' })).version, '1.0.0');
    });

    it('is of runs, not of logged models', async () => {
      const model = { ...ref, run: `m-${'0'.repeat(32)}` };
      for (const work of [provider.runNaming!.rename(model, 'x'), editing.change(model, { description: 'x' }), editing.remove(model), editing.removal(model), editing.restore(model)]) {
        await assert.rejects(work, rejectsWith('invalid'));
      }
    });
  });
}
