import * as vscode from 'vscode';
import type { Producer, RunRef, VersionRef } from '../model/artifact';
import { formatReference } from '../model/reference';
import { findRun } from '../operations/findRun';
import type { Provider } from '../providers/provider';
import { sentenceOf } from './messages';
import type { ActiveRuns, Connections } from './services';

interface Environment {
  readonly memory: vscode.Memento;
  readonly connections: Connections;
  /** Shows what has gone otherwise than a person would think. */
  readonly warn: (sentence: string) => void;
}

/** What is remembered of a connection. */
interface Remembered {
  readonly current?: Producer | undefined;
  /** The last one of each workspace, for back ends whose runs do not reach beyond theirs. */
  readonly runs?: readonly Producer[] | undefined;
}

const KEY = 'artifacts.activeRuns';

export function createActiveRuns(environment: Environment): ActiveRuns & vscode.Disposable {
  return new RememberedRuns(environment);
}

class RememberedRuns implements ActiveRuns {
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly starting = new Map<string, Promise<Producer | undefined>>();
  /** Runs that were found since this window opened, on back ends that would have to look through all of theirs. */
  private readonly found = new Set<string>();
  private readonly told = new Set<string>();
  private readonly list: vscode.Disposable;

  readonly onDidChange = this.changes.event;

  constructor(private readonly environment: Environment) {
    // The same name may now mean another store.
    this.list = environment.connections.onDidChangeList(() => {
      this.found.clear();
      this.told.clear();
      this.changes.fire();
    });
  }

  current(connection: string, workspace?: string): Producer | undefined {
    const { current, runs = [] } = this.remembered()[connection] ?? {};
    return workspace === undefined ? current : runs.find((run) => run.workspace === workspace);
  }

  /** Quick, and shared by all who ask at once: one of them giving up must not stop the others, so no signal goes down. */
  async forUse(connection: string, workspace: string): Promise<Producer | undefined> {
    const provider = await this.environment.connections.get(connection);
    const key = JSON.stringify([connection, provider.runsApart === true ? workspace : undefined]);
    const known = this.starting.get(key);
    if (known !== undefined) {
      return await known;
    }
    const started = this.currentOrNew(provider, connection, workspace);
    this.starting.set(key, started);
    try {
      return await started;
    } finally {
      this.starting.delete(key);
    }
  }

  async select(run: Producer | undefined, connection: string): Promise<void> {
    const { runs = [] } = this.remembered()[connection] ?? {};
    if (run === undefined) {
      await this.remember(connection, {});
      return;
    }
    this.found.add(keyOf(run));
    await this.remember(connection, { current: run, runs: [run, ...runs.filter(({ workspace }) => workspace !== run.workspace)] });
  }

  async release(run: RunRef): Promise<void> {
    const { current, runs = [] } = this.remembered()[run.connection] ?? {};
    const isIt = (each: Producer): boolean => keyOf(each) === keyOf(run);
    await this.remember(run.connection, { current: current !== undefined && isIt(current) ? undefined : current, runs: runs.filter((each) => !isIt(each)) });
  }

  async renamed(run: RunRef, name: string): Promise<void> {
    const { current, runs = [] } = this.remembered()[run.connection] ?? {};
    const called = (each: Producer): Producer => (keyOf(each) === keyOf(run) ? { ...each, name } : each);
    if (runs.some((each) => keyOf(each) === keyOf(run))) {
      await this.remember(run.connection, { current: current && called(current), runs: runs.map(called) });
    }
  }

  unrecorded(version: VersionRef, error: unknown): void {
    const why = sentenceOf(error);
    const key = JSON.stringify([version.connection, why]);
    if (!this.told.has(key)) {
      this.told.add(key);
      this.environment.warn(vscode.l10n.t('{0} was downloaded, but its use could not be recorded: {1}', formatReference(version), why));
    }
  }

  dispose(): void {
    this.list.dispose();
    this.changes.dispose();
  }

  private async currentOrNew(provider: Provider, connection: string, workspace: string): Promise<Producer | undefined> {
    const current = this.current(connection, provider.runsApart === true ? workspace : undefined);
    const active = current && await this.asItIs(provider, current);
    if (active !== undefined) {
      this.found.add(keyOf(active));
      const shown = this.current(connection);
      if (shown === undefined || keyOf(shown) !== keyOf(active) || shown.name !== active.name) {
        await this.select(active, connection);
      }
      return active;
    }
    const run = await provider.startRun?.({ connection, workspace, name: runName(new Date()) });
    const producer = run && { connection, workspace: run.workspace, run: run.run, name: run.name };
    await this.select(producer, connection);
    if (producer !== undefined) {
      if (current !== undefined) {
        this.environment.warn(vscode.l10n.t('The active run “{0}” was deleted from {1}. From now on “{2}” is active.', current.name, connection, producer.name));
      }
      this.environment.connections.changed({ connection, workspace: producer.workspace });
    }
    return producer;
  }

  /** It may have been renamed or deleted since it was chosen, the store emptied or exchanged. */
  private async asItIs(provider: Provider, run: Producer): Promise<Producer | undefined> {
    if (provider.run === undefined && this.found.has(keyOf(run))) {
      return run;
    }
    const found = await findRun(provider, run);
    return found && { ...run, name: found.name };
  }

  private remembered(): Readonly<Record<string, Remembered>> {
    return this.environment.memory.get<Record<string, Remembered>>(KEY, {});
  }

  private async remember(connection: string, what: Remembered): Promise<void> {
    await this.environment.memory.update(KEY, { ...this.remembered(), [connection]: what });
    this.changes.fire();
  }
}

const keyOf = (run: RunRef): string => JSON.stringify([run.connection, run.workspace, run.run]);

/** `churn 2026-11-21 14:05`: the project and the time, as a person would name it. */
export function runName(now: Date, project = vscode.workspace.workspaceFolders?.[0]?.name ?? vscode.l10n.t('Run')): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${project} ${day} ${two(now.getHours())}:${two(now.getMinutes())}`;
}
