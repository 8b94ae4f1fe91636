import * as vscode from 'vscode';
import type { Call } from '../model/call';
import type { Change } from '../model/change';
import { alreadyExists, invalid, notFound } from '../model/errors';
import type { Account, Provider } from '../providers/provider';
import type { ConnectionSettings } from '../providers/registry';
import { CONNECTION_SETTINGS, configuredNow, eraseConnection, homeOf, writeConnection, writeDefault } from './configuredConnections';
import { EMBEDDED } from './connectionSettings';
import { type OpeningEnvironment, OpenProviders } from './openProviders';
import type { ConnectionHome, Connections } from './services';
import { ChangeBatch } from './tree/changeBatch';

export function createConnections(environment: OpeningEnvironment): Connections & vscode.Disposable {
  return new ConfiguredConnections(environment);
}

class ConfiguredConnections implements Connections {
  private readonly changes = new vscode.EventEmitter<Change>();
  private readonly list = new vscode.EventEmitter<void>();
  private readonly batch = new ChangeBatch((change) => this.changes.fire(change));
  private readonly providers: OpenProviders;
  private readonly subscriptions: vscode.Disposable;
  private readonly attached: ConnectionSettings[] = [];
  private configured = configuredNow([]);

  readonly onDidChange = this.changes.event;
  readonly onDidChangeList = this.list.event;

  constructor(environment: OpeningEnvironment) {
    this.providers = new OpenProviders(environment, (change) => this.batch.add(change));
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
    return await this.providers.get(settings, this.configured.made(settings));
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
    return await this.providers.probe(settings, secret, call);
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
    this.providers.close(() => true);
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
    if (this.providers.close((each) => each === name)) {
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
    this.providers.close((name, made) => {
      const settings = this.all.find((each) => each.name === name);
      return settings === undefined || this.configured.made(settings) !== made;
    });
    this.list.fire();
  }

  private async write(writing: Promise<void>): Promise<void> {
    await writing;
    // The event for it may come later than the caller goes on.
    this.reload();
  }
}
