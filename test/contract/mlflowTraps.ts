import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ArtifactVersion } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import type { Deployment } from '../support/mlflowServer';
import { OnMlflow } from '../support/onMlflow';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';
import { changedByOthers } from './mlflowChangedByOthers';
import { registeredByOthers } from './mlflowRegisteredByOthers';

type Fields = Readonly<Record<string, unknown>>;

/** What bites on real servers: each of these went wrong with a plain client. */
export function traps(way: Deployment, server: RunningMlflow): void {
  describe(`traps of MLflow, ${way}`, function () {
    this.timeout(90_000);
    let provider: Provider;
    before(async () => {
      provider = await mlflowProvider(server());
    });
    after(() => provider.dispose());

    const on = new OnMlflow(server, () => provider);

    it('metadata of any length comes back whole, from log, from label and in lists', async () => {
      const artifact = on.fresh();
      const lengths = [4_980, 5_001, 40_000, 200_000];
      for (const length of lengths) {
        const made = await on.log(artifact, { draft: { metadata: { text: 'ü'.repeat(length) } } });
        assert.deepEqual(made.metadata, { text: 'ü'.repeat(length) });
      }
      const found = await all((await mlflowProvider(server())).versions(on.at(artifact)));
      assert.deepEqual(found.map(({ metadata }) => (metadata['text'] as string).length), [...lengths].reverse());
      for (const length of [20_000, 10, 200_000, 0]) {
        await provider.label!(on.at(artifact, '1.0.0'), { metadata: { text: 'x'.repeat(length) } });
        assert.equal(((await provider.version(on.at(artifact, '1.0.0'))).metadata['text'] as string).length, length);
      }
    });

    it('metadata of any length stays whole on versions whose files others wrote, and nothing of it stays behind', async () => {
      const artifact = on.fresh();
      const made = await on.log(artifact);
      const { run_id: run } = await on.entryOf(artifact);
      const text = 'ü🦜'.repeat(3_000);
      const registered = await provider.register!({ ...runFiles({ ...made, run }), path: 'files' }, { ...made, version: '2.0.0', metadata: { text } });
      assert.equal(registered.metadata['text'], text);
      await on.ask('POST', 'model-versions/create', { name: artifact, source: `runs:/${run}/files`, run_id: run });
      for (const length of [12_000, 10]) {
        assert.equal(((await provider.label!(on.at(artifact, '3.0.0'), { metadata: { text: 'x'.repeat(length) } })).metadata['text'] as string).length, length);
      }
      const { tags } = await on.entryOf(artifact, '3');
      assert.deepEqual(tags.map(({ key }) => key).sort(), ['mlartifacts.metadata']);
    });

    it('tags of any length in all come back, and go', async () => {
      const artifact = on.fresh();
      const tags = Array.from({ length: 150 }, (_, index) => `${String(index).padStart(3, '0')}-${'t'.repeat(80)}`);
      assert.deepEqual((await on.log(artifact, { draft: { tags } })).tags, tags);
      const fewer = tags.slice(0, 100);
      assert.deepEqual((await provider.label!(on.at(artifact, '1.0.0'), { tags: fewer })).tags, fewer);
      assert.deepEqual((await provider.label!(on.at(artifact, '1.0.0'), { tags: ['one'] })).tags, ['one']);
    });

    it('names that servers change, drop, mix up or cannot serve come back as they were', async () => {
      const artifact = 'Übung 日本 it\'s "both"';
      const names = ['日本/ü.txt', 'pc%20lit.txt', 'pc lit.txt', '100%25.txt', '%2e%2e/x', 'a%2Fb', 'A.txt', 'a.txt', 'endq?', 'hash#x', 'tab&amp;', '.artifact.uploading.x', 'e\u0301.txt'];
      const signs = Array.from('!"#$%&\'()*+,-.;<=>?@[]^_`{|}~ ').flatMap((sign) => [`${sign}1`, `2${sign}`, `3${sign}4`, `5${sign}/6`]);
      const made = await on.log(artifact, { files: Object.fromEntries([...names, ...signs].map((name) => [name, name])) });
      const reader = await mlflowProvider(server());
      assert.deepEqual((await all(reader.assets(made))).map(({ path }) => path).sort(), [...names, ...signs].sort());
      for (const name of [...names, ...signs]) {
        assert.equal(await textOf(reader.read({ ...made, path: name })), name);
      }
      assert.deepEqual((await all(reader.artifacts({ ...on.at(''), search: 'IT\'S "B' }))).map((each) => each.artifact), [artifact]);
    });

    it('aliases that MLflow refuses are kept all the same, show in lists, and move', async () => {
      const artifact = on.fresh();
      const aliases = ['1.0', 'prod', 'v1', 'ä b'];
      await on.log(artifact, { draft: { aliases } });
      await on.log(artifact);
      const aliasesNow = async (): Promise<unknown> => Object.fromEntries((await all(provider.versions(on.at(artifact)))).map((each) => [each.version, [...each.aliases].sort()]));
      assert.deepEqual(await aliasesNow(), { '2.0.0': [], '1.0.0': aliases });
      await provider.label!(on.at(artifact, '2.0.0'), { aliases: ['v1', 'prod'] });
      assert.deepEqual(await aliasesNow(), { '2.0.0': ['prod', 'v1'], '1.0.0': ['1.0', 'ä b'] });
      assert.equal((await provider.version(on.at(artifact, 'v1'))).version, '2.0.0');
      await assert.rejects(provider.version(on.at(artifact, 'V1')), { code: 'notFound' });
      await assert.rejects(on.log(artifact, { draft: { aliases: ['Latest'] } }), { code: 'invalid' });
    });

    it('an alias of a version that others deleted points at nothing, and can be set again', async () => {
      const artifact = on.fresh();
      await on.log(artifact, { draft: { aliases: ['prod', '1.0'] } });
      await on.log(artifact);
      await on.ask('DELETE', 'model-versions/delete', { name: artifact, version: '1' });
      for (const alias of ['prod', '1.0']) {
        await assert.rejects(provider.version(on.at(artifact, alias)), { code: 'notFound' }, alias);
      }
      assert.deepEqual((await provider.label!(on.at(artifact, '2.0.0'), { aliases: ['prod', '1.0'] })).aliases, ['1.0', 'prod']);
    });

    it('what exists is told by the code of the answer: a number, an artifact, a prompt of the same name', async () => {
      const artifact = on.fresh();
      await on.log(artifact, { draft: { version: '1.0.0' } });
      await assert.rejects(on.log(artifact, { draft: { version: '1.0.0' } }), { code: 'alreadyExists' });
      const prompt = on.fresh();
      await on.ask('POST', 'registered-models/create', { name: prompt, tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] });
      await assert.rejects(on.log(prompt, { files: { a: 'a' } }), { code: 'alreadyExists' });
      await assert.rejects(provider.artifact(on.at(prompt)), { code: 'notFound' });
      assert.equal((await all(provider.artifacts({ ...on.at(''), search: prompt }))).length, 0);
      const { runs = [] } = await on.ask<{ runs?: Fields[] }>('POST', 'runs/search', { experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 10 });
      assert.deepEqual(runs, []);
    });

    it('an experiment that is deleted while its id is remembered is told, and used again once it is restored', async () => {
      const experiment = on.fresh();
      const own = await mlflowProvider(server(), { experiment });
      const log = (): Promise<ArtifactVersion> => logVersion(own, { draft: { workspace: 'default', artifact: experiment }, files: { a: 'a' } });
      await log();
      const { experiment: { experiment_id: id } } = await on.ask<{ experiment: { experiment_id: string } }>('GET', 'experiments/get-by-name', { experiment_name: experiment });
      await on.ask('POST', 'experiments/delete', { experiment_id: id });
      await assert.rejects(log(), /was deleted in MLflow\. Restore it there/u);
      await assert.rejects(own.startRun!({ ...on.at(''), name: 'train' }), /was deleted in MLflow/u);
      await on.ask('POST', 'experiments/restore', { experiment_id: id });
      assert.equal((await log()).version, '2.0.0');
      await own.dispose();
    });

    it('a file that is gone is notFound; one that is changed, and a manifest that is changed or gone, is damage', async () => {
      const artifact = on.fresh();
      await on.log(artifact, { files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' } });
      const { run_id: run } = await on.entryOf(artifact);
      await on.deleteStored(run, 'files/a.txt');
      const reader = await mlflowProvider(server());
      await assert.rejects(textOf(reader.read({ ...on.at(artifact, '1.0.0'), path: 'a.txt' })), { code: 'notFound' });
      assert.equal(await textOf(reader.read({ ...on.at(artifact, '1.0.0'), path: 'b.txt' })), 'b');
      await on.store(run, 'files/c.txt', 'x');
      await assert.rejects(textOf(reader.read({ ...on.at(artifact, '1.0.0'), path: 'c.txt' })), { code: 'corrupt' });
      await on.store(run, 'manifest.json', '{"format":1,"assets":[]}');
      await assert.rejects(all((await mlflowProvider(server())).assets(on.at(artifact, '1.0.0'))), { code: 'corrupt' });
      await on.deleteStored(run, 'manifest.json');
      await assert.rejects(all((await mlflowProvider(server())).assets(on.at(artifact, '1.0.0'))), { code: 'corrupt' });
    });

    it('the source of a version lies in the run that is named with it', async () => {
      const artifact = on.fresh();
      await on.log(artifact);
      const { source, run_id: run } = await on.entryOf(artifact);
      assert.equal(source, `${await on.rootOf(run)}/files`);
    });

    it('versions of others stand beside ours, also under the same number, and no number comes back', async () => {
      const artifact = on.fresh();
      await on.log(artifact, { draft: { version: '3.0.0' } });
      const run = await on.foreignRun();
      const register = (): Promise<Fields> => on.ask('POST', 'model-versions/create', { name: artifact, source: `runs:/${run}/x`, run_id: run });
      await register();
      await register();
      const numbers = async (): Promise<readonly string[]> => (await all((await mlflowProvider(server())).versions(on.at(artifact)))).map(({ version }) => version);
      assert.deepEqual(await numbers(), ['3.0.1', '3.0.0', '2.0.0']);
      await provider.remove!(on.at(artifact, '3.0.0'));
      assert.deepEqual(await numbers(), ['3.0.1', '2.0.0']);
      await provider.remove!(on.at(artifact, '3.0.1'));
      assert.deepEqual(await numbers(), ['2.0.0']);
      await assert.rejects(on.log(artifact, { draft: { version: '3.0.0' } }), { code: 'alreadyExists' });
      assert.equal((await on.log(artifact)).version, '4.0.0');
      await register();
      assert.deepEqual(await numbers(), ['5.0.0', '4.0.0', '2.0.0']);
    });

    it('files that others registered too stay when our version goes', async () => {
      const artifact = on.fresh();
      await on.log(artifact, { files: { 'a.txt': 'shared' } });
      const { source, run_id: run } = await on.entryOf(artifact);
      const theirs = on.fresh();
      await on.ask('POST', 'registered-models/create', { name: theirs });
      await on.ask('POST', 'model-versions/create', { name: theirs, source, run_id: run });
      assert.equal((await provider.removal!(on.at(artifact, '1.0.0'))).bytesFreed, 0);
      await provider.remove!(on.at(artifact, '1.0.0'));
      assert.equal(await textOf((await mlflowProvider(server())).read({ ...on.at(theirs, '1.0.0'), path: 'a.txt' })), 'shared');
      await on.ask('DELETE', 'model-versions/delete', { name: theirs, version: '1' });
    });

    it('a registered model whose name cannot be said in a search is found all the same', async () => {
      const name = `it's "quoted" ${randomUUID().slice(0, 8)}`;
      await on.ask('POST', 'registered-models/create', { name });
      const run = await on.foreignRun();
      await on.ask('POST', 'model-versions/create', { name, source: `runs:/${run}/x`, run_id: run });
      assert.deepEqual((await all(provider.versions(on.at(name)))).map(({ version }) => version), ['1.0.0']);
      assert.deepEqual((await all(provider.artifacts({ ...on.at(''), search: name }))).map(({ artifact }) => artifact), [name]);
    });

    it('a path that climbs is asked of nobody', async () => {
      const artifact = on.fresh();
      await on.log(artifact);
      const { run_id: run } = await on.entryOf(artifact);
      for (const path of ['../x', 'files/../../x', '/etc/passwd', 'files/..']) {
        for (const ref of [on.at(artifact, '1.0.0'), runFiles({ ...on.at(artifact), run })]) {
          await assert.rejects(textOf(provider.read({ ...ref, path })), isArtifactError, path);
          await assert.rejects(all(provider.entries({ ...ref, path })), isArtifactError, path);
        }
      }
    });

    it('of two clients that want one number at once, one has it, the other is told, and nothing of it stays', async () => {
      const clients = await Promise.all([mlflowProvider(server()), mlflowProvider(server())]);
      const artifact = on.fresh();
      for (let round = 1; round <= 5; round++) {
        const outcomes = await Promise.all(clients.map((client, who) =>
          logVersion(client, { draft: { workspace: 'default', artifact, version: `${round}.0.0` }, files: { 'who.txt': String(who) } }).then(() => who, (error: unknown) => (isArtifactError(error) ? error.code : error))));
        assert.deepEqual(outcomes.map((each) => (typeof each === 'number' ? 'won' : each)).sort(), ['alreadyExists', 'won'], `round ${round}`);
        const winner = outcomes.find((each) => typeof each === 'number');
        assert.equal(await textOf(clients[0].read({ ...on.at(artifact, `${round}.0.0`), path: 'who.txt' })), String(winner));
      }
      const { model_versions: entries = [] } = await on.ask<{ model_versions?: Fields[] }>('GET', 'model-versions/search', { filter: `name = '${artifact}'`, max_results: '100' });
      const { runs = [] } = await on.ask<{ runs?: Fields[] }>('POST', 'runs/search', { experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 10 });
      assert.deepEqual([entries.length, runs.length], [5, 0]);
      await Promise.all(clients.map((client) => client.dispose()));
    });

    registeredByOthers(on);
    if (way !== 'PostgreSQL') {
      // On which database it stands makes no difference to these.
      changedByOthers(on);
    }
  });
}
