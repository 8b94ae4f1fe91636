import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { ArtifactVersion, AssetRef } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import type { VersionDraft } from '../../src/providers/provider';
import { invocationOf } from '../../src/ui/commands/invocation';
import type { LogResult } from '../../src/ui/commands/logFlow';
import { registerVersion } from '../../src/ui/commands/registerVersion';
import type { Services } from '../../src/ui/services';
import { createTransfers } from '../../src/ui/transfers';
import { MemoryProvider } from '../support/memoryProvider';
import { silent, TestConnections, TestKeys, TestMemento, testRuns } from './world';

/** A back end whose runs keep files, and that notes what it was told to register. */
class RunKeeper extends MemoryProvider {
  readonly runFiles = true;
  readonly registered: { readonly folder: AssetRef; readonly draft: VersionDraft }[] = [];

  async register(folder: AssetRef, draft: VersionDraft): Promise<ArtifactVersion> {
    this.registered.push({ folder, draft });
    this.log(`${draft.workspace}/${draft.artifact}`, '1.0.0', { 'model.pkl': 'weights' }, { type: draft.type });
    return await this.version({ ...draft, version: '1.0.0' });
  }
}

describe('artifacts.registerVersion', () => {
  let provider: RunKeeper;
  let services: Services;
  const owned: vscode.Disposable[] = [];
  const run = { connection: 'team', workspace: 'ada', run: 'run-1' };

  beforeEach(async () => {
    provider = new RunKeeper('team');
    await provider.startRun({ connection: 'team', workspace: 'ada', name: 'train-0412' });
    provider.log('ada/@run', 'run-1', { 'model/model.pkl': 'weights', 'model/conf/a.yaml': 'a: 1', 'plots/roc.png': 'png' });
    const connections = new TestConnections(provider);
    const transfers = createTransfers(new TestKeys());
    const runs = testRuns(connections);
    owned.push(transfers, runs);
    const context = { workspaceState: new TestMemento(), globalState: new TestMemento() };
    services = { connections, transfers, runs, context, log: { ...silent, show: () => {} }, tree: { reveal: async () => {} } } as unknown as Services;
  });
  afterEach(() => owned.splice(0).forEach((each) => each.dispose()));

  const register = (subject: unknown, answers: object = {}): Promise<LogResult> =>
    registerVersion(services, invocationOf([subject, { artifact: 'churn-model', confirm: false, ...answers }], 'subject'));

  it('makes a version of one folder of the run, with the type that its files suggest', async () => {
    const result = await register(run, { path: 'model', version: '2.0.0', aliases: ['prod'], tags: ['t'], metadata: { auc: 0.9 } });
    const [{ folder, draft } = assert.fail()] = provider.registered;
    assert.deepEqual(folder, { connection: 'team', workspace: 'ada', artifact: '@run', version: 'run-1', path: 'model' });
    assert.deepEqual([draft.workspace, draft.artifact, draft.type, draft.version], ['ada', 'churn-model', 'model', '2.0.0']);
    assert.deepEqual([draft.aliases, draft.tags, draft.metadata], [['prod'], ['t'], { auc: 0.9 }]);
    assert.equal(result.reference, 'ada/churn-model:1.0.0');
  });

  it('takes the row of a folder, and all files of a run', async () => {
    await register({ ...run, artifact: '@run', version: 'run-1', path: 'plots', run: undefined });
    await register(run, { artifact: 'all' });
    assert.deepEqual(provider.registered.map(({ folder, draft }) => [folder.path, draft.type]), [['plots', 'plot'], ['', 'model']]);
  });

  it('takes a reference', async () => {
    await register('ada/@run:run-1/model');
    assert.equal(provider.registered[0]?.folder.path, 'model');
  });

  it('leaves the producer to the back end, which knows the run, and makes no run of its own', async () => {
    await register(run, { path: 'model' });
    assert.equal(provider.registered[0]?.draft.producer, undefined);
    assert.deepEqual([...provider.runsById.keys()], ['run-1']);
  });

  it('says that a folder is expected where a file is named', async () => {
    await assert.rejects(register(run, { path: 'plots/roc.png' }), (error) => isArtifactError(error, 'invalid') && error.message.includes('is a file'));
  });

  it('refuses what is no run, and a back end that cannot', async () => {
    await assert.rejects(register({ connection: 'team', workspace: 'ada', artifact: 'churn', version: '1.0.0' }), (error) => isArtifactError(error, 'invalid'));
    Object.assign(provider, { register: undefined });
    await assert.rejects(register(run), (error) => isArtifactError(error, 'unsupported'));
  });
});
