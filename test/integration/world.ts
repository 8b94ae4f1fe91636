import * as vscode from 'vscode';
import type { Change } from '../../src/model/change';
import { notFound } from '../../src/model/errors';
import type { Account, Provider } from '../../src/providers/provider';
import { createSecrets } from '../../src/ui/secrets';
import { createActiveRuns } from '../../src/ui/activeRun';
import type { ContextKeys, ContextKeyTypes } from '../../src/ui/contextKeys';
import type { Connections } from '../../src/ui/services';

/** Connections to providers of a test. */
export class TestConnections implements Connections {
  private readonly changes = new vscode.EventEmitter<Change>();
  private readonly list = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly onDidChangeList = this.list.event;
  readonly providers: Provider[];
  /** Names that were asked for. */
  readonly asked: string[] = [];

  constructor(...providers: Provider[]) {
    this.providers = providers;
  }

  get all() {
    return this.providers.map(({ connection }) => ({ kind: 'local' as const, name: connection, path: `/stores/${connection}` }));
  }

  get defaultName(): string {
    return this.all[0]!.name;
  }

  async get(name = this.defaultName): Promise<Provider> {
    this.asked.push(name);
    const provider = this.providers.find(({ connection }) => connection === name);
    if (!provider) {
      throw notFound(`connection ${name}`);
    }
    return provider;
  }

  async add(): Promise<void> {}

  attach(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  isAttached(): boolean {
    return false;
  }

  async replace(): Promise<void> {}

  async setDefault(): Promise<void> {}

  homeOf(): undefined {
    return undefined;
  }

  async probe(): Promise<Account> {
    return await this.providers[0]!.whoAmI();
  }

  async remove(name: string): Promise<void> {
    this.providers.splice(this.providers.findIndex(({ connection }) => connection === name), 1);
    this.list.fire();
  }

  changed(change: Change): void {
    this.changes.fire(change);
  }

  pointElsewhere(): void {
    this.list.fire();
  }
}

/** Remembers in memory what a window would keep over reloads. */
export class TestMemento implements vscode.Memento {
  private readonly values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.values.keys()];
  }

  get<T>(key: string, otherwise?: T): T {
    return (this.values.has(key) ? this.values.get(key) : otherwise) as T;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
  }
}

export function testRuns(connections: Connections, memory = new TestMemento(), warn: (sentence: string) => void = () => {}) {
  return createActiveRuns({ memory, connections, warn });
}

/** Keeps what was set, instead of telling the window. */
export class TestKeys implements ContextKeys {
  readonly values = new Map<string, unknown>();

  set<K extends keyof ContextKeyTypes>(key: K, value: ContextKeyTypes[K]): void {
    this.values.set(key, value);
  }
}

/** Keeps secrets in memory and tells of changes as VS Code does: before the change is confirmed. */
export class TestSecretStorage implements vscode.SecretStorage {
  private readonly changes = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  readonly values = new Map<string, string>();
  readonly onDidChange = this.changes.event;

  async keys(): Promise<string[]> {
    return [...this.values.keys()];
  }

  async get(key: string): Promise<string | undefined> {
    return this.values.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.values.set(key, value);
    this.changes.fire({ key });
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key);
    this.changes.fire({ key });
  }
}

export const testSecrets = (storage = new TestSecretStorage()) => createSecrets(storage);

export const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export { until } from '../support/until';
