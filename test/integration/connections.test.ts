import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Change } from '../../src/model/change';
import type { ConnectionSettings } from '../../src/providers/registry';
import { ChangeBatch } from '../../src/ui/tree/changeBatch';
import { createConnections } from '../../src/ui/connections';
import { defaultStorePath, readSettings } from '../../src/ui/settings';
import { MemoryProvider } from '../support/memoryProvider';
import { silent, testSecrets, until } from './world';

describe('connections', () => {
  let opened: { readonly settings: ConnectionSettings; readonly provider: MemoryProvider }[];
  let failing: Error | undefined;
  let secrets: ReturnType<typeof testSecrets>;
  let connections: ReturnType<typeof createConnections>;

  beforeEach(() => {
    opened = [];
    failing = undefined;
    secrets = testSecrets();
    connections = createConnections({
      log: silent,
      secrets,
      open: async settings => {
        if (failing) {
          throw failing;
        }
        const provider = new MemoryProvider(settings.name);
        opened.push({ settings, provider });
        return provider;
      },
    });
  });

  afterEach(async () => {
    connections.dispose();
    const settings = vscode.workspace.getConfiguration('artifacts');
    await settings.update('connections', undefined, vscode.ConfigurationTarget.Global);
    await settings.update('defaultConnection', undefined, vscode.ConfigurationTarget.Global);
  });

  it('begin with the embedded store', () => {
    assert.deepEqual(connections.all, [{ kind: 'local', name: 'local', path: readSettings().storePath }]);
    assert.equal(connections.defaultName, 'local');
  });

  it('open on first use, and once', async () => {
    assert.equal(opened.length, 0);
    const [one, two] = await Promise.all([connections.get(), connections.get('local')]);
    assert.equal(one, two);
    assert.equal(opened.length, 1);
  });

  it('open again after a failure', async () => {
    failing = new Error('disk is away');
    await assert.rejects(connections.get(), /disk is away/u);
    failing = undefined;
    assert.equal((await connections.get()).connection, 'local');
  });

  it('say which name they do not know', async () => {
    await assert.rejects(connections.get('nobody'), { code: 'notFound' });
  });

  it('are added to the settings of the user, and removed', async () => {
    let told = 0;
    connections.onDidChangeList(() => told++);
    await connections.add({ kind: 'local', name: 'team', path: '/shared/team' });
    assert.deepEqual(connections.all.map(({ name }) => name), ['local', 'team']);
    assert.equal((await connections.get('team')).connection, 'team');
    await connections.remove('team');
    assert.deepEqual(connections.all.map(({ name }) => name), ['local']);
    await until(() => opened[0]!.provider.disposed, 'the removed one was closed');
    assert.equal(told, 2);
  });

  it('have each name once', async () => {
    await connections.add({ kind: 'local', name: 'team', path: '/shared/team' });
    await assert.rejects(connections.add({ kind: 'local', name: 'team', path: '/elsewhere' }), { code: 'alreadyExists' });
    await assert.rejects(connections.add({ kind: 'local', name: 'local', path: '/elsewhere' }), { code: 'alreadyExists' });
  });

  it('keep the embedded store', async () => {
    await assert.rejects(connections.remove('local'), { code: 'invalid' });
  });

  it('follow the setting for the default', async () => {
    await connections.add({ kind: 'local', name: 'team', path: '/shared/team' });
    await vscode.workspace.getConfiguration('artifacts').update('defaultConnection', 'team', vscode.ConfigurationTarget.Global);
    await until(() => connections.defaultName === 'team', 'the default changed');
  });

  it('close and open again when they point elsewhere', async () => {
    await connections.add({ kind: 'local', name: 'team', path: '/shared/one' });
    await connections.get('team');
    await vscode.workspace.getConfiguration('artifacts').update('connections', [{ kind: 'local', name: 'team', path: '/shared/two' }], vscode.ConfigurationTarget.Global);
    await until(() => opened[0]!.provider.disposed, 'the old one was closed');
    await connections.get('team');
    assert.deepEqual(opened[1]?.settings, { kind: 'local', name: 'team', path: '/shared/two' });
  });

  it('close with the window', async () => {
    await connections.get();
    connections.dispose();
    await until(() => opened[0]!.provider.disposed, 'it was closed');
  });

  it('pass on what a provider sees, a burst as one', async () => {
    const changes: Change[] = [];
    connections.onDidChange(change => changes.push(change));
    const provider = await connections.get() as MemoryProvider;
    for (let count = 0; count < 20; count++) {
      provider.tell({ workspace: 'ada', artifact: 'churn' });
    }
    await until(() => changes.length > 0, 'the change was told');
    await new Promise(resolve => setTimeout(resolve, 150));
    assert.deepEqual(changes, [{ connection: 'local', workspace: 'ada', artifact: 'churn' }]);
  });

  it('tell what this window did at once', () => {
    const changes: Change[] = [];
    connections.onDidChange(change => changes.push(change));
    connections.changed({ connection: 'local' });
    assert.deepEqual(changes, [{ connection: 'local' }]);
  });
});

describe('changes in a burst', () => {
  it('are told once, the wider instead of the narrower', async () => {
    const told: Change[] = [];
    const batch = new ChangeBatch(change => told.push(change), 5);
    batch.add({ connection: 'a', workspace: 'w', artifact: 'x' });
    batch.add({ connection: 'a', workspace: 'w' });
    batch.add({ connection: 'b', workspace: 'w', artifact: 'x' });
    await until(() => told.length > 0, 'the batch was passed on');
    assert.deepEqual(told, [{ connection: 'a', workspace: 'w' }, { connection: 'b', workspace: 'w', artifact: 'x' }]);
    batch.dispose();
  });
});

describe('settings', () => {
  it('put the store into the user data folder of the platform', () => {
    assert.equal(defaultStorePath('linux', { XDG_DATA_HOME: '/data' }), path.join('/data', 'ml-artifacts'));
    assert.equal(defaultStorePath('linux', {}), path.join(os.homedir(), '.local', 'share', 'ml-artifacts'));
    assert.equal(defaultStorePath('linux', { XDG_DATA_HOME: 'relative' }), path.join(os.homedir(), '.local', 'share', 'ml-artifacts'));
    assert.equal(defaultStorePath('darwin', {}), path.join(os.homedir(), 'Library', 'Application Support', 'ml-artifacts'));
    assert.equal(defaultStorePath('win32', { LOCALAPPDATA: '/local' }), path.join('/local', 'ml-artifacts'));
  });

  it('count a value of the wrong type as not set', async () => {
    const settings = vscode.workspace.getConfiguration('artifacts.tree');
    await settings.update('pageSize', 'many', vscode.ConfigurationTarget.Global);
    try {
      assert.equal(readSettings().pageSize, 200);
    } finally {
      await settings.update('pageSize', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
