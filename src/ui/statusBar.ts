import * as vscode from 'vscode';
import { oneLine, shortened } from '../model/line';
import { escapeIcons } from './foreignText';
import type { ActiveRuns, Connections } from './services';

/** Success that is visible anyway: a word at the foot of the window, gone by itself. */
export function flash(message: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(message)}`, 5000);
}

/** The rest of the status bar needs room, too. */
const LONGEST_NAME = 60;

/** The run that logging and downloading is recorded under; a click chooses another one. */
export function createStatusBar({ connections, runs }: { readonly connections: Connections; readonly runs: ActiveRuns }): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('artifacts.activeRun', vscode.StatusBarAlignment.Left, 0);
  item.name = vscode.l10n.t('ML Artifacts: Active Run');
  item.command = 'artifacts.selectRun';
  const show = (): void => {
    const run = runs.current(connections.defaultName);
    item.text = run === undefined ? `$(run-all) ${vscode.l10n.t('No Run')}` : `$(run-all) ${escapeIcons(shortened(run.name, LONGEST_NAME))}`;
    item.tooltip = run === undefined
      ? vscode.l10n.t('No active run. Logging or downloading begins one. Select to choose or begin a run.')
      : vscode.l10n.t('Active run: what is logged and downloaded here is recorded under it. Select to choose another one.');
    item.accessibilityInformation = { label: run === undefined ? vscode.l10n.t('No active run') : vscode.l10n.t('Active run {0}', oneLine(run.name)) };
  };
  show();
  item.show();
  return vscode.Disposable.from(item, runs.onDidChange(show), connections.onDidChangeList(show));
}
