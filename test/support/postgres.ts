import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startServer } from './serverProcess';
import { makeFolder, removeFolder } from './temporaryFolder';

export type PostgresDriver = 'psycopg' | 'psycopg2';

export interface Postgres {
  /** Of an empty database, for SQLAlchemy with one of Python's drivers. */
  uri(driver: PostgresDriver): string;
  stop(): Promise<void>;
}

const SET_UP = 'The test with MLflow on PostgreSQL needs initdb and postgres: install PostgreSQL (Debian: apt-get install -y postgresql).';

/** Starts a PostgreSQL of its own on a fresh cluster; a system's own cluster is not touched. */
export async function startPostgres(): Promise<Postgres> {
  const programs = programFolder();
  const folder = makeFolder('postgres');
  const user = otherThanRoot();
  if (user !== undefined) {
    fs.chownSync(folder, user.uid, user.gid);
  }
  const data = path.join(folder, 'data');
  const port = await freePort();
  const environment = { ...process.env, LC_ALL: 'C' };
  const call = (program: string, args: readonly string[]): string =>
    execFileSync(path.join(programs, program), args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...user });
  call('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', '--encoding=UTF8']);
  const server = await startServer({
    name: 'postgres',
    command: path.join(programs, 'postgres'),
    // Nothing here outlives the test, so nothing has to reach the disk.
    args: ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    folder,
    environment,
    user,
    isReady: async () => {
      try {
        call('pg_isready', ['-q', '-h', '127.0.0.1', '-p', String(port)]);
        return true;
      } catch {
        return false;
      }
    },
  });
  call('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', 'mlflow']);
  return {
    uri: (driver) => `postgresql+${driver}://postgres@127.0.0.1:${port}/mlflow`,
    stop: async () => {
      const pidFile = path.join(data, 'postmaster.pid');
      try {
        // Asked rather than killed, it gives back its shared memory.
        process.kill(Number(fs.readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGINT');
        for (let waited = 0; waited < 50 && fs.existsSync(pidFile); waited++) {
          await sleep(100);
        }
      } catch {
        // It has ended by itself.
      }
      await server.stop();
      removeFolder(folder);
    },
  };
}

/** Debian keeps the programs off the PATH, a folder for each major version. */
function programFolder(): string {
  const debian = '/usr/lib/postgresql';
  const majors = fs.existsSync(debian) ? fs.readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((major) => path.join(debian, major, 'bin')) : [];
  const found = [...majors, ...(process.env['PATH'] ?? '').split(path.delimiter)].find((folder) => fs.existsSync(path.join(folder, 'initdb')));
  if (found === undefined) {
    throw new Error(SET_UP);
  }
  return found;
}

/** PostgreSQL refuses to run as root; its packages bring a user. */
function otherThanRoot(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new Error(`${SET_UP} As root it runs as the user postgres, who is missing.`);
  }
}
