import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../providers/registry';
import { absolute, connectionSettings } from './connectionSettings';

export const CONFLICTS = ['ask', 'fail', 'keep', 'overwrite'] as const;

/** Every `artifacts.*` setting, checked: a value of the wrong type counts as not set. */
export interface Settings {
  /** Folder of the embedded store: absolute. */
  readonly storePath: string;
  /** Connections beside the embedded store: the user's, and those that a trusted workspace names for its team. */
  readonly connections: readonly ConnectionSettings[];
  readonly defaultConnection: string | undefined;
  readonly defaultWorkspace: string | undefined;
  readonly exclude: readonly string[];
  readonly ignoreFile: string | undefined;
  readonly gitMetadata: boolean;
  /** Absolute; absent: the last one used. */
  readonly downloadFolder: string | undefined;
  readonly downloadConflicts: (typeof CONFLICTS)[number];
  /** Rows that a node of the tree shows before *Load More*. */
  readonly pageSize: number;
  /** Assets with more bytes are not opened in an editor. */
  readonly previewBytes: number;
}

/**
 * Reads the settings as they are now. `scope` is what resource settings (exclude, ignoreFile) are read for. What an untrusted
 * workspace sets is left out by VS Code itself: package.json lists those settings under restrictedConfigurations.
 */
export function readSettings(scope?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('artifacts');
  // VS Code warns when these are read for no resource, which null is not, and when others are read for one.
  const scoped = vscode.workspace.getConfiguration('artifacts', scope ?? null);
  const text = (key: string, from = configuration): string | undefined => {
    const value: unknown = from.get(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const folder = (key: string): string | undefined => {
    const value = text(key);
    return value === undefined ? undefined : absolute(value);
  };
  const whole = (key: string, least: number, most: number, otherwise: number): number => {
    const value: unknown = configuration.get(key);
    return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : otherwise;
  };
  const conflicts = text('download.conflicts');
  const written = configuration.inspect('connections');
  return {
    storePath: folder('store.path') ?? defaultStorePath(),
    // The user's first: a workspace cannot point a name that the user has given elsewhere.
    connections: connectionSettings(written?.globalValue, vscode.workspace.isTrusted ? written?.workspaceValue : undefined),
    defaultConnection: text('defaultConnection'),
    defaultWorkspace: text('defaultWorkspace'),
    exclude: strings(scoped.get('exclude')),
    ignoreFile: text('ignoreFile', scoped),
    gitMetadata: configuration.get('gitMetadata') !== false,
    downloadFolder: folder('download.folder'),
    downloadConflicts: CONFLICTS.find((each) => each === conflicts) ?? 'ask',
    pageSize: whole('tree.pageSize', 20, 1000, 200),
    previewBytes: whole('preview.maxMegabytes', 1, 1024, 50) * 1_000_000,
  };
}

/** The user's data folder: it stays when the extension is uninstalled, and every window and editor of the user finds it. */
export function defaultStorePath(platform: NodeJS.Platform = process.platform, environment: NodeJS.ProcessEnv = process.env): string {
  const home = os.homedir();
  switch (platform) {
    case 'win32':
      return path.join(environment['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'ml-artifacts');
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'ml-artifacts');
    default: {
      const data = environment['XDG_DATA_HOME'];
      // The XDG specification says to ignore a relative one.
      return path.join(data !== undefined && path.isAbsolute(data) ? data : path.join(home, '.local', 'share'), 'ml-artifacts');
    }
  }
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string' && each !== '') : [];
