// @ts-check
/**
 * Makes the Python environments that the tests with real MLflow servers and with Comet's own client use, in a cache folder outside the checkout.
 *   node test/host/mlflow.mjs [mlflow3|mlflow2|comet …]     prints the python of each; what it does meanwhile goes to stderr
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { holdingLock } from './lock.mjs';
import { cacheFolder } from './provision.mjs';

/** Change it when the steps below change, so that environments made the old way are not used. */
const recipe = 1;

const setUp = 'The tests with real MLflow servers and with Comet\'s client need Python 3.10 or newer with its venv module: install python3 and python3-venv '
  + '(Debian: apt-get install -y python3 python3-venv), or set PYTHON to the path of another one.';

/** Packages of each environment. */
export const environments = {
  // Flask-WTF is what MLflow's own `auth` extra brings.
  mlflow3: ['mlflow==3.17.2', 'Flask-WTF==1.3.0', 'moto[server]==5.2.5', 'boto3', 'psycopg[binary]'],
  // With SQLAlchemy 2.1 this MLflow does not start, and with psycopg 3 on PostgreSQL it makes no run for anybody.
  mlflow2: ['mlflow==2.22.5', 'sqlalchemy<2.1', 'Flask-WTF==1.3.0', 'boto3', 'psycopg2-binary'],
  // boto3 lists buckets for `add_remote`.
  comet: ['comet_ml==3.58.8', 'boto3'],
};

/**
 * @param {string} name of an environment
 * @param {(line: string) => void} say
 * @returns {Promise<string>} path of its python
 */
export async function pythonEnvironment(name, say) {
  const packages = packagesOf(name);
  const folder = path.join(cacheFolder(), `${name}-${process.platform}-${process.arch}-r${recipe}`);
  const python = process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
  if (!isReady(folder, python, packages)) {
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    await holdingLock(`${folder}.lock`, say, async () => {
      // Somebody else may have finished it while this process waited for the lock.
      if (!isReady(folder, python, packages)) {
        await install(name, folder, python, packages, say);
      }
    });
  }
  return python;
}

/** @param {string} name */
function packagesOf(name) {
  const packages = /** @type {Record<string, string[] | undefined>} */ (environments)[name];
  if (!packages) {
    throw new Error(`There is no environment "${name}"; there are ${Object.keys(environments).join(', ').replace(/, ([^,]*)$/, ' and $1')}.`);
  }
  return packages;
}

/**
 * An environment's scripts hold its own path, so it is made in place and this file is written last. The python is
 * gone when the system's was replaced by another version.
 * @param {string} folder
 * @param {string} python
 * @param {string[]} packages
 */
function isReady(folder, python, packages) {
  try {
    return fs.existsSync(python) && fs.readFileSync(readyFile(folder), 'utf8') === packages.join('\n');
  } catch {
    return false;
  }
}

/** @param {string} folder */
const readyFile = folder => path.join(folder, 'ready.txt');

/**
 * @param {string} name
 * @param {string} folder
 * @param {string} python
 * @param {string[]} packages
 * @param {(line: string) => void} say
 */
async function install(name, folder, python, packages, say) {
  const system = process.env['PYTHON'] || (process.platform === 'win32' ? 'python' : 'python3');
  const check = await run(system, ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))']);
  if (check.code !== 0) {
    throw new Error(setUp);
  }
  const started = Date.now();
  say(`Preparing ${packages[0]} in ${folder} (once, one to four minutes) …`);
  fs.rmSync(folder, { recursive: true, force: true });
  const made = await run(system, ['-m', 'venv', folder]);
  if (made.code !== 0) {
    throw new Error(`${setUp}\n${made.output}`);
  }
  const installed = await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--prefer-binary', ...packages]);
  if (installed.code !== 0) {
    throw new Error(`pip could not install ${packages.join(', ')}; it needs a Python package registry.\n${installed.output}`);
  }
  fs.writeFileSync(readyFile(folder), packages.join('\n'));
  say(`${name} is ready after ${Math.round((Date.now() - started) / 1000)} s.`);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>} with the end of what it said
 */
function run(command, args) {
  // Another environment's settings must not reach this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV'].includes(name)));
  return new Promise(resolve => {
    /** @type {string[]} */
    const output = [];
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    // An orphan would go on writing into a folder that the next process makes again.
    const end = () => { child.kill('SIGKILL'); };
    process.once('exit', end);
    child.stdout.on('data', chunk => output.push(String(chunk)));
    child.stderr.on('data', chunk => output.push(String(chunk)));
    child.on('error', error => { resolve({ code: 127, output: error.message }); });
    child.on('close', code => {
      process.removeListener('exit', end);
      resolve({ code: code ?? 1, output: output.join('').slice(-4000) });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = process.argv.slice(2);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => { process.exit(1); });
  }
  try {
    for (const name of asked.length > 0 ? asked : Object.keys(environments)) {
      console.log(await pythonEnvironment(name, line => { console.error(line); }));
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
