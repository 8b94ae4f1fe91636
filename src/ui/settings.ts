import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** A connection as the user writes it, shape checked, paths absolute. */
export interface ConnectionSetting {
  readonly kind: 'local';
  readonly name: string;
  readonly path: string;
}

export const CONFLICTS = ['ask', 'fail', 'keep', 'overwrite'] as const;

/** Every `artifacts.*` setting, checked: a value of the wrong type counts as not set. */
export interface Settings {
  /** Folder of the embedded store: absolute. */
  readonly storePath: string;
  /** Connections beside the embedded store. */
  readonly connections: readonly ConnectionSetting[];
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

/** Name of the connection to the embedded store. It is not among the configured ones and cannot be removed. */
export const EMBEDDED = 'local';

/**
 * Reads the settings as they are now. `scope` is what resource settings (exclude, ignoreFile) are read for. What an untrusted
 * workspace sets is left out by VS Code itself: package.json lists those settings under restrictedConfigurations.
 */
export function readSettings(scope?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration('artifacts', scope);
  const text = (key: string): string | undefined => {
    const value: unknown = configuration.get(key);
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
  return {
    storePath: folder('store.path') ?? defaultStorePath(),
    connections: connectionSettings(configuration.get('connections')),
    defaultConnection: text('defaultConnection'),
    defaultWorkspace: text('defaultWorkspace'),
    exclude: strings(configuration.get('exclude')),
    ignoreFile: text('ignoreFile'),
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

/** `~` is the home folder; anything else that is not absolute is meant from the home folder too. */
function absolute(folder: string): string {
  const home = os.homedir();
  return path.resolve(home, folder === '~' ? home : folder.replace(/^~(?=[/\\])/u, home));
}

/** Leaves out what has no usable shape, and every name but the first of those that are alike. */
export function connectionSettings(value: unknown): readonly ConnectionSetting[] {
  const named = new Map<string, ConnectionSetting>();
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const connection = connectionSetting(item);
    if (connection !== undefined && connection.name !== EMBEDDED && !named.has(connection.name)) {
      named.set(connection.name, connection);
    }
  }
  return [...named.values()];
}

function connectionSetting(value: unknown): ConnectionSetting | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { kind, name, path: folder } = value as Readonly<Record<string, unknown>>;
  if (kind !== 'local' || typeof name !== 'string' || name.trim() === '' || typeof folder !== 'string' || folder.trim() === '') {
    return undefined;
  }
  return { kind, name: name.trim(), path: absolute(folder.trim()) };
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string' && each !== '') : [];
