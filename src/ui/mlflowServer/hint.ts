import * as vscode from 'vscode';
import { withoutLinks } from '../messages';
import { isLoopback } from '../serverAddress';
import type { Connections } from '../services';
import { mlflowFolder } from './mlflowFolder';

interface Environment {
  readonly memory: vscode.Memento;
  readonly connections: Pick<Connections, 'all'>;
  readonly window: { showInformationMessage(message: string, button: string): Thenable<string | undefined> };
}

const HINTED = 'artifacts.mlflowHints';

/** Says once, ever, that a folder of the workspace has runs of MLflow that can be looked at. Quiet where a server of this machine is known, as it may show them. */
export async function hintAtMlflow({ memory, connections, window }: Environment): Promise<void> {
  if (!vscode.workspace.isTrusted || connections.all.some((each) => each.kind === 'mlflow' && isLoopback(each.url))) {
    return;
  }
  const hinted = memory.get<readonly string[]>(HINTED, []);
  for (const { uri, name } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme === 'file' && !hinted.includes(uri.fsPath) && await mlflowFolder(uri.fsPath) !== undefined) {
      await memory.update(HINTED, [...hinted, uri.fsPath]);
      const start = vscode.l10n.t('Start MLflow Server');
      const chosen = await window.showInformationMessage(withoutLinks(vscode.l10n.t('{0} has runs of MLflow. A server of this window can show them.', name)), start);
      if (chosen === start) {
        await vscode.commands.executeCommand('artifacts.startMlflowServer', uri);
      }
      return;
    }
  }
}
