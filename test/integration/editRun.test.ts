import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Experiment, RunDetails, RunRef } from '../../src/model/artifact';
import type { Change } from '../../src/model/change';
import type { Verb } from '../../src/ui/commands/boundary';
import { deleteRun, restoreRun } from '../../src/ui/commands/deleteRun';
import { deleteVersion } from '../../src/ui/commands/deleteVersion';
import { renameRun, setRunDescription, setRunTags } from '../../src/ui/commands/editRun';
import { invocationOf } from '../../src/ui/commands/invocation';
import { createDescriptionFileSystem } from '../../src/ui/documents/descriptionFileSystem';
import { descriptionUri } from '../../src/ui/documents/uris';
import type { Services } from '../../src/ui/services';
import { TreeData } from '../../src/ui/tree/treeData';
import { MemoryRunEditing } from '../support/memoryRunEditing';
import { MemoryServer } from '../support/memoryServer';
import { type Answer, LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { silent, TestConnections, TestKeys, testRuns } from './world';

describe('a run that people change', () => {
  let server: MemoryServer;
  let editing: MemoryRunEditing;
  let experiment: Experiment;
  let run: RunDetails;
  let ref: RunRef;
  let connections: TestConnections;
  let services: Services;
  const changes: Change[] = [];

  const call = async (verb: Verb, ...args: readonly unknown[]): Promise<unknown> => await verb(services, invocationOf(args, 'subject'));
  const ask = async (verb: Verb, prompts: ScriptedPrompts): Promise<unknown> => await verb(services, { ...invocationOf([ref], 'subject'), prompts });
  const now = async (): Promise<RunDetails> => await server.run(ref);

  beforeEach(() => {
    server = new MemoryServer();
    editing = new MemoryRunEditing(server);
    Object.assign(server, { runEditing: editing, runNaming: editing });
    experiment = server.experiment('churn');
    run = server.keep(experiment, 'train', { tags: { stage: 'draft' } });
    ref = { connection: run.connection, workspace: run.workspace, run: run.run };
    connections = new TestConnections(server);
    changes.length = 0;
    connections.onDidChange((change) => changes.push(change));
    services = {
      connections, runs: testRuns(connections), tree: { selection: [] }, log: { ...silent, show: () => {} }, panels: { active: undefined },
    } as unknown as Services;
  });

  it('gets another name, by code and by a person who sees the old one', async () => {
    assert.deepEqual(await call(renameRun, 'ada/@run:r-1', { name: 'best' }), { reference: 'ada/@run:r-1', name: 'best' });
    assert.deepEqual(changes, [{ connection: 'local', workspace: 'ada' }]);
    const prompts = new ScriptedPrompts(' the best ');
    await ask(renameRun, prompts);
    assert.deepEqual([(await now()).name, prompts.questions], ['the best', ['New name of the run']]);
    await assert.rejects(call(renameRun, 'ada/@run:r-1', { name: '' }), { code: 'invalid' });
  });

  it('is called by its new name where it is the active one', async () => {
    const other = server.keep(experiment, 'other', {});
    const active = { connection: ref.connection, workspace: ref.workspace, run: ref.run, name: 'train' };
    await services.runs.select(active, 'local');
    let told = 0;
    services.runs.onDidChange(() => told++);
    await call(renameRun, { connection: other.connection, workspace: other.workspace, run: other.run }, { name: 'x' });
    assert.deepEqual([services.runs.current('local'), told], [active, 0]);
    await call(renameRun, ref, { name: 'best' });
    assert.deepEqual([services.runs.current('local'), services.runs.current('local', 'ada')?.name, told], [{ ...active, name: 'best' }, 'best', 1]);
  });

  it('gets tags set and removed, by code', async () => {
    await call(setRunTags, ref, { tags: { team: 'vision' }, remove: ['stage'] });
    assert.deepEqual((await now()).tags, { team: 'vision' });
    await assert.rejects(call(setRunTags, ref, { tags: { 'mlflow.user': 'eve' } }), { code: 'invalid' });
  });

  it('gets tags added, changed and removed one after the other until the list is left', async () => {
    const prompts = new ScriptedPrompts('Add Tag…', 'team', 'vision', 'stage', 'Change Value…', 'done', 'team', 'Remove Tag', LEAVE);
    await assert.rejects(ask(setRunTags, prompts), { name: 'AbortError' });
    assert.deepEqual([(await now()).tags, prompts.isDone], [{ stage: 'done' }, true]);
    assert.deepEqual(prompts.lists[0], ['Add Tag…', 'stage']);
  });

  it('is described by code, and by a person in a document of Markdown', async () => {
    await call(setRunDescription, ref, { description: '# Why' });
    assert.equal((await now()).description, '# Why');
    const files = createDescriptionFileSystem({ connections, explain: String });
    try {
      const uri = descriptionUri(ref, 'train/1');
      assert.equal(uri.path, '/ada/@run/r-1/train~002f1.md');
      assert.equal(String(await files.readFile(uri)), '# Why');
      const before = await files.stat(uri);
      await files.writeFile(uri, Buffer.from('# Because\n'), { create: false, overwrite: true });
      const after_ = await files.stat(uri);
      assert.deepEqual([(await now()).description, after_.size, after_.mtime > before.mtime], ['# Because\n', 10, true]);
      const of = descriptionUri(experiment, experiment.name);
      await files.writeFile(of, Buffer.from('All of it'), { create: false, overwrite: true });
      assert.deepEqual([server.experimentsById.get('e-1')?.description, String(await files.readFile(of))], ['All of it', 'All of it']);
      await assert.rejects(Promise.resolve(files.readFile(descriptionUri({ ...ref, run: 'r-9' }, 'x'))), /not ?found/iu);
    } finally {
      files.dispose();
    }
  });

  it('is deleted without a question where code says so, is not active any more, and comes back', async () => {
    await services.runs.select({ ...ref, name: 'train' }, 'local');
    assert.deepEqual(await call(deleteRun, 'ada/@run:r-1', { confirm: false }), { reference: 'ada/@run:r-1' });
    assert.deepEqual([server.detailsById.size, services.runs.current('local')], [0, undefined]);
    await call(restoreRun, 'ada/@run:r-1', {});
    assert.deepEqual(await now(), run);
  });

  it('comes back from a list of those that were deleted from its experiment', async () => {
    const row = { kind: 'experiment', id: 'e', ref: { connection: 'local', workspace: 'ada', experiment: experiment.experiment }, parent: undefined, value: experiment };
    const press = async (prompts: ScriptedPrompts): Promise<unknown> => await restoreRun(services, { ...invocationOf([row], 'subject'), prompts });
    await call(deleteRun, ref, { confirm: false });
    const prompts = new ScriptedPrompts('train');
    assert.deepEqual(await press(prompts), { reference: 'ada/@run:r-1' });
    assert.deepEqual(await now(), run);
    assert.deepEqual(changes.at(-1), { connection: 'local', workspace: 'ada' });
    await assert.rejects(press(new ScriptedPrompts(LEAVE)), { name: 'AbortError' });
    Object.assign(server, { runEditing: undefined });
    await assert.rejects(press(new ScriptedPrompts()), { code: 'unsupported' });
  });

  it('is not deleted while versions need its files, and nobody is asked', async () => {
    editing.holds.push('models:/churn/3');
    const prompts = new ScriptedPrompts();
    await assert.rejects(ask(deleteRun, prompts), { code: 'invalid', message: /models:\/churn\/3/u });
    assert.deepEqual([server.detailsById.size, prompts.questions], [1, []]);
  });

  it('stays where the person who was asked leaves', async () => {
    const prompts = new ScriptedPrompts(LEAVE);
    await assert.rejects(ask(deleteRun, prompts), { name: 'AbortError' });
    assert.deepEqual([server.detailsById.size, prompts.questions.length], [1, 1]);
  });

  it('is renamed and deleted by the keys of the view, which mean nothing for it where the back end changes none', async () => {
    const row = { kind: 'run', id: 'x', ref, parent: undefined, value: undefined };
    const artifact = { kind: 'artifact', id: 'y', ref: { connection: 'local', workspace: 'ada', artifact: 'churn' }, parent: undefined, value: undefined };
    const press = async (verb: Verb, selection: readonly object[], ...script: readonly Answer[]): Promise<unknown> =>
      await verb({ ...services, tree: { selection } } as unknown as Services, { ...invocationOf([{ selection: true }], 'subject'), prompts: new ScriptedPrompts(...script) });
    assert.equal(await press(renameRun, [artifact]), undefined);
    await press(renameRun, [row], 'best');
    assert.equal((await now()).name, 'best');
    await assert.rejects(press(deleteVersion, [row], LEAVE), { name: 'AbortError' });
    Object.assign(server, { runEditing: undefined });
    assert.equal(await press(deleteVersion, [row]), undefined);
    assert.equal(server.detailsById.size, 1);
  });

  it('is refused where the back end changes none, and where it is no run', async () => {
    await assert.rejects(call(renameRun, { connection: 'local', workspace: 'ada', artifact: 'churn' }, { name: 'x' }), { code: 'invalid' });
    Object.assign(server, { runEditing: undefined, runNaming: undefined });
    for (const verb of [renameRun, setRunDescription, setRunTags, deleteRun, restoreRun]) {
      await assert.rejects(call(verb, ref, {}), { code: 'unsupported' }, verb.name);
    }
  });

  it('has menus for it exactly where the back end can', async () => {
    const flags = async (flag: string): Promise<readonly boolean[]> => {
      const data = new TreeData({ connections, runs: services.runs, contextKeys: new TestKeys(), log: silent, explain: String });
      const [local] = await data.getChildren();
      const [workspace] = await data.getChildren(local);
      const [runs] = await data.getChildren(workspace);
      const [row] = await data.getChildren(runs);
      const [models, train] = await data.getChildren(row);
      const [forest] = await data.getChildren(models);
      return [row!, forest!, train!].map((each) => (data.getTreeItem(each).contextValue ?? '').split(';').includes(flag));
    };
    server.keep(experiment, 'forest', { kind: 'model' });
    assert.deepEqual([await flags('edit'), await flags('rename')], [[true, false, true], [false, false, true]]);
    Object.assign(server, { runEditing: undefined });
    assert.deepEqual([await flags('edit'), await flags('rename')], [[false, false, false], [false, false, true]]);
    Object.assign(server, { runNaming: undefined });
    assert.deepEqual(await flags('rename'), [false, false, false]);
  });

  afterEach(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
});
