import { serverAddress } from './serverAddress';

/** A tracking server as the environment variables of MLflow name it. */
export interface EnvironmentServer {
  readonly url: string;
  readonly username?: string | undefined;
  /** Password where there is a user name, token where there is none. */
  readonly secret?: string | undefined;
  readonly workspace?: string | undefined;
}

/** Nothing where MLFLOW_TRACKING_URI is a folder, a database or no address. As in MLflow, user name and password win over a token. */
export function environmentServer(environment: Readonly<NodeJS.ProcessEnv>): EnvironmentServer | undefined {
  const text = (key: string): string | undefined => environment[key]?.trim() || undefined;
  const address = serverAddress(text('MLFLOW_TRACKING_URI') ?? '');
  if ('problem' in address) {
    return undefined;
  }
  const username = text('MLFLOW_TRACKING_USERNAME') ?? address.username;
  const secret = username === undefined ? text('MLFLOW_TRACKING_TOKEN') : text('MLFLOW_TRACKING_PASSWORD') ?? address.secret;
  const workspace = text('MLFLOW_WORKSPACE');
  return { url: address.url, ...(username !== undefined && { username }), ...(secret !== undefined && { secret }), ...(workspace !== undefined && { workspace }) };
}
