import * as vscode from 'vscode';
import type { Change } from '../model/change';
import { alreadyExists, invalid, notFound } from '../model/errors';
import type { Call, Log } from '../model/call';
import type { Account, Provider, Stop } from '../providers/provider';
import type { ConnectionSettings } from '../providers/registry';
import { ChangeBatch } from './tree/changeBatch';
import { CONNECTION_SETTINGS, configuredNow, eraseConnection, homeOf, writeConnection, writeDefault } from './configuredConnections';
import { EMBEDDED } from './connectionSettings';
import type { ConnectionHome, Connections, Credentials, Secrets } from './services';

interface Environment {
  /** Called when a connection is first used. */
  open(settings: ConnectionSettings, secret: () => Promise<string | undefined>): Promise<Provider>;
  readonly secrets: Pick<Secrets, 'get' | 'onDidChange'>;
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
  private readonly subscriptions: vscode.Disposable;
  private readonly attached: ConnectionSettings[] = [];
  private configured = configuredNow([]);

  readonly onDidChange = this.changes.event;
  readonly onDidChangeList = this.list.event;

  constructor(private readonly environment: Environment) {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (CONNECTION_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
          this.reload();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.reload()),
      environment.secrets.onDidChange((name) => this.reopen(name)),
    );
  }

  get all(): readonly ConnectionSettings[] {
    return this.configured.all;
  }

  get defaultName(): string {
    return this.configured.defaultName;
  }

  async get(name = this.defaultName): Promise<Provider> {
    const settings = this.settingsOf(name);
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
    this.checkNew(settings);
    await this.write(writeConnection(settings));
  }

  async replace(settings: ConnectionSettings): Promise<void> {
    await this.write(writeConnection(settings));
  }

  async setDefault(name: string): Promise<void> {
    this.settingsOf(name);
    await this.write(writeDefault(name));
  }

  homeOf(name: string): ConnectionHome | undefined {
    return homeOf(name);
  }

  async probe(settings: ConnectionSettings, secret: string | undefined, call: Call): Promise<Account> {
    const provider = await this.environment.open(settings, async () => secret);
    try {
      return await provider.whoAmI(call);
    } finally {
      await provider.dispose();
    }
  }

  attach(settings: ConnectionSettings): vscode.Disposable {
    this.checkNew(settings);
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
    await this.write(eraseConnection(name));
  }

  changed(change: Change): void {
    this.changes.fire(change);
  }

  dispose(): void {
    this.subscriptions.dispose();
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
    const credentials = await this.environment.secrets.get(settings);
    // A provider lives as long as its secret stays the same: `reopen` sees to that.
    const provider = await this.environment.open(signedIn(settings, credentials), async () => credentials?.secret);
    const stop = provider.watch?.((change) => this.batch.add(change));
    if (stop !== undefined) {
      this.watches.set(provider, stop);
    }
    return provider;
  }

  private settingsOf(name: string): ConnectionSettings {
    const settings = this.all.find((each) => each.name === name);
    if (settings === undefined) {
      throw notFound(vscode.l10n.t('connection “{0}”', name));
    }
    return settings;
  }

  private checkNew({ name }: ConnectionSettings): void {
    if (this.all.some((each) => each.name === name)) {
      throw alreadyExists(vscode.l10n.t('connection “{0}”', name));
    }
  }

  /** Another secret: whoever asks next gets a provider that uses it. */
  private reopen(name: string): void {
    const opened = this.opened.get(name);
    if (opened !== undefined) {
      this.opened.delete(name);
      this.close(opened);
      this.list.fire();
    }
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

  private async write(writing: Promise<void>): Promise<void> {
    await writing;
    // The event for it may come later than the caller goes on.
    this.reload();
  }
}

/** A person signs in to a connection of the workspace's settings under a name that those do not know. */
const signedIn = (settings: ConnectionSettings, credentials: Credentials | undefined): ConnectionSettings =>
  settings.kind === 'local' || credentials === undefined ? settings : { ...settings, username: credentials.username };
