import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { faultServer, type FaultServer } from '../support/faultServer';
import { call } from './verbs';

describe("connections through the editor's proxy", () => {
  const name = 'behind-proxy';
  let proxy: FaultServer;
  const use = (url: string | undefined): Thenable<void> => vscode.workspace.getConfiguration('http').update('proxy', url, vscode.ConfigurationTarget.Global);

  before(async () => {
    proxy = await faultServer({ answer: () => ({ headers: { 'Content-Type': 'application/json' }, body: '{}' }) });
    await use(proxy.url);
  });
  after(async () => {
    await call('removeConnection', name);
    await use(undefined);
    await proxy.close();
  });

  it('ask it for hosts that nobody else knows', async () => {
    await call('addConnection', { kind: 'mlflow', name, url: 'http://mlflow.invalid' });
    assert.deepEqual(await call('listArtifacts', { connection: name }), []);
    assert.equal(proxy.requests[0]?.headers.host, 'mlflow.invalid');
  });
});
