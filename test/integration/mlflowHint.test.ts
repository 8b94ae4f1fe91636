import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../../src/providers/registry';
import { hintAtMlflow } from '../../src/ui/mlflowServer/hint';
import { call } from './verbs';
import { TestMemento } from './world';

const fake = path.resolve(__dirname, '../../../test/fixtures/fakeMlflow');

describe('the hint at runs of MLflow in the workspace', () => {
  let memory: TestMemento;
  let folder: vscode.WorkspaceFolder;
  let database: string;
  let shown: (readonly string[])[];

  beforeEach(() => {
    memory = new TestMemento();
    shown = [];
    [folder = assert.fail()] = vscode.workspace.workspaceFolders ?? [];
    database = path.join(folder.uri.fsPath, 'mlflow.db');
    fs.writeFileSync(database, '');
  });
  afterEach(() => fs.rmSync(database, { force: true }));

  /** With what a person answers. */
  async function hint(answer: string | undefined, ...all: readonly ConnectionSettings[]): Promise<void> {
    const showInformationMessage = async (...words: [string, string]): Promise<string | undefined> => {
      shown.push(words);
      return answer;
    };
    await hintAtMlflow({ memory, connections: { all }, window: { showInformationMessage } });
  }
  const words = (): readonly string[] => [`${folder.name} has runs of MLflow. A server of this window can show them.`, 'Start MLflow Server'];

  it('is shown once', async () => {
    await hint(undefined);
    await hint(undefined);
    assert.deepEqual(shown, [words()]);
  });

  it('starts the server of that folder', async () => {
    const before = process.env['PYTHONPATH'];
    process.env['PYTHONPATH'] = fake;
    try {
      await hint('Start MLflow Server');
      assert.deepEqual(await call('listArtifacts', { connection: `${folder.name} (MLflow)` }), []);
    } finally {
      await call('stopMlflowServer', `${folder.name} (MLflow)`);
      if (before === undefined) {
        delete process.env['PYTHONPATH'];
      } else {
        process.env['PYTHONPATH'] = before;
      }
    }
  });

  it('is shown where the server of a team is known', async () => {
    await hint(undefined, { kind: 'mlflow', name: 'team', url: 'https://mlflow.example' });
    assert.deepEqual(shown, [words()]);
  });

  it('does not come where a server of this machine may show them, nor without runs', async () => {
    await hint(undefined, { kind: 'mlflow', name: 'mine', url: 'http://127.0.0.1:5000' });
    fs.rmSync(database);
    await hint(undefined);
    assert.deepEqual([shown, memory.keys()], [[], []]);
  });
});
