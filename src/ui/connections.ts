import * as vscode from 'vscode';
import type { Log } from '../model/call';
import type { Change } from '../model/change';
import { alreadyExists, invalid, notFound } from '../model/errors';
import type { Provider, Stop } from '../providers/provider';
import type { ConnectionSettings } from '../providers/registry';
import { ChangeBatch } from './tree/changeBatch';
import type { Connections } from './services';
import { connectionSettings, EMBEDDED, readSettings } from './settings';

interface Environment {
  /** Called when a connection is first used. */
  open(settings: ConnectionSettings): Promise<Provider>;
  readonly log: Log;
}

/** A provider that was asked for, with what it was made from. */
interface Opened {
  readonly made: string;
  readonly provider: Promise<Provider>;
}

export function createConnections(environment: Environment): Connections & vscode.Disposable {
  return new ConfiguredConnections(environment);
}

class ConfiguredConnections implements Connections {
  private readonly opened = new Map<string, Opened>();
  private readonly watches = new Map<Provider, Stop>();
  private readonly changes = new vscode.EventEmitter<Change>();
  private readonly list = new vscode.EventEmitter<void>();
  private readonly batch = new ChangeBatch((change) => this.changes.fire(change));
  private readonly configuration: vscode.Disposable;
  private readonly attached: ConnectionSettings[] = [];
  private configured = configuredNow([]);

  readonly onDidChange = this.changes.event;
  readonly onDidChangeList = this.list.event;

  constructor(private readonly environment: Environment) {
    this.configuration = vscode.workspace.onDidChangeConfiguration((event) => {
      if (SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
        this.reload();
      }
    });
  }

  get all(): readonly ConnectionSettings[] {
    return this.configured.all;
  }

  get defaultName(): string {
    return this.configured.defaultName;
  }

  async get(name = this.defaultName): Promise<Provider> {
    const settings = this.all.find((each) => each.name === name);
    if (settings === undefined) {
      throw notFound(vscode.l10n.t('connection “{0}”', name));
    }
    const known = this.opened.get(name);
    if (known !== undefined) {
      return await known.provider;
    }
    const opened = { made: this.configured.made(settings), provider: this.open(settings) };
    this.opened.set(name, opened);
    try {
      return await opened.provider;
    } catch (error) {
      // The next one who asks tries again.
      if (this.opened.get(name) === opened) {
        this.opened.delete(name);
      }
      throw error;
    }
  }

  async add(settings: ConnectionSettings): Promise<void> {
    if (this.all.some((each) => each.name === settings.name)) {
      throw alreadyExists(vscode.l10n.t('connection “{0}”', settings.name));
    }
    await this.update(vscode.ConfigurationTarget.Global, (written) => [...written, settings]);
  }

  attach(settings: ConnectionSettings): vscode.Disposable {
    if (this.all.some((each) => each.name === settings.name)) {
      throw alreadyExists(vscode.l10n.t('connection “{0}”', settings.name));
    }
    this.attached.push(settings);
    this.reload();
    return new vscode.Disposable(() => this.detach(settings));
  }

  isAttached(name: string): boolean {
    return this.attached.some((each) => each.name === name);
  }

  async remove(name: string): Promise<void> {
    if (name === EMBEDDED) {
      throw invalid(vscode.l10n.t('The embedded store is always there and cannot be removed.'));
    }
    const attached = this.attached.find((each) => each.name === name);
    if (attached !== undefined) {
      this.detach(attached);
      return;
    }
    const target = [vscode.ConfigurationTarget.Workspace, vscode.ConfigurationTarget.Global]
      .find((each) => connectionSettings(writtenIn(each)).some((connection) => connection.name === name));
    if (target === undefined) {
      throw notFound(vscode.l10n.t('connection “{0}”', name));
    }
    await this.update(target, (written) => written.filter((each) => connectionSettings([each])[0]?.name !== name));
  }

  changed(change: Change): void {
    this.changes.fire(change);
  }

  dispose(): void {
    this.configuration.dispose();
    this.batch.dispose();
    for (const opened of this.opened.values()) {
      this.close(opened);
    }
    this.opened.clear();
    this.changes.dispose();
    this.list.dispose();
  }

  private detach(settings: ConnectionSettings): void {
    const at = this.attached.indexOf(settings);
    if (at >= 0) {
      this.attached.splice(at, 1);
      this.reload();
    }
  }

  private async open(settings: ConnectionSettings): Promise<Provider> {
    this.environment.log.debug(`opening connection ${settings.name} (${settings.kind})`);
    const provider = await this.environment.open(settings);
    const stop = provider.watch?.((change) => this.batch.add(change));
    if (stop !== undefined) {
      this.watches.set(provider, stop);
    }
    return provider;
  }

  /** Closes what was pointed elsewhere; it opens again when somebody asks. */
  private reload(): void {
    const before = this.configured;
    this.configured = configuredNow(this.attached);
    if (this.configured.text === before.text) {
      return;
    }
    for (const [name, opened] of this.opened) {
      const settings = this.all.find((each) => each.name === name);
      if (settings === undefined || this.configured.made(settings) !== opened.made) {
        this.opened.delete(name);
        this.close(opened);
      }
    }
    this.list.fire();
  }

  private close({ provider }: Opened): void {
    provider
      .then(async (open) => {
        this.watches.get(open)?.();
        this.watches.delete(open);
        await open.dispose();
      })
      .catch((error: unknown) => this.environment.log.warn(`a connection did not close cleanly: ${String(error)}`));
  }

  private async update(target: vscode.ConfigurationTarget, change: (written: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const written = writtenIn(target);
    await vscode.workspace.getConfiguration('artifacts').update('connections', change(Array.isArray(written) ? written : []), target);
    // The event for it may come later than the caller goes on.
    this.reload();
  }
}

/** Settings that decide what a provider is made from. */
const SETTINGS = ['artifacts.connections', 'artifacts.store.path', 'artifacts.defaultConnection', 'artifacts.defaultWorkspace'];

interface Configured {
  readonly all: readonly ConnectionSettings[];
  readonly defaultName: string;
  /** The same as before exactly when nothing changed. */
  readonly text: string;
  made(settings: ConnectionSettings): string;
}

function configuredNow(attached: readonly ConnectionSettings[]): Configured {
  const { storePath, connections, defaultConnection, defaultWorkspace } = readSettings();
  const written: readonly ConnectionSettings[] = [{ kind: 'local', name: EMBEDDED, path: storePath }, ...connections];
  const all = [...written, ...attached.filter(({ name }) => !written.some((each) => each.name === name))];
  const defaultName = all.find((each) => each.name === defaultConnection)?.name ?? EMBEDDED;
  return {
    all,
    defaultName,
    text: JSON.stringify([all, defaultName, defaultWorkspace]),
    made: (settings) => JSON.stringify([settings, defaultWorkspace]),
  };
}

function writtenIn(target: vscode.ConfigurationTarget): unknown {
  const written = vscode.workspace.getConfiguration('artifacts').inspect<unknown>('connections');
  return target === vscode.ConfigurationTarget.Global ? written?.globalValue : written?.workspaceValue;
}
