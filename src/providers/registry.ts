import type { Log } from '../model/call';
import { invalid } from '../model/errors';
import { nameProblem } from '../model/reference';
import type { Provider, ProviderKind } from './provider';

/** A connection as settings and automation give it. */
export type ConnectionSettings = LocalSettings;

export interface LocalSettings {
  readonly kind: 'local';
  readonly name: string;
  /** Absolute path of the store's folder; made when something is first written. */
  readonly path: string;
}

/** What providers take from the house. */
export interface ProviderEnvironment {
  /** The bundle of store/worker.ts. */
  readonly workerFile: string;
  /** Where new artifacts go; the user's name on this machine when it is left out. */
  readonly defaultWorkspace?: string | undefined;
  readonly log: Log;
}

type Open<K extends ProviderKind> = (settings: Extract<ConnectionSettings, { readonly kind: K }>, environment: ProviderEnvironment) => Promise<Provider>;

/** Each back end is loaded when it is first used. */
const PROVIDERS: { readonly [K in ProviderKind]: Open<K> } = {
  local: async (settings, environment) => (await import('./local/localProvider')).openLocal(settings, environment),
};

export const PROVIDER_KINDS = Object.keys(PROVIDERS) as readonly ProviderKind[];

/** Makes the provider of a connection. Nothing is read, written or asked before its first method is called. */
export async function openProvider(settings: ConnectionSettings, environment: ProviderEnvironment): Promise<Provider> {
  const problem = nameProblem(settings.name);
  if (problem !== undefined) {
    throw invalid(problem);
  }
  return PROVIDERS[settings.kind](settings, environment);
}
