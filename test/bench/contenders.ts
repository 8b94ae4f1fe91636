import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { localProvider } from '../support/providers';

/** One way to keep a folder, durable when `log` is done. Each works in a folder of its own, made anew for each run. */
export interface Contender {
  readonly name: string;
  /** Set where it is not on this machine. */
  readonly missing?: string | undefined;
  /** What is not measured: an empty repository, or files put where the tool wants them. */
  begin(folder: string, source: string): Promise<void>;
  log(source: string): Promise<void> | void;
  /** The second time. */
  again?(source: string): Promise<void> | void;
  /** Brings what was logged first to a new folder. */
  restore?(target: string): Promise<void> | void;
  end?(): Promise<void>;
}

/** What users run, which loads faster than the files it was made of. */
const workerFile = path.resolve(__dirname, '../../../dist/worker.js');

export const VERSION = { connection: 'local', workspace: 'ada', artifact: 'files', version: '1.0.0' };

export function ours(): Contender & { opened(): Promise<Provider> } {
  let store = '';
  let provider: Provider;
  let files: LocalFiles;
  const log = async (source: string): Promise<void> => {
    const plan = await planLog({ provider, files }, { artifact: VERSION, targets: [source], exclude: [] });
    await logArtifact(provider, { ...VERSION, type: 'data', version: 'major' }, plan);
  };
  return {
    name: 'ours',
    async begin(folder) {
      store = path.join(folder, 'store');
      provider = await localProvider(store, 'local', workerFile);
      files = createLocalFiles({ workerFile, cacheFolder: path.join(store, 'cache') });
    },
    log,
    again: log,
    restore: async (target) => {
      await downloadVersion({ provider, files }, { version: VERSION, folder: target, conflicts: 'fail' });
    },
    opened: () => localProvider(store, 'local', workerFile),
    async end() {
      await files.dispose();
      await provider.dispose();
    },
  };
}

export function copy(): Contender {
  let kept = '';
  return {
    name: 'cp -r; sync -f',
    begin: async (folder) => {
      kept = path.join(folder, 'copy');
    },
    log: (source) => {
      run('cp', ['-r', source, kept]);
      run('sync', ['-f', kept]);
    },
    restore: (target) => run('cp', ['-r', kept, target]),
  };
}

export function restic(): Contender {
  let options: Options = {};
  const backup = (source: string): void => run('restic', ['backup', '--quiet', '.'], { ...options, cwd: source });
  return {
    name: 'restic',
    missing: missing('restic', 'apt-get install restic'),
    begin: async (folder) => {
      options = { env: { ...process.env, RESTIC_REPOSITORY: path.join(folder, 'restic'), RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: path.join(folder, 'restic-cache') } };
      run('restic', ['init', '--quiet'], options);
    },
    log: backup,
    again: backup,
    restore: (target) => run('restic', ['restore', 'latest', '--quiet', '--target', target], options),
  };
}

/** As people use it: the files lie in the repository, `add` copies them to its store, `commit` names them. It does not flush, so that is done for it. */
export function gitLfs(): Contender {
  let folder = '';
  const git = (...words: string[]): void => run('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...words], { cwd: folder });
  return {
    name: 'git-lfs',
    missing: missing('git-lfs', 'apt-get install git-lfs'),
    begin: async (place, source) => {
      folder = path.join(place, 'git');
      fs.mkdirSync(folder);
      git('init', '--quiet');
      // Nobody tidies up behind the next one's turn.
      git('config', 'gc.auto', '0');
      git('lfs', 'install', '--local');
      fs.writeFileSync(path.join(folder, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
      run('cp', ['-r', source, path.join(folder, 'data')]);
      run('sync', ['-f', folder]);
    },
    log: () => {
      git('add', '.');
      git('commit', '--quiet', '-m', 'bench');
      run('sync', ['-f', folder]);
    },
  };
}

/** Like git-lfs. */
export function dvc(): Contender {
  let folder = '';
  const dvcRun = (...words: string[]): void => run('dvc', ['--quiet', ...words], { cwd: folder, env: { ...process.env, DVC_NO_ANALYTICS: '1' } });
  return {
    name: 'dvc',
    missing: missing('dvc', 'pip install dvc'),
    begin: async (place, source) => {
      folder = path.join(place, 'dvc');
      fs.mkdirSync(folder);
      dvcRun('init', '--no-scm');
      run('cp', ['-r', source, path.join(folder, 'data')]);
      run('sync', ['-f', folder]);
    },
    log: () => {
      dvcRun('add', 'data');
      run('sync', ['-f', folder]);
    },
  };
}

interface Options {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

function run(command: string, words: readonly string[], options: Options = {}): void {
  execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
}

function missing(command: string, remedy: string): string | undefined {
  return spawnSync(command, ['version'], { stdio: 'ignore' }).error === undefined ? undefined : `${command} is not on the PATH: ${remedy}`;
}
