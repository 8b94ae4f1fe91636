import assert from 'node:assert/strict';
import { readLineage } from '../../src/operations/inspect';
import { planRemoval } from '../../src/operations/removeVersion';
import type { OnMlflow } from '../support/onMlflow';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';

/** What others do to our versions in MLflow itself. */
export function changedByOthers(on: OnMlflow): void {
  it('a registered model that was renamed is an artifact of its new name, and its versions go on', async () => {
    for (const artifact of [on.fresh(), `${on.fresh()} ü`]) {
      await on.log(artifact);
      const { registered_models: [{ name }] } = await on.ask<{ readonly registered_models: readonly [{ readonly name: string }] }>('GET', 'registered-models/search', { filter: `name ILIKE '${artifact.slice(0, 13)}%'` });
      await on.ask('POST', 'registered-models/rename', { name, new_name: `${artifact} new` });
      const other = await mlflowProvider(on.server());
      assert.deepEqual((await all(other.artifacts({ ...on.at(''), search: artifact }))).map((each) => each.artifact), [`${artifact} new`]);
      assert.equal(await textOf(other.read({ ...on.at(`${artifact} new`, '1.0.0'), path: 'a.txt' })), 'a');
      await assert.rejects(other.artifact(on.at(artifact)), { code: 'notFound' });
      assert.equal((await on.log(`${artifact} new`)).version, '2.0.0');
      assert.equal((await on.log(artifact)).version, '1.0.0');
      assert.deepEqual((await all(other.artifacts({ ...on.at(''), search: artifact }))).map((each) => each.artifact).sort(), [artifact, `${artifact} new`]);
    }
  });

  it('a version whose run was deleted is labelled and deleted like any other, its files with it', async () => {
    const artifact = on.fresh();
    const made = await on.log(artifact);
    const { run_id: run } = await on.entryOf(artifact);
    await on.deleteRun(run);
    const other = await mlflowProvider(on.server());
    assert.equal(await textOf(other.read({ ...made, path: 'a.txt' })), 'a');
    const text = 'x'.repeat(60_000);
    const labelled = await other.label!(made, { aliases: ['prod'], metadata: { text } });
    assert.deepEqual([labelled.aliases, labelled.metadata], [['prod'], { text }]);
    assert.deepEqual(await other.removal!(made), { aliases: ['prod'], consumers: [], bytesFreed: 1 });
    assert.equal((await other.remove!(made)).bytesFreed, 1);
    assert.deepEqual(await all(other.versions(on.at(artifact))), []);
    assert.deepEqual(await on.ask('GET', 'artifacts/list', { run_id: run }), { root_uri: await on.rootOf(run) });
  });

  it('a version whose run is gone for good is labelled and deleted all the same', async () => {
    const artifact = on.fresh();
    const made = await on.log(artifact);
    const { run_id: run } = await on.entryOf(artifact);
    await on.collect(run);
    const other = await mlflowProvider(on.server());
    const text = 'x'.repeat(60_000);
    const labelled = await other.label!(made, { aliases: ['prod'], metadata: { text } });
    assert.deepEqual([labelled.aliases, labelled.metadata], [['prod'], { text }]);
    assert.deepEqual(await other.removal!(made), { aliases: ['prod'], consumers: [], bytesFreed: 0 });
    await other.remove!(made);
    assert.deepEqual(await all(other.versions(on.at(artifact))), []);
  });

  it('a version whose files lie elsewhere is opened, labelled, traced and deleted, with files that are not counted', async () => {
    const artifact = on.fresh();
    await on.ask('POST', 'registered-models/create', { name: artifact });
    await on.ask('POST', 'model-versions/create', { name: artifact, source: 's3://elsewhere/model' });
    const provider = on.provider();
    const ref = on.at(artifact, '1.0.0');
    const { assets, bytes } = await provider.version(ref);
    assert.deepEqual([assets, bytes], [undefined, undefined]);
    await assert.rejects(all(provider.assets(ref)), { code: 'unsupported', message: /s3:\/\/elsewhere/u });
    const { aliases, metadata } = await provider.label!(ref, { aliases: ['prod'], metadata: { depth: 3 } });
    assert.deepEqual([aliases, metadata], [['prod'], { depth: 3 }]);
    await assert.rejects(provider.label!(ref, { metadata: { text: 'x'.repeat(1_000_001) } }), { code: 'invalid', message: /1000000 characters/u });
    assert.equal((await readLineage(provider, on.at(artifact, 'prod'))).nodes.length, 1);
    await provider.remove!((await planRemoval(provider, ref)).version);
    assert.deepEqual(await all(provider.versions(ref)), []);
  });

  it('long metadata that is gone or damaged hides neither its version nor the others', async () => {
    const artifact = on.fresh();
    const metadataOf = (sign: string): Readonly<Record<string, string>> => ({ text: sign.repeat(60_000) });
    for (const sign of ['a', 'b', 'c', 'd']) {
      await on.log(artifact, { files: { 'a.txt': sign }, draft: { metadata: metadataOf(sign) } });
    }
    const entries = await Promise.all(['1', '2', '3'].map((integer) => on.entryOf(artifact, integer)));
    const files = entries.map(({ tags }) => String(tags.find(({ key }) => key === 'mlartifacts.metadata_file')?.['value']));
    await on.deleteStored(entries[0]!.run_id, files[0]!);
    await on.store(entries[1]!.run_id, files[1]!, '{}');
    await on.deleteRun(entries[2]!.run_id);
    await on.collect(entries[2]!.run_id);
    const other = await mlflowProvider(on.server());
    assert.deepEqual((await all(other.versions(on.at(artifact)))).map(({ version, metadata }) => [version, metadata]), [['4.0.0', metadataOf('d')], ['3.0.0', {}], ['2.0.0', {}], ['1.0.0', {}]]);
    for (const [version, content] of [['1.0.0', 'a'], ['2.0.0', 'b']] as const) {
      const opened = await other.version(on.at(artifact, version));
      assert.deepEqual([opened.metadata, await textOf(other.read({ ...opened, path: 'a.txt' }))], [{}, content]);
    }
  });

  it('an experiment that was deleted takes no runs, and who logs is told which and what helps', async () => {
    const experiment = on.fresh();
    const { experiment_id: id } = await on.ask<{ readonly experiment_id: string }>('POST', 'experiments/create', { name: experiment });
    await on.ask('POST', 'experiments/delete', { experiment_id: id });
    const other = await mlflowProvider(on.server(), { experiment });
    const told = { code: 'invalid', message: new RegExp(`“${experiment}” was deleted .* “experiment”`, 'u') };
    await assert.rejects(logVersion(other, { draft: { workspace: 'default', artifact: on.fresh() }, files: { a: 'a' } }), told);
    await assert.rejects(other.startRun!({ ...on.at(''), name: 'train' }), told);
    await on.ask('POST', 'experiments/restore', { experiment_id: id });
    assert.equal((await other.startRun!({ ...on.at(''), name: 'train' })).experiment, id);
  });

  it('versions of ours that were copied into one model stand there side by side, with their files, and go one by one', async () => {
    const [prod, ...originals] = [on.fresh(), on.fresh(), on.fresh()];
    await on.ask('POST', 'registered-models/create', { name: prod });
    for (const name of originals) {
      const made = await on.log(name, { files: { 'a b.txt': name }, draft: { metadata: { name } } });
      assert.equal(made.version, '1.0.0');
      // What `copy_model_version` sends, and the button *Promote model*.
      const { run_id, tags } = await on.entryOf(name);
      await on.ask('POST', 'model-versions/create', { name: prod, source: `models:/${name}/1`, run_id, tags });
    }
    await on.ask('POST', 'registered-models/alias', { name: prod, alias: 'champion', version: '2' });
    const other = await mlflowProvider(on.server());
    assert.deepEqual((await all(other.versions(on.at(prod)))).map(({ version, aliases, metadata, isLatest }) => [version, aliases, metadata['name'], isLatest]), [
      ['2.0.0', ['champion'], originals[1], true], ['1.0.0', [], originals[0], false],
    ]);
    assert.deepEqual((await all(other.artifacts({ ...on.at(''), search: prod }))).map(({ latest }) => latest), ['2.0.0']);
    const champion = await other.version(on.at(prod, 'champion'));
    assert.deepEqual([champion.version, await textOf(other.read({ ...champion, path: 'a b.txt' }))], ['2.0.0', originals[1]]);
    assert.equal((await on.log(prod)).version, '3.0.0');
    assert.equal((await other.remove!(on.at(prod, '1.0.0'))).bytesFreed, 0);
    assert.deepEqual((await all(other.versions(on.at(prod)))).map(({ version }) => version), ['3.0.0', '2.0.0']);
    assert.equal(await textOf(other.read({ ...on.at(originals[0], '1.0.0'), path: 'a b.txt' })), originals[0]);
  });
}
