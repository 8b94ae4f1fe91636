import type { Log } from '../model/call';
import { invalid } from '../model/errors';
import { nameProblem } from '../model/reference';
import type { ProfileSettings } from './matih/profile';
import type { Provider, ProviderKind } from './provider';

/** A connection as settings and automation give it. */
export type ConnectionSettings = LocalSettings | MlflowSettings | CometSettings | MatihSettings;

export interface LocalSettings {
  readonly kind: 'local';
  readonly name: string;
  /** Absolute path of the store's folder; made when something is first written. */
  readonly path: string;
}

/** An MLflow tracking server. The password or token is no setting: `ProviderEnvironment.secret` has it. */
export interface MlflowSettings {
  readonly kind: 'mlflow';
  readonly name: string;
  /** http or https, with the path under which the server is reached, no credentials in it. */
  readonly url: string;
  /** With it the secret is a password (basic auth), without it a bearer token. */
  readonly username?: string | undefined;
  /** The workspace that new artifacts go to; `default` when it is left out. */
  readonly workspace?: string | undefined;
  /** Name of the experiment for runs that we start; `Default` when it is left out. */
  readonly experiment?: string | undefined;
}

/** Comet. The API key is no setting: `ProviderEnvironment.secret` has it. */
export interface CometSettings {
  readonly kind: 'comet';
  readonly name: string;
  /** Of a server of one's own; without it the one that the key names, or Comet's. */
  readonly url?: string | undefined;
  /** The workspace that new artifacts go to; the account's default one when it is left out. */
  readonly workspace?: string | undefined;
  /** The project for experiments that we start; `general` when it is left out. */
  readonly project?: string | undefined;
}

/** MATIH, or a tracking API like it. The bearer token is no setting: `ProviderEnvironment.secret` has it. */
export interface MatihSettings {
  readonly kind: 'matih';
  readonly name: string;
  /** http or https, with the path under which the server is reached, no credentials in it. */
  readonly url: string;
  /** Whose artifacts these are: goes with every call, and is the one workspace of the connection. */
  readonly tenant: string;
  /** What files are read from, as matih/files/readFrom.ts has it; without it they are written, and not read. */
  readonly readFrom?: string | undefined;
  /** Name of the experiment that versions, and runs that we start, go to; `ml-artifacts` when it is left out. */
  readonly experiment?: string | undefined;
  /** Routes, headers and fields that differ from MATIH's. */
  readonly profile?: ProfileSettings | undefined;
}

export interface Patience {
  /** Milliseconds without a byte after which a server is given up. */
  readonly silence?: number | undefined;
  /** Milliseconds before the first new try. */
  readonly pause?: number | undefined;
}

/** What providers take from the house. */
export interface ProviderEnvironment {
  /** The bundle of store/worker.ts. */
  readonly workerFile: string;
  /** Where new artifacts go; the user's name on this machine when it is left out. */
  readonly defaultWorkspace?: string | undefined;
  readonly log: Log;
  /** The password or token of a connection, if one was entered for the origin that its address names. Asked again after a failed sign-in. */
  readonly secret?: ((settings: ConnectionSettings) => Promise<string | undefined>) | undefined;
  /** How long servers are waited for; as long as `HttpOptions` says unless it is given. */
  readonly patience?: Patience | undefined;
}

type Open<K extends ProviderKind> = (settings: Extract<ConnectionSettings, { readonly kind: K }>, environment: ProviderEnvironment) => Promise<Provider>;

/** Each back end is loaded when it is first used. */
const PROVIDERS: { readonly [K in ProviderKind]: Open<K> } = {
  local: async (settings, environment) => (await import('./local/localProvider')).openLocal(settings, environment),
  mlflow: async (settings, environment) => (await import(/* webpackChunkName: "mlflow" */ './mlflow/mlflowProvider')).openMlflow(settings, environment),
  comet: async (settings, environment) => (await import(/* webpackChunkName: "comet" */ './comet/cometProvider')).openComet(settings, environment),
  matih: async (settings, environment) => (await import(/* webpackChunkName: "matih" */ './matih/matihProvider')).openMatih(settings, environment),
};

export const PROVIDER_KINDS = Object.keys(PROVIDERS) as readonly ProviderKind[];

/** Makes the provider of a connection. Nothing is read, written or asked before its first method is called. */
export async function openProvider(settings: ConnectionSettings, environment: ProviderEnvironment): Promise<Provider> {
  const problem = nameProblem(settings.name);
  if (problem !== undefined) {
    throw invalid(problem);
  }
  switch (settings.kind) {
    case 'local':
      return PROVIDERS.local(settings, environment);
    case 'mlflow':
      return PROVIDERS.mlflow(settings, environment);
    case 'comet':
      return PROVIDERS.comet(settings, environment);
    case 'matih':
      return PROVIDERS.matih(settings, environment);
  }
}
