import * as vscode from 'vscode';
import type { RunRef } from '../../model/artifact';
import type { NamedRun } from '../../protocol/comparison';
import { isComparisonMemory } from '../../protocol/comparisonGate';
import { ComparisonPage, titleOf } from './comparisonPage';
import type { ComparisonSlice } from './comparisons';

/** The pages of this window that compare metrics, one for the same runs. */
export class OpenComparisons implements vscode.Disposable {
  private readonly pages = new Set<ComparisonPage>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly view: string, private readonly services: ComparisonSlice) {
    this.subscriptions = vscode.Disposable.from(
      services.connections.onDidChange((change) => this.pages.forEach((page) => page.changed(change))),
      services.connections.onDidChangeList(() => this.pages.forEach((page) => page.reconnected())),
    );
  }

  open(runs: readonly NamedRun[]): void {
    const known = this.pageOf(runs);
    if (known === undefined) {
      this.show(vscode.window.createWebviewPanel(this.view, titleOf(runs.length), vscode.ViewColumn.Active), runs);
    } else {
      known.panel.reveal();
    }
  }

  restore(panel: vscode.WebviewPanel, memory: unknown): void {
    if (isComparisonMemory(memory) && this.pageOf(memory.runs) === undefined) {
      this.show(panel, memory.runs.map(({ ref: { connection, workspace, run }, name }) => ({ ref: { connection, workspace, run }, name })));
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.pages.forEach((page) => page.dispose());
    this.pages.clear();
  }

  private show(panel: vscode.WebviewPanel, runs: readonly NamedRun[]): void {
    const { connections, log, panels, context: { extensionUri, globalState } } = this.services;
    const page = new ComparisonPage(panel, runs, { connections, log, extension: extensionUri, memory: globalState, open: (run) => panels.open(run) });
    this.pages.add(page);
    panel.onDidDispose(() => {
      this.pages.delete(page);
      page.dispose();
    });
  }

  private pageOf(runs: readonly NamedRun[]): ComparisonPage | undefined {
    const key = keyOf(runs.map(({ ref }) => ref));
    return [...this.pages].find(({ about }) => keyOf(about) === key);
  }
}

const keyOf = (runs: readonly RunRef[]): string => runs.map(({ connection, workspace, run }) => JSON.stringify([connection, workspace, run])).sort().join();
