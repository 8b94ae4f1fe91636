import * as os from 'node:os';
import * as path from 'node:path';
import type { CometSettings, ConnectionSettings, LocalSettings, MatihSettings, MlflowSettings } from '../providers/registry';
import { serverAddress } from './serverAddress';

/** Name of the connection to the embedded store. It is not among the configured ones and cannot be removed. */
export const EMBEDDED = 'local';

/** Reads lists as settings hold them. What has no usable shape is left out, and every name but the first of those that are alike. */
export function connectionSettings(...lists: readonly unknown[]): readonly ConnectionSettings[] {
  const named = new Map<string, ConnectionSettings>();
  for (const item of lists.flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []))) {
    const connection = connectionSetting(item);
    if (connection !== undefined && connection.name !== EMBEDDED && !named.has(connection.name)) {
      named.set(connection.name, connection);
    }
  }
  return [...named.values()];
}

function connectionSetting(value: unknown): ConnectionSettings | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const text = (key: string): string | undefined => {
    const written: unknown = (value as Readonly<Record<string, unknown>>)[key];
    return typeof written === 'string' && written.trim() !== '' ? written.trim() : undefined;
  };
  const name = text('name');
  if (name === undefined) {
    return undefined;
  }
  switch (text('kind')) {
    case 'local':
      return localSettings(name, text);
    case 'mlflow':
      return mlflowSettings(name, text);
    case 'comet':
      return cometSettings(name, text);
    case 'matih':
      return matihSettings(name, text, (value as Readonly<Record<string, unknown>>)['profile']);
    default:
      return undefined;
  }
}

type Text = (key: string) => string | undefined;

function localSettings(name: string, text: Text): LocalSettings | undefined {
  const folder = text('path');
  return folder === undefined ? undefined : { kind: 'local', name, path: absolute(folder) };
}

function mlflowSettings(name: string, text: Text): MlflowSettings | undefined {
  const url = writtenAddress(text('url') ?? '');
  if (url === undefined) {
    return undefined;
  }
  const [username, workspace, experiment] = ['username', 'workspace', 'experiment'].map(text);
  return {
    kind: 'mlflow',
    name,
    url,
    ...(username !== undefined && { username }),
    ...(workspace !== undefined && { workspace }),
    ...(experiment !== undefined && { experiment }),
  };
}

function cometSettings(name: string, text: Text): CometSettings | undefined {
  const written = text('url');
  const url = written === undefined ? undefined : writtenAddress(written);
  if (written !== undefined && url === undefined) {
    return undefined;
  }
  const [workspace, project] = ['workspace', 'project'].map(text);
  return {
    kind: 'comet',
    name,
    ...(url !== undefined && { url }),
    ...(workspace !== undefined && { workspace }),
    ...(project !== undefined && { project }),
  };
}

/** What the profile says is read when the connection is used, so that people are told what is wrong with it. */
function matihSettings(name: string, text: Text, profile: unknown): MatihSettings | undefined {
  const [url, tenant, readFrom, experiment] = [writtenAddress(text('url') ?? ''), ...['tenant', 'readFrom', 'experiment'].map(text)];
  if (url === undefined || tenant === undefined) {
    return undefined;
  }
  return {
    kind: 'matih',
    name,
    url,
    tenant,
    ...(readFrom !== undefined && { readFrom }),
    ...(experiment !== undefined && { experiment }),
    ...(typeof profile === 'object' && profile !== null && { profile }),
  };
}

/** Settings are read by many and synchronised: an address with a password in it is not one to use. */
function writtenAddress(text: string): string | undefined {
  const address = serverAddress(text);
  return 'problem' in address || address.username !== undefined || address.secret !== undefined ? undefined : address.url;
}

/** `~` is the home folder; anything else that is not absolute is meant from the home folder too. */
export function absolute(folder: string): string {
  const home = os.homedir();
  return path.resolve(home, folder === '~' ? home : folder.replace(/^~(?=[/\\])/u, home));
}
