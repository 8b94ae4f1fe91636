import { serverOf } from '../providers/comet/key';
import type { CometSettings, ConnectionSettings, LocalSettings } from '../providers/registry';
import { originOf } from './serverAddress';

/** A connection that somebody signs in to. */
export type ServerSettings = Exclude<ConnectionSettings, LocalSettings>;

/** Where the server is. An API key of Comet may name it where the settings do not; one that names none is `invalid`. */
export const addressOf = (settings: ServerSettings, secret?: string): string =>
  settings.kind === 'comet' ? serverOf(settings.url, secret) : settings.url;

/** Whether the key, by itself, goes to this origin. */
export function keyGoesTo(origin: string, key: string): boolean {
  try {
    return originOf(serverOf(undefined, key)) === origin;
  } catch {
    return false;
  }
}

/** Only the key, which the settings do not hold, says where this one is. */
export const keySaysWhere = (settings: ConnectionSettings): settings is CometSettings => settings.kind === 'comet' && settings.url === undefined;
