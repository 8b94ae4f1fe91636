import * as vscode from 'vscode';
import type { ConnectionSettings } from '../providers/registry';
import { originOf } from './serverAddress';
import { addressOf, keyGoesTo, keySaysWhere } from './servers';
import type { Credentials, Secrets } from './services';

/**
 * Keeps each secret in the editor's SecretStorage for the name, the origin and the user that it was entered for. A connection that
 * is pointed elsewhere, by whoever may write its settings, finds none. Where a key of Comet says itself where it goes, that is its origin.
 */
export function createSecrets(storage: vscode.SecretStorage): Secrets & vscode.Disposable {
  const changes = new vscode.EventEmitter<string>();
  const subscription = storage.onDidChange(({ key }) => {
    const place = placeOf(key);
    if (place !== undefined) {
      changes.fire(place.name);
    }
  });
  const forget = async (doomed: (place: Place, key: string) => boolean): Promise<void> => {
    for (const key of await storage.keys()) {
      const place = placeOf(key);
      if (place !== undefined && doomed(place, key)) {
        await storage.delete(key);
      }
    }
  };
  return {
    onDidChange: changes.event,
    async get(settings) {
      if (keySaysWhere(settings)) {
        return await sentByItself(storage, settings.name);
      }
      const key = keyOf(settings, undefined);
      return key === undefined ? undefined : credentials(await storage.get(key));
    },
    async store(settings, given) {
      const key = keyOf(settings, given?.secret);
      if (key === undefined) {
        return;
      }
      const own = placeOf(key);
      if (given !== undefined) {
        await storage.store(key, JSON.stringify(given));
      }
      await forget((place, each) => place.name === own?.name && (place.origin === own.origin || keySaysWhere(settings)) && (given === undefined || each !== key));
    },
    forget: async (name) => forget((place) => place.name === name),
    dispose: () => {
      subscription.dispose();
      changes.dispose();
    },
  };
}

interface Place {
  readonly name: string;
  readonly origin: string;
}

const PREFIX = 'connection ';

/** Nothing for a connection that has no server to sign in to. */
const keyOf = (settings: ConnectionSettings, secret: string | undefined): string | undefined =>
  settings.kind === 'local' ? undefined : `${PREFIX}${JSON.stringify([settings.name, originOf(addressOf(settings, secret)), settings.kind === 'mlflow' ? settings.username ?? '' : ''])}`;

/** Of the keys that were entered under this name the one that goes, by itself, where it was meant to go. */
async function sentByItself(storage: vscode.SecretStorage, name: string): Promise<Credentials | undefined> {
  for (const key of await storage.keys()) {
    const place = placeOf(key);
    if (place?.name === name) {
      const kept = credentials(await storage.get(key));
      if (kept !== undefined && keyGoesTo(place.origin, kept.secret)) {
        return kept;
      }
    }
  }
  return undefined;
}

function placeOf(key: string): Place | undefined {
  const parts: unknown = key.startsWith(PREFIX) ? parsed(key.slice(PREFIX.length)) : undefined;
  const [name, origin] = Array.isArray(parts) ? (parts as readonly unknown[]) : [];
  return typeof name === 'string' && typeof origin === 'string' ? { name, origin } : undefined;
}

function credentials(text: string | undefined): Credentials | undefined {
  const value = text === undefined ? undefined : parsed(text);
  if (typeof value !== 'object' || value === null || !('secret' in value) || typeof value.secret !== 'string') {
    return undefined;
  }
  const username = 'username' in value && typeof value.username === 'string' ? value.username : undefined;
  return { secret: value.secret, ...(username !== undefined && { username }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
