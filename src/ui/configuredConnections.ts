import * as vscode from 'vscode';
import { notFound } from '../model/errors';
import type { ConnectionSettings } from '../providers/registry';
import { connectionSettings, EMBEDDED } from './connectionSettings';
import type { ConnectionHome } from './services';
import { readSettings } from './settings';

/** Settings that decide what a provider is made from. */
export const CONNECTION_SETTINGS = ['artifacts.connections', 'artifacts.store.path', 'artifacts.defaultConnection', 'artifacts.defaultWorkspace'];

/** The connections as the settings have them at one moment. */
export interface Configured {
  readonly all: readonly ConnectionSettings[];
  readonly defaultName: string;
  /** The same as before exactly when nothing changed. */
  readonly text: string;
  made(settings: ConnectionSettings): string;
}

/** `attached` are those of this window alone. */
export function configuredNow(attached: readonly ConnectionSettings[]): Configured {
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

/** Whose settings name the connection; where both do, the user's count. */
export function homeOf(name: string): ConnectionHome | undefined {
  return (['user', 'workspace'] as const).find((home) => connectionSettings(written('connections', home)).some((each) => each.name === name));
}

/** Writes a connection into the user's settings, in the place of the one that has its name. */
export async function writeConnection(settings: ConnectionSettings): Promise<void> {
  const before = list('user');
  const at = before.findIndex((each) => isNamed(each, settings.name));
  await update('connections', 'user', at < 0 ? [...before, settings] : before.with(at, settings));
}

/** Takes a connection out of the settings that name it. An unknown name is `notFound`. */
export async function eraseConnection(name: string): Promise<void> {
  const home = homeOf(name);
  if (home === undefined) {
    throw notFound(vscode.l10n.t('connection “{0}”', name));
  }
  await update('connections', home, list(home).filter((each) => !isNamed(each, name)));
  if (written('defaultConnection', 'user') === name && homeOf(name) === undefined) {
    await update('defaultConnection', 'user', undefined);
  }
}

/** Where the workspace has a default of its own, only there a change can be seen. */
export async function writeDefault(name: string): Promise<void> {
  const home = written('defaultConnection', 'workspace') === undefined ? 'user' : 'workspace';
  await update('defaultConnection', home, name === EMBEDDED && home === 'user' ? undefined : name);
}

const isNamed = (value: unknown, name: string): boolean => connectionSettings([value])[0]?.name === name;

function list(home: ConnectionHome): readonly unknown[] {
  const value = written('connections', home);
  return Array.isArray(value) ? value : [];
}

function written(key: string, home: ConnectionHome): unknown {
  const values = vscode.workspace.getConfiguration('artifacts').inspect(key);
  return home === 'user' ? values?.globalValue : values?.workspaceValue;
}

async function update(key: string, home: ConnectionHome, value: unknown): Promise<void> {
  const target = home === 'user' ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('artifacts').update(key, value, target);
}
