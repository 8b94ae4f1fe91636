import * as vscode from 'vscode';
import type { ExperimentRef } from '../../model/artifact';
import { NEWEST_FIRST } from '../../model/runTable';
import type { RunTableMemory } from '../../protocol/runTable';
import { isRunTableMemory } from '../../protocol/runTableGate';
import { Prompts } from '../prompts';
import type { Services } from '../services';
import { ChosenColumns } from './chosenColumns';
import { RunTablePage } from './runTablePage';
import { RUN_TABLE_VIEW } from './runTables';

type Slice = Pick<Services, 'context' | 'connections' | 'panels' | 'log'>;

/** The tables that are open, one for each experiment. */
export class OpenTables implements vscode.Disposable {
  private readonly pages = new Map<string, RunTablePage>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly services: Slice) {
    const { connections } = services;
    this.subscriptions = vscode.Disposable.from(
      connections.onDidChange((change) => this.pages.forEach((page) => page.changed(change))),
      connections.onDidChangeList(() => this.pages.forEach((page) => page.reload())),
    );
  }

  open({ connection, workspace, experiment }: ExperimentRef): void {
    const ref = { connection, workspace, experiment };
    const known = this.pages.get(keyOf(ref));
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(RUN_TABLE_VIEW, vscode.l10n.t('Runs'), vscode.ViewColumn.Active);
    this.show(panel, { ref, view: { filter: '', sort: NEWEST_FIRST, topLevel: false } });
  }

  restore(panel: vscode.WebviewPanel, memory: unknown): void {
    if (!isRunTableMemory(memory) || this.pages.has(keyOf(memory.ref))) {
      panel.dispose();
      return;
    }
    this.show(panel, memory);
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.pages.forEach((page) => page.dispose());
    this.pages.clear();
  }

  private show(panel: vscode.WebviewPanel, { ref, view }: RunTableMemory): void {
    const { connections, log, panels, context } = this.services;
    const page = new RunTablePage(panel, ref, view, {
      extension: context.extensionUri, connections, log, chosen: new ChosenColumns(context.globalState), prompts: () => new Prompts(), open: (run) => panels.open(run),
    });
    this.pages.set(keyOf(ref), page);
    panel.onDidDispose(() => {
      this.pages.delete(keyOf(ref));
      page.dispose();
    });
  }
}

const keyOf = ({ connection, workspace, experiment }: ExperimentRef): string => JSON.stringify([connection, workspace, experiment]);
