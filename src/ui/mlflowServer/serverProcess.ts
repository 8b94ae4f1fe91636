import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import * as path from 'node:path';
import { guarded } from './guard';
import type { MlflowFolder } from './mlflowFolder';

/** An MLflow server of ours, with all that it started. */
export interface ServerProcess {
  /** Resolves when it is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it and all that it started, within two seconds; calling it again is harmless. */
  stop(): Promise<void>;
}

export interface ServerRequest extends MlflowFolder {
  readonly python: string;
  readonly port: number;
  readonly onOutput: (text: string) => void;
}

/** Starts a server; whether it answers is for `answers` to find out. */
export function startServer(request: ServerRequest, platform: NodeJS.Platform = process.platform): ServerProcess {
  const { file, args } = guarded(request.python, argumentsOf(request), platform);
  const child = spawn(file, args, { cwd: request.folder, env: environmentOf(request), detached: true, windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8').on('data', request.onOutput);
  child.stderr.setEncoding('utf8').on('data', request.onOutput);
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      request.onOutput(`${error.message}\n`);
      resolve();
    });
  });
  return {
    ended,
    stop: async () => {
      child.stdin.destroy();
      await ended;
    },
  };
}

/** Where its artifacts go is left to MLflow: a server that somebody started here before has put them there. */
const argumentsOf = ({ port, backend }: ServerRequest): string[] =>
  ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', '--backend-store-uri', backend];

function environmentOf({ python }: ServerRequest): NodeJS.ProcessEnv {
  const { MLFLOW_TRACKING_URI: _, MLFLOW_REGISTRY_URI: __, ELECTRON_RUN_AS_NODE: ___, ...inherited } = process.env;
  return {
    MLFLOW_DISABLE_TELEMETRY: 'true',
    ...inherited,
    // MLflow 2 starts gunicorn by its name.
    ...(path.isAbsolute(python) && { PATH: [path.dirname(python), inherited['PATH'] ?? ''].join(path.delimiter) }),
    PYTHONUNBUFFERED: '1',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    // From 3.13 on it refuses folders of runs without.
    MLFLOW_ALLOW_FILE_STORE: 'true',
  };
}

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether the server at a port of the loopback says that it is well. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
