import * as vscode from 'vscode';
import type { Producer } from '../model/artifact';
import { unlessMissing } from '../model/errors';
import type { Provider } from '../providers/provider';
import type { ActiveRuns, Connections } from './services';

interface Environment {
  readonly memory: vscode.Memento;
  readonly connections: Connections;
}

const KEY = 'artifacts.activeRuns';

export function createActiveRuns(environment: Environment): ActiveRuns & vscode.Disposable {
  return new RememberedRuns(environment);
}

class RememberedRuns implements ActiveRuns {
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly starting = new Map<string, Promise<Producer | undefined>>();
  /** Runs that were found on their back end since this window opened. */
  private readonly found = new Set<string>();
  private readonly list: vscode.Disposable;

  readonly onDidChange = this.changes.event;

  constructor(private readonly environment: Environment) {
    // The same name may now mean another store.
    this.list = environment.connections.onDidChangeList(() => {
      this.found.clear();
      this.changes.fire();
    });
  }

  current(connection: string): Producer | undefined {
    return this.remembered()[connection];
  }

  /** Quick, and shared by all who ask at once: one of them giving up must not stop the others, so no signal goes down. */
  async forUse(connection: string, workspace: string): Promise<Producer | undefined> {
    const known = this.starting.get(connection);
    if (known !== undefined) {
      return await known;
    }
    const started = this.currentOrNew(connection, workspace);
    this.starting.set(connection, started);
    try {
      return await started;
    } finally {
      this.starting.delete(connection);
    }
  }

  async select(run: Producer | undefined, connection: string): Promise<void> {
    const { [connection]: _, ...others } = this.remembered();
    await this.environment.memory.update(KEY, run === undefined ? others : { ...others, [connection]: run });
    if (run !== undefined) {
      this.found.add(keyOf(run));
    }
    this.changes.fire();
  }

  dispose(): void {
    this.list.dispose();
    this.changes.dispose();
  }

  private async currentOrNew(connection: string, workspace: string): Promise<Producer | undefined> {
    const provider = await this.environment.connections.get(connection);
    const current = this.current(connection);
    if (current !== undefined && (this.found.has(keyOf(current)) || await exists(provider, current))) {
      this.found.add(keyOf(current));
      return current;
    }
    const run = await provider.startRun?.({ connection, workspace, name: runName(new Date()) });
    const producer = run && { connection, workspace: run.workspace, run: run.run, name: run.name };
    await this.select(producer, connection);
    if (producer !== undefined) {
      this.environment.connections.changed({ connection, workspace: producer.workspace });
    }
    return producer;
  }

  private remembered(): Readonly<Record<string, Producer>> {
    return this.environment.memory.get<Record<string, Producer>>(KEY, {});
  }
}

const keyOf = (run: Producer): string => JSON.stringify([run.connection, run.workspace, run.run]);

/** The store may have been emptied or exchanged since the run was chosen. */
async function exists(provider: Provider, run: Producer): Promise<boolean> {
  if (provider.run !== undefined) {
    return await unlessMissing(provider.run({ connection: run.connection, workspace: run.workspace, run: run.run })) !== undefined;
  }
  for await (const { run: id } of provider.runs?.({ connection: run.connection, workspace: run.workspace }) ?? []) {
    if (id === run.run) {
      return true;
    }
  }
  return false;
}

/** `churn 2026-11-21 14:05`: the project and the time, as a person would name it. */
export function runName(now: Date, project = vscode.workspace.workspaceFolders?.[0]?.name ?? vscode.l10n.t('Run')): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${project} ${day} ${two(now.getHours())}:${two(now.getMinutes())}`;
}
