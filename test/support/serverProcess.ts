import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of ours, with all that it started. */
export interface ServerProcess {
  /** Leader of the process group. */
  readonly pid: number;
  readonly logFile: string;
  /** Ends the whole group; calling it again is harmless. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  /** For error messages and for the name of the log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory; the log is written there. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whom to run it as, where that is not the user of the tests. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Whether it answers yet. */
  readonly isReady: () => Promise<boolean>;
  /** Milliseconds; 240,000 if left out: beside other tests on two cores, MLflow's default server has taken 100 s. */
  readonly patience?: number | undefined;
}

/**
 * Leads the group and ends it when its standard input does: that happens in whatever way the test process dies. A
 * server that ends by itself takes the group along, so that a failed start is noticed at once.
 */
const GUARD = '("$@" </dev/null; kill -KILL 0) & cat >/dev/null; kill -KILL 0';

/** Starts a server and waits until it answers. Throws with the end of its log if it does not. */
export async function startServer({ name, command, args, folder, environment, user, isReady, patience = 240_000 }: ServerCommand): Promise<ServerProcess> {
  const logFile = path.join(folder, `${name}.log`);
  const log = fs.openSync(logFile, 'a');
  const child = spawn('sh', ['-c', GUARD, 'sh', command, ...args], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', log, log],
    ...user,
  });
  fs.closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin?.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    child.stdin?.destroy();
    await ended;
  };
  const until = Date.now() + patience;
  while (!await isReady()) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`${name} did not start. Its log ends with:\n${tailOf(logFile)}`);
    }
    await sleep(100);
  }
  return { pid: child.pid ?? 0, logFile, stop };
}

export const tailOf = (file: string): string => fs.readFileSync(file, 'utf8').slice(-3000);

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether an address answers 200 within two seconds. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether somebody listens on a port of the loopback, whatever is spoken there. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
