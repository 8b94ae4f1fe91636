import * as vscode from 'vscode';
import type { ExperimentRef, RunRef } from '../../model/artifact';
import type { Log } from '../../model/call';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError, unsupported } from '../../model/errors';
import { oneLine, shortened } from '../../model/line';
import { isSameSort, type RunColumn, type RunRow, subjectOfColumn } from '../../model/runTable';
import { experimentName } from '../../operations/experimentName';
import { ReadRuns, usualColumns } from '../../operations/readRuns';
import { runsCsv } from '../../operations/runsCsv';
import type { Failure } from '../../protocol';
import { isFromRunTable } from '../../protocol/runTableGate';
import { type ColumnWidth, type FromRunTable, ROW_ACTIONS, type RowAction, type RunTableVerb, type RunTableView, type ToRunTable } from '../../protocol/runTable';
import type { Provider } from '../../providers/provider';
import type { RunTable } from '../../providers/runTable';
import { Following } from '../following';
import { asksToSignIn, sentenceOf, showError } from '../messages';
import { PageWire } from '../pageWire';
import type { Prompts } from '../prompts';
import type { Connections } from '../services';
import { changedRows } from './changedRows';
import type { ChosenColumns } from './chosenColumns';
import { askColumns } from './columnPicks';
import { factLabels, runTableStrings } from './runTableStrings';
import { saveCsv } from './saveCsv';
import { cellsOf, headOf } from './tableWords';

/** One request of a server. */
const FIRST_ROWS = 200;
/** What scrolling near the end brings, and what comes at a time where all are read. */
const MORE_ROWS = 500;
/** Changes come in swarms. */
const QUIET_MS = 300;
/** Of the tab, which grows with it. */
const LONGEST_TITLE = 60;

export interface RunTableServices {
  readonly extension: vscode.Uri;
  readonly connections: Connections;
  readonly chosen: ChosenColumns;
  readonly log: Log & { show(): void };
  prompts(): Prompts;
  open(run: RunRef): Promise<void>;
}

type Intent = Exclude<FromRunTable, { readonly kind: 'ready' }>;

/** The page with the runs of one experiment as a table. It has what was read of them; its script draws it. While one of them goes on and it is seen, it follows. */
export class RunTablePage implements vscode.Disposable {
  private readonly wire: PageWire<ToRunTable, FromRunTable>;
  private readonly labels = factLabels();
  private reading = new AbortController();
  private read: ReadRuns | undefined;
  private table: RunTable | undefined;
  private columns: readonly RunColumn[] | undefined;
  /** Somebody chose the columns, now or some time. */
  private isChosen: boolean;
  /** As the script has them. */
  private rows: readonly RunRow[] = [];
  private isReading = false;
  private failure: Failure | undefined;
  private filterProblem: string | undefined;
  /** Its rows were changed while nobody looked. */
  private isStale = false;
  /** It says itself that something has changed, which it has read already. */
  private isTelling = false;
  private quiet: NodeJS.Timeout | undefined;
  private readonly following: Following;
  private name: string | undefined;

  constructor(readonly panel: vscode.WebviewPanel, private readonly ref: ExperimentRef, private view: RunTableView, private readonly services: RunTableServices, pause?: number) {
    panel.iconPath = new vscode.ThemeIcon('table');
    this.wire = new PageWire<ToRunTable, FromRunTable>(panel, services.extension, { kind: 'runTable', isIntent: isFromRunTable }, {
      ready: () => this.ready(),
      answer: (intent) => this.answer(intent),
      nonsense: () => services.log.warn('a table of runs said something that is not in the protocol'),
    });
    this.columns = services.chosen.of(ref);
    this.isChosen = this.columns !== undefined;
    this.following = new Following({ isFollowed: () => this.isFollowed(), read: () => this.follow() }, pause);
    // Ends with the panel, as this page does.
    panel.onDidChangeViewState(() => this.following.update());
    void this.load();
  }

  /** Runs were made, renamed or deleted, perhaps. */
  changed({ connection, workspace = this.ref.workspace, artifact }: Change): void {
    if (this.isTelling || connection !== this.ref.connection || workspace !== this.ref.workspace || artifact !== undefined) {
      return;
    }
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.isStale = !this.panel.visible;
      if (this.panel.visible) {
        this.reload();
      }
    }, QUIET_MS);
  }

  /** Reads again what was read; what is shown stays until then. */
  reload(): void {
    // It tells one more than it was asked for.
    void this.load(this.rows.length - 1);
  }

  dispose(): void {
    clearTimeout(this.quiet);
    this.following.dispose();
    this.stopReading();
  }

  private ready(): void {
    this.postState();
    this.postRows(0);
    if (this.isStale) {
      this.isStale = false;
      this.reload();
    }
  }

  private answer(intent: Intent): void {
    switch (intent.kind) {
      case 'verb':
        return this.press(intent.verb);
      case 'more':
        return void this.readMore(intent.known);
      case 'view':
        return this.change(intent.view);
      case 'width':
        return this.quietly(() => this.resize(intent));
      case 'open':
        return this.withRuns([intent.run], ([run]) => run && this.services.open(run));
      case 'act':
        return this.withRuns(intent.runs, (runs) => this.act(intent.action, runs));
      case 'csv':
        return this.quietly(() => this.giveCsv(intent.to, new Set(intent.runs)));
    }
  }

  private press(verb: RunTableVerb): void {
    switch (verb) {
      case 'columns':
        return this.quietly(() => this.chooseColumns());
      case 'refresh':
      case 'retry':
        return this.reload();
      case 'signIn':
        return this.quietly(async () => {
          if (await vscode.commands.executeCommand('artifacts.signIn', { connection: this.ref.connection }) !== undefined) {
            this.reload();
          }
        });
    }
  }

  private change(view: RunTableView): void {
    const { sort, filter, topLevel } = this.view;
    this.view = view;
    if (filter !== view.filter || topLevel !== view.topLevel || !isSameSort(sort, view.sort) || this.failure !== undefined) {
      void this.load();
    }
  }

  private async load(atLeast = 0): Promise<void> {
    this.stopReading();
    this.reading = new AbortController();
    const { signal } = this.reading;
    this.isReading = true;
    this.postRows(this.rows.length);
    try {
      const table = await this.tableOf(await this.services.connections.get(this.ref.connection));
      const read = new ReadRuns(table, { ...this.ref, ...this.view }, signal);
      await read.fill(Math.max(FIRST_ROWS, atLeast));
      signal.throwIfAborted();
      this.read?.close();
      this.read = read;
      this.filterProblem = undefined;
      await this.readAll(read, signal);
      this.show(read, 0, false);
      await this.learnName();
    } catch (error) {
      this.fail(error, signal);
    }
  }

  /** In an order that the server does not know the first row is the first of all that were read: then that is all of them. */
  private async readAll(read: ReadRuns, signal: AbortSignal): Promise<void> {
    while (!read.isOrdered && read.more === 'yes') {
      this.show(read, 0, true);
      await read.fill(read.rows.length + MORE_ROWS);
      signal.throwIfAborted();
    }
  }

  private async readMore(known: number): Promise<void> {
    const { read, reading: { signal } } = this;
    // After a failure its walk has ended: who wants to go on reads all of it again.
    if (read?.more !== 'yes' || this.isReading || this.failure !== undefined || this.filterProblem !== undefined || known !== this.rows.length) {
      return;
    }
    this.isReading = true;
    this.postRows(known);
    try {
      await read.fill(known + MORE_ROWS);
      signal.throwIfAborted();
      // Rows before the end may have changed meanwhile, or gone.
      this.show(read, changedRows(this.rows, read.rows)?.first ?? this.rows.length, false);
    } catch (error) {
      this.fail(error, signal);
    }
  }

  private show(read: ReadRuns, first: number, isReading: boolean): void {
    this.rows = read.rows;
    const isWider = this.findColumns();
    this.failure = undefined;
    this.isReading = isReading;
    this.postRows(isWider ? 0 : first);
    this.following.update();
  }

  /** Those that nobody has chosen come with the first rows, and once more with the first metric. Whether there are others now. */
  private findColumns(): boolean {
    if (this.rows.length === 0 || this.isChosen || this.columns?.some(isMetric) === true) {
      return false;
    }
    const usual = usualColumns(this.rows);
    const isWider = this.columns === undefined || usual.some(isMetric);
    this.columns = isWider ? usual : this.columns;
    return isWider;
  }

  private isFollowed(): boolean {
    return this.panel.visible && !this.isReading && this.failure === undefined && this.filterProblem === undefined && this.rows.some(({ status }) => status === 'running');
  }

  /** What is read meanwhile for another reason is newer. */
  private async follow(): Promise<boolean> {
    const { read, reading: { signal } } = this;
    if (read === undefined || !this.isFollowed()) {
      return true;
    }
    try {
      await read.follow();
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        // What is shown was true a moment ago; the log says what failed since.
        this.services.log.error(`runs of experiment ${this.ref.experiment}`, error);
      }
      return false;
    }
    if (!signal.aborted) {
      this.showChanges(read);
    }
    return true;
  }

  /** Tells the page what is new or different, and nothing where that is nothing; the tree, where a run has ended. */
  private showChanges(read: ReadRuns): void {
    const before = this.rows;
    const goingOn = new Set(before.filter(({ status }) => status === 'running').map(({ run }) => run));
    this.rows = read.rows;
    const isWider = this.findColumns();
    const changed = changedRows(before, this.rows);
    if (isWider) {
      this.postRows(0);
    } else if (changed !== undefined) {
      this.postRows(changed.first, changed.kept);
    }
    if (this.rows.some(({ run, status }) => goingOn.has(run) && status !== 'running')) {
      const { connection, workspace } = this.ref;
      this.isTelling = true;
      this.services.connections.changed({ connection, workspace });
      this.isTelling = false;
    }
  }

  private fail(error: unknown, signal: AbortSignal): void {
    if (isAbort(error) || signal.aborted) {
      return;
    }
    this.services.log.error(`runs of experiment ${this.ref.experiment}`, error);
    const sentence = oneLine(sentenceOf(error));
    this.isReading = false;
    const isAboutFilter = isArtifactError(error, 'invalid') && this.view.filter !== '';
    this.filterProblem = isAboutFilter ? sentence : undefined;
    this.failure = isAboutFilter ? undefined : { status: 'failed', sentence, signIn: asksToSignIn(error) };
    this.postRows(this.rows.length);
  }

  private stopReading(): void {
    this.reading.abort(new DOMException('Not wanted any more', 'AbortError'));
  }

  private async tableOf(provider: Provider): Promise<RunTable> {
    if (provider.runTable === undefined) {
      throw unsupported(vscode.l10n.t('{0} does not tell the values of many runs at once.', provider.connection));
    }
    const isNew = this.table !== provider.runTable;
    this.table = provider.runTable;
    if (isNew) {
      this.postState();
    }
    return provider.runTable;
  }

  /** Once somebody reads the rows. That it cannot be told does not keep them away. */
  private async learnName(): Promise<void> {
    try {
      this.name ??= await experimentName(await this.services.connections.get(this.ref.connection), this.ref);
      this.panel.title = oneLine(shortened(this.name ?? vscode.l10n.t('Runs'), LONGEST_TITLE));
    } catch (error) {
      this.services.log.warn(`the name of experiment ${this.ref.experiment}: ${sentenceOf(error)}`);
    }
  }

  private async chooseColumns(): Promise<void> {
    const columns = await askColumns(this.services.prompts(), this.rows, this.columns ?? []);
    if (columns !== undefined) {
      this.columns = columns;
      this.isChosen = true;
      this.postRows(0);
      await this.services.chosen.choose(this.ref, columns);
    }
  }

  private async resize({ column, width }: ColumnWidth): Promise<void> {
    if (this.columns?.includes(column) === true) {
      await this.services.chosen.resize(this.ref, column, width);
    }
  }

  private async act(id: RowAction, runs: readonly RunRef[]): Promise<void> {
    const { least, most } = ROW_ACTIONS[id];
    if (runs.length >= least && runs.length <= most) {
      await vscode.commands.executeCommand(`artifacts.${id}`, runs[0], runs);
    }
  }

  private async giveCsv(to: 'clipboard' | 'file', only: ReadonlySet<string>): Promise<void> {
    const rows = only.size === 0 ? this.rows : this.rows.filter(({ run }) => only.has(run));
    const text = runsCsv(rows, this.columns ?? []);
    if (to === 'file') {
      await saveCsv(this.services.prompts(), text, this.name ?? this.ref.experiment);
      return;
    }
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(rows.length === 1 ? vscode.l10n.t('$(check) 1 run copied as CSV') : vscode.l10n.t('$(check) {0} runs copied as CSV', rows.length), 3000);
  }

  /** What the page names is looked up here: a run that is in the table, on its own connection. */
  private withRuns(ids: readonly string[], work: (runs: readonly RunRef[]) => Promise<unknown> | undefined): void {
    const wanted = new Map(ids.map((id, index) => [id, index]));
    const runs = this.rows.filter(({ run }) => wanted.has(run)).map(({ connection, workspace, run }) => ({ connection, workspace, run }));
    this.quietly(async () => {
      await work(runs.sort((a, b) => (wanted.get(a.run) ?? 0) - (wanted.get(b.run) ?? 0)));
    });
  }

  private quietly(work: () => Promise<void>): void {
    void work().catch((error: unknown) => {
      if (!isAbort(error)) {
        this.services.log.error('table of runs', error);
        void showError(error, { showLog: () => this.services.log.show() });
      }
    });
  }

  private postState(): void {
    this.wire.post({
      kind: 'state',
      state: { strings: runTableStrings(), locale: vscode.env.language, ref: this.ref, expression: this.table?.expression, widths: this.services.chosen.widths(this.ref) },
    });
  }

  /** From the first one on, without the last `kept`, which the page has. */
  private postRows(first: number, kept = 0): void {
    const { view, rows, isReading, failure, filterProblem } = this;
    const columns = this.columns ?? [];
    this.wire.post({
      kind: 'rows',
      part: {
        columns: columns.map((column) => headOf(column, this.labels, rows)), view, first, kept, rows: rows.slice(first, rows.length - kept).map((row) => cellsOf(row, columns)),
        more: this.read?.more ?? 'yes', isReading, failure, filterProblem,
      },
    });
  }
}

const isMetric = (column: RunColumn): boolean => subjectOfColumn(column).kind === 'metric';
