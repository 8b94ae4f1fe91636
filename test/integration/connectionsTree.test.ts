import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openProvider } from '../../src/providers/registry';
import { createConnections } from '../../src/ui/connections';
import { sentenceOf } from '../../src/ui/messages';
import type { Node } from '../../src/ui/tree/nodes';
import { TreeData } from '../../src/ui/tree/treeData';
import { faultServer, type FaultServer } from '../support/faultServer';
import { MemoryProvider } from '../support/memoryProvider';
import { silent, testRuns, TestKeys, testSecrets } from './world';

describe('servers in the tree', () => {
  let connections: ReturnType<typeof createConnections>;
  let data: TreeData;
  let embedded: MemoryProvider;
  let keys: TestKeys;
  let servers: FaultServer[];

  beforeEach(() => {
    servers = [];
    embedded = new MemoryProvider();
    keys = new TestKeys();
    connections = createConnections({
      log: silent,
      secrets: testSecrets(),
      open: async (settings, secret) => (settings.kind === 'local' ? embedded : openProvider(settings, { workerFile: '', log: silent, secret })),
    });
    data = new TreeData({ connections, runs: testRuns(connections), contextKeys: keys, log: silent, explain: sentenceOf });
  });
  afterEach(async () => {
    data.dispose();
    connections.dispose();
    await vscode.workspace.getConfiguration('artifacts').update('connections', undefined, vscode.ConfigurationTarget.Global);
    await Promise.all(servers.map((each) => each.close()));
  });

  async function attach(name: string, answer: () => { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }): Promise<FaultServer> {
    const server = await faultServer({ answer });
    servers.push(server);
    connections.attach({ kind: 'mlflow', name, url: server.url });
    return server;
  }
  const roots = async (): Promise<readonly Node[]> => data.getChildren();
  const root = async (name: string): Promise<Node> => {
    const found = (await roots()).find((node) => node.kind === 'connection' && node.ref.connection === name);
    assert.ok(found, name);
    return found;
  };
  /** The first row below a connection that stands for a failure. */
  async function failedBelow(name: string): Promise<{ readonly node: Node; readonly item: vscode.TreeItem }> {
    for (let node: Node | undefined = await root(name); node !== undefined;) {
      [node] = await data.getChildren(node);
      if (node?.kind === 'failed') {
        return { node, item: data.getTreeItem(node) };
      }
    }
    throw new Error(`Nothing failed below ${name}.`);
  }

  it('stand below the embedded store, with an icon and an address of their own', async () => {
    await connections.add({ kind: 'mlflow', name: 'team', url: 'https://mlflow.example:5000' });
    await connections.add({ kind: 'local', name: 'shared', path: '/stores/shared' });
    const rows = (await roots()).map((node) => data.getTreeItem(node));
    assert.deepEqual(rows.map(({ label, description, iconPath }) => [label, description, (iconPath as vscode.ThemeIcon).id]), [
      ['Local', 'default', 'device-desktop'], ['team', 'mlflow.example:5000', 'server'], ['shared', '/stores/shared', 'folder'],
    ]);
    assert.deepEqual(rows.map(({ contextValue }) => contextValue), ['connection;store', 'connection;removable;server;other', 'connection;removable;store;other']);
  });

  it('tell address, user and workspace in their card', async () => {
    connections.attach({ kind: 'mlflow', name: 'team', url: 'https://mlflow.example', username: 'ada', workspace: 'vision' });
    const node = await root('team');
    const { tooltip } = await data.resolveTreeItem(data.getTreeItem(node), node, new vscode.CancellationTokenSource().token);
    const text = (tooltip as vscode.MarkdownString).value.replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)));
    assert.match(text, /https:\/\/mlflow\.example[\s\S]*signs in as ada[\s\S]*workspace vision/u);
  });

  it('that cannot be reached are a row that says so and tries again, beside rows that work', async () => {
    embedded.log('ada/churn', '1.0.0', {});
    const server = await attach('gone', () => ({ status: 200, body: '{}' }));
    await server.close();
    const { item } = await failedBelow('gone');
    assert.match(item.tooltip as string, /^Not reachable: 127\.0\.0\.1:\d+\. Check that the server is running/u);
    assert.deepEqual([item.label, item.description, item.command?.command, item.contextValue], ['Not reachable', 'Retry', 'artifacts.retry', 'failed']);
    assert.equal((await data.getChildren(await root('local'))).length, 1);
  });

  it('that want a sign-in are a row that leads to it', async () => {
    await attach('closed', () => ({ status: 401, body: 'You are not authenticated.' }));
    const { node, item } = await failedBelow('closed');
    assert.deepEqual([item.description, item.command?.command, item.command?.arguments, item.contextValue], ['Sign In', 'artifacts.signIn', [node], 'failed;signIn']);
  });

  it('that answer with a page of a proxy are a row without its markup', async () => {
    await attach('proxy', () => ({ status: 502, body: '<html><h1>Bad Gateway</h1></html>', headers: { 'Content-Type': 'text/html' } }));
    const { item } = await failedBelow('proxy');
    assert.equal(item.label, 'The server failed');
    assert.match(item.tooltip as string, /^The server could not do this: [^<>]+$/u);
  }).timeout(60_000);

  it('are not asked whether there is anything to welcome', async () => {
    const server = await attach('team', () => ({ status: 200, body: '{}' }));
    await roots();
    assert.deepEqual([keys.values.get('artifacts.empty'), keys.values.get('artifacts.severalConnections'), server.requests.length], [false, true, 0]);
  });
});
