import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { hintAtMlflow } from '../../src/ui/mlflowServer/hint';
import { TestMemento } from './world';

describe('the hint at runs of MLflow in the workspace', () => {
  let memory: TestMemento;
  let database: string;

  beforeEach(() => {
    memory = new TestMemento();
    const [root = assert.fail()] = vscode.workspace.workspaceFolders ?? [];
    database = path.join(root.uri.fsPath, 'mlflow.db');
    fs.writeFileSync(database, '');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    fs.rmSync(database, { force: true });
  });

  const remembered = (): readonly string[] => memory.get('artifacts.mlflowHints', []);

  it('is remembered as soon as it is shown, so that it comes once', async () => {
    void hintAtMlflow({ memory, connections: { all: [] } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(remembered(), [path.dirname(database)]);
    // Nobody is asked again: this ends at once.
    await hintAtMlflow({ memory, connections: { all: [] } });
  });

  it('does not come where a server is known, nor without runs', async () => {
    await hintAtMlflow({ memory, connections: { all: [{ kind: 'mlflow', name: 'team', url: 'http://mlflow.example' }] } });
    fs.rmSync(database);
    await hintAtMlflow({ memory, connections: { all: [] } });
    assert.deepEqual(remembered(), []);
  });
});
