import * as vscode from 'vscode';
import type { RunRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { isAbort } from '../../model/errors';
import { oneLine } from '../../model/line';
import type { Failure } from '../../protocol';
import type { FromComparison, NamedRun, ToComparison } from '../../protocol/comparison';
import { isFromComparison } from '../../protocol/comparisonGate';
import { Following } from '../following';
import { panelStrings } from '../details/panelStrings';
import { PageWire } from '../pageWire';
import { PlotMemory } from '../details/plotMemory';
import { asksToSignIn, sentenceOf } from '../messages';
import type { Connections, Services } from '../services';
import { ComparedRun } from './comparedRun';

/** Questions for values that are on their way at a time, shared among the runs. */
const AT_A_TIME = 8;

export interface ComparisonServices extends Pick<Services, 'log'> {
  readonly extension: vscode.Uri;
  readonly connections: Connections;
  /** Kept over all windows. */
  readonly memory: vscode.Memento;
  open(run: RunRef): Promise<void>;
}

/** The page that compares the metrics of several runs. While one of them goes on and the page is seen, it follows. */
export class ComparisonPage implements vscode.Disposable {
  private readonly runs: readonly ComparedRun[];
  private readonly wire: PageWire<ToComparison, FromComparison>;
  private readonly strings = panelStrings();
  private readonly plots: PlotMemory;
  private readonly following: Following;

  constructor(readonly panel: vscode.WebviewPanel, runs: readonly NamedRun[], private readonly services: ComparisonServices, pause?: number) {
    panel.title = titleOf(runs.length);
    panel.iconPath = new vscode.ThemeIcon('graph-line');
    this.plots = new PlotMemory(services.memory);
    this.runs = runs.map((named, run) => new ComparedRun(named, {
      provider: (connection) => services.connections.get(connection),
      changed: () => this.postState(),
      postHistory: (name, history) => this.wire.post({ kind: 'metric', run, name, history }),
      failure: (error) => this.failure(error),
    }, Math.max(1, Math.floor(AT_A_TIME / runs.length))));
    this.wire = new PageWire<ToComparison, FromComparison>(panel, services.extension, { kind: 'comparison', isIntent: isFromComparison }, {
      ready: () => this.postState(),
      answer: (intent) => this.answer(intent),
      nonsense: () => services.log.warn('a page of metrics said something that is not in the protocol'),
    });
    this.following = new Following({
      isFollowed: () => panel.visible && this.runs.some(({ isRunning }) => isRunning),
      read: () => this.follow(),
    }, pause);
    // Ends with the panel, as this page does.
    panel.onDidChangeViewState(() => this.following.update());
    this.reload(() => true);
  }

  get about(): readonly RunRef[] {
    return this.runs.map(({ named: { ref } }) => ref);
  }

  changed({ connection, workspace, artifact }: Change): void {
    if (artifact === undefined) {
      this.reload((ref) => ref.connection === connection && ref.workspace === (workspace ?? ref.workspace));
    }
  }

  /** The names of connections may stand for other places now. */
  reconnected(): void {
    this.reload(() => true);
  }

  dispose(): void {
    this.following.dispose();
    this.runs.forEach((run) => run.dispose());
  }

  private reload(isMeant: (ref: RunRef) => boolean): void {
    for (const run of this.runs) {
      if (isMeant(run.named.ref)) {
        void run.reload().then(() => this.following.update());
      }
    }
  }

  private async follow(): Promise<boolean> {
    const followed = this.runs.filter(({ isRunning }) => isRunning);
    const read = await Promise.all(followed.map((run) => run.follow()));
    for (const { named: { ref: { connection, workspace } } } of followed.filter(({ isRunning }) => !isRunning)) {
      // It has ended: all of it is read once more, and its row in the tree with it.
      this.services.connections.changed({ connection, workspace });
    }
    return read.every(Boolean);
  }

  private answer(intent: Exclude<FromComparison, { readonly kind: 'ready' }>): void {
    switch (intent.kind) {
      case 'refresh':
        return this.reload(() => true);
      case 'metrics':
        return this.runs.forEach((run) => run.ask(intent.names));
      case 'plots':
        return this.plots.choose(intent.choices);
      case 'openRun':
        return this.quietly(intent.run, (ref) => this.services.open(ref));
      case 'signIn':
        return this.quietly(intent.run, async ({ connection }) => {
          if (await vscode.commands.executeCommand('artifacts.signIn', { connection }) !== undefined) {
            this.reload((ref) => ref.connection === connection);
          }
        });
    }
  }

  private quietly(index: number, work: (ref: RunRef) => Promise<void>): void {
    const ref = this.runs[index]?.named.ref;
    if (ref !== undefined) {
      void work(ref).catch((error: unknown) => {
        if (!isAbort(error)) {
          this.services.log.error('page of metrics', error);
        }
      });
    }
  }

  private failure(error: unknown): Failure {
    this.services.log.error('metrics of several runs', error);
    return { status: 'failed', sentence: oneLine(sentenceOf(error)), signIn: asksToSignIn(error) };
  }

  private postState(): void {
    this.wire.post({ kind: 'state', state: { strings: this.strings, locale: vscode.env.language, plots: this.plots.choices, runs: this.runs.map(({ told }) => told) } });
  }
}

export const titleOf = (runs: number): string => (runs === 1 ? vscode.l10n.t('Metrics: 1 run') : vscode.l10n.t('Metrics: {0} runs', runs));
