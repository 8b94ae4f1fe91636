import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Certificate } from './certificate';
import { type Moto, startMoto } from './moto';
import { type Postgres, startPostgres } from './postgres';
import { type MlflowEnvironment, pythonOf } from './python';
import { accepts, answers, freePort, startServer } from './serverProcess';
import { makeFolder, removeFolder } from './temporaryFolder';

export interface MlflowOptions {
  /** 3.17.2 if left out. */
  readonly python?: MlflowEnvironment;
  /** One worker and no jobs if left out, which starts in half the time; `default` is what users run. */
  readonly workers?: 'default';
  /** Where runs keep their files; in a folder behind the server's proxy if left out. */
  readonly artifacts?: 'unproxied' | 's3 proxied' | 's3 direct';
  /** SQLite if left out. */
  readonly database?: 'postgresql';
  /**
   * With `MLFLOW_TRACKING_USERNAME` and `…_PASSWORD` of the administrator in the environment. What is somebody else's may be read,
   * unless a permission is named.
   */
  readonly basicAuth?: true | 'MANAGE';
  readonly workspaces?: boolean;
  /** Path under which everything is served, such as `/ml`. */
  readonly prefix?: string;
  readonly gunicorn?: Gunicorn;
}

/** How MLflow 2 is served. */
export interface Gunicorn {
  /** Serves over TLS with it. */
  readonly certificate?: Certificate;
  /** Seconds after which a request is ended: 30 if left out. */
  readonly limit?: number;
}

/** The ways in which people run MLflow. */
export const DEPLOYMENTS = {
  'slim': {},
  'default': { workers: 'default' },
  'unproxied': { artifacts: 'unproxied' },
  'S3 proxied': { artifacts: 's3 proxied' },
  'S3 direct': { artifacts: 's3 direct' },
  /** As the README has it. */
  'team': { basicAuth: 'MANAGE', database: 'postgresql', artifacts: 's3 proxied' },
  'PostgreSQL': { database: 'postgresql' },
  'workspaces': { workspaces: true },
  'workspaces with basic auth': { workspaces: true, basicAuth: true },
  'prefix': { prefix: '/ml' },
  '2.22': { python: 'mlflow2', workers: 'default' },
  '2.22 with one worker': { python: 'mlflow2' },
  '2.22 on S3': { python: 'mlflow2', artifacts: 's3 proxied' },
  '2.22 on S3 without proxy': { python: 'mlflow2', artifacts: 's3 direct' },
  '2.22 on PostgreSQL': { python: 'mlflow2', database: 'postgresql' },
  '2.22 with basic auth': { python: 'mlflow2', workers: 'default', basicAuth: true },
} as const satisfies Readonly<Record<string, MlflowOptions>>;

export type Deployment = keyof typeof DEPLOYMENTS;

export interface MlflowServer {
  /** Address to connect to, the prefix included. */
  readonly url: string;
  /** What a Python client on this machine needs: addresses and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path of a python with the same MLflow. */
  readonly python: string;
  /** Path of the SQLite database; there is none on PostgreSQL. */
  readonly database: string;
  /** Address of its object store's bucket, where it has one. */
  readonly bucket?: string | undefined;
  /** Ends it and starts it again, with all that it holds. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an MLflow server with an empty database, and the object store or database server that it needs. */
export async function startMlflow(options: MlflowOptions = {}): Promise<MlflowServer> {
  const python = await pythonOf(options.python ?? 'mlflow3');
  const [moto, postgres] = await Promise.all([
    options.artifacts?.startsWith('s3') === true ? startMoto() : undefined,
    options.database === 'postgresql' ? startPostgres() : undefined,
  ]);
  const folder = makeFolder('mlflow');
  const stopAll = async (): Promise<void> => {
    await Promise.all([moto?.stop(), postgres?.stop()]);
    removeFolder(folder);
  };
  try {
    const { basicAuth } = options;
    if (basicAuth !== undefined && !isTwo(options)) {
      fs.writeFileSync(path.join(folder, AUTH_FILE), basicAuth === 'MANAGE' ? AUTH_OF_TEAM : AUTH_OF_TEAM.replace('MANAGE', 'READ'));
    }
    const certificate = options.gunicorn?.certificate;
    if (certificate !== undefined) {
      fs.writeFileSync(path.join(folder, CERTIFICATE_FILE), certificate.key + certificate.cert);
    }
    const port = await freePort();
    const url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}${options.prefix ?? ''}`;
    const start = (): ReturnType<typeof startServer> => startServer({
      name: 'mlflow',
      command: python,
      args: ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), ...argumentsOf(options, moto, postgres)],
      folder,
      environment: {
        ...process.env,
        ...QUIET,
        // MLflow 2 starts gunicorn by its name.
        PATH: [path.dirname(python), process.env['PATH']].join(path.delimiter),
        ...options.workers === 'default' ? {} : { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
        ...basicAuth === undefined ? {} : { MLFLOW_FLASK_SERVER_SECRET_KEY: 'k', MLFLOW_AUTH_ADMIN_PASSWORD: ADMIN.mlflow3 },
        ...basicAuth !== undefined && !isTwo(options) ? { MLFLOW_AUTH_CONFIG_PATH: path.join(folder, AUTH_FILE) } : {},
        ...moto?.environment,
      },
      isReady: () => certificate !== undefined ? accepts(port) : answers(`http://127.0.0.1:${port}${isTwo(options) ? '' : options.prefix ?? ''}/health`),
    });
    let server = await start();
    return {
      bucket: moto && `${moto.url}/${moto.bucket}`,
      url,
      python,
      database: path.join(folder, DATABASE),
      environment: {
        ...QUIET,
        MLFLOW_TRACKING_URI: url,
        ...basicAuth === undefined ? {} : { MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: ADMIN[options.python ?? 'mlflow3'] },
        ...options.artifacts === 's3 direct' ? moto?.environment : {},
      },
      restart: async () => {
        await server.stop();
        server = await start();
      },
      stop: async () => {
        await server.stop();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** MLflow 2 has a password from the start, MLflow 3 is given one. */
const ADMIN: Readonly<Record<MlflowEnvironment, string>> = { mlflow3: 'correct-horse-12', mlflow2: 'password1234' };

const QUIET = { MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: 'true', MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false', GIT_PYTHON_REFRESH: 'quiet' };

const DATABASE = 'mlflow.db';
const CERTIFICATE_FILE = 'certificate.pem';
const AUTH_FILE = 'basic_auth.ini';
/** What the README has, too. Without the last line each request costs a third of a second for the password. */
export const AUTH_OF_TEAM = `[mlflow]
default_permission = MANAGE
database_uri = sqlite:///basic_auth.db
admin_username = admin
auth_cache_ttl_seconds = 60
`;

/** MLflow 2 answers `/health` at the root, whatever the prefix. */
const isTwo = ({ python }: MlflowOptions): boolean => python === 'mlflow2';

function argumentsOf(options: MlflowOptions, moto: Moto | undefined, postgres: Postgres | undefined): string[] {
  return [
    ...options.workers === 'default' ? [] : ['--workers', '1'],
    '--backend-store-uri', postgres?.uri(isTwo(options) ? 'psycopg2' : 'psycopg') ?? `sqlite:///${DATABASE}`,
    ...artifactArguments(options.artifacts, moto),
    ...options.basicAuth === undefined ? [] : ['--app-name', 'basic-auth'],
    ...options.workspaces === true ? ['--enable-workspaces'] : [],
    ...options.prefix === undefined ? [] : ['--static-prefix', options.prefix],
    ...options.gunicorn === undefined ? [] : ['--gunicorn-opts', gunicornArguments(options.gunicorn)],
  ];
}

/** The limit holds for a worker's start as well, unless its program was loaded before. */
const gunicornArguments = ({ certificate, limit = 30 }: Gunicorn): string =>
  `--preload --timeout ${limit}${certificate === undefined ? '' : ` --certfile ${CERTIFICATE_FILE} --keyfile ${CERTIFICATE_FILE}`}`;

function artifactArguments(artifacts: MlflowOptions['artifacts'], moto: Moto | undefined): string[] {
  switch (artifacts) {
    case undefined:
      return ['--artifacts-destination', './art'];
    case 'unproxied':
      return ['--no-serve-artifacts', '--default-artifact-root', './artroot'];
    case 's3 proxied':
      return ['--artifacts-destination', `s3://${moto?.bucket ?? ''}/root`];
    case 's3 direct':
      return ['--no-serve-artifacts', '--default-artifact-root', `s3://${moto?.bucket ?? ''}/direct`];
  }
}
