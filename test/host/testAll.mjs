// @ts-check
/**
 * Every level of tests and their sum. A level that fails does not stop the next. What leaves a core without work has another level
 * beside it. The last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { setPriority } from 'node:os';
import * as path from 'node:path';
import { checkout, freshFolder, remove } from './folders.mjs';

/**
 * @typedef {object} Level
 * @property {string} name
 * @property {string} script    of package.json
 * @property {string[]} [args]
 * @property {number} [minutes] after which it counts as hanging; 10 if left out
 * @property {boolean} [counts] whether it is made of tests; the others pass or fail as a whole
 * @property {boolean} [builds] whether it compiles the tests, which the levels after it then need not do
 */

/**
 * One stage after the other; the lanes of a stage run side by side, the levels of a lane one after the other.
 * @type {Level[][][]}
 */
const stages = [
  [
    [{ name: 'lint', script: 'lint' }],
    [{ name: 'types', script: 'types' }, { name: 'package', script: 'package' }, { name: 'build of the tests', script: 'build:tests', builds: true }],
  ],
  [[{ name: 'unit', script: 'test:unit', counts: true }]],
  [[{ name: 'contract', script: 'test:contract', minutes: 20, counts: true }]],
  [[{ name: 'faults', script: 'test:faults', counts: true }]],
  [
    [{ name: 'integration', script: 'test:integration', args: ['--built'], counts: true }],
    [{ name: 'smoke on the oldest VS Code', script: 'test:e2e', args: ['--built', '--host', 'oldest', '--grep', 'the packaged extension'], counts: true }],
  ],
  [[{ name: 'e2e', script: 'test:e2e', args: ['--built'], minutes: 30, counts: true }]],
];

const folder = freshFolder('all');
process.once('exit', () => { remove(folder); });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => { process.exit(1); });
}
const provisioning = ['mlflow.mjs', 'provision.mjs'].map(provisionMeanwhile);
let passed = 0;
let failed = 0;
/** @type {string[]} */
const summary = [];
for (const [first = [], ...others] of stages) {
  const beside = others.map(lane => runLane(lane, 'kept'));
  await runLane(first, 'shown');
  for (const lines of await Promise.all(beside)) {
    process.stdout.write(lines);
  }
}
for (const child of provisioning) {
  child.kill();
}
process.exitCode = failed > 0 ? 1 : 0;
console.log(`\n${summary.join('\n')}\n${passed} passed, ${failed} failed`);

/**
 * @param {Level[]} lane
 * @param {'shown' | 'kept'} output   while another lane shows its own, this one's is kept, so that the lines of a level stand together
 * @returns {Promise<string>} what was kept
 */
async function runLane(lane, output) {
  /** @type {string[]} */
  const kept = [];
  const say = output === 'shown' ? (/** @type {string} */ text) => { process.stdout.write(text); } : (/** @type {string} */ text) => { kept.push(text); };
  for (const level of lane) {
    say(`\n=== ${level.name} ===\n`);
    const started = Date.now();
    const outcome = await run(level, output === 'shown' ? undefined : say);
    const line = `${level.name}: ${describe(outcome)} in ${Math.round((Date.now() - started) / 1000)} s`;
    say(`--- ${line}\n`);
    summary.push(line);
    passed += outcome.passed;
    failed += outcome.failed;
    if (level.builds === true && outcome.failed === 0) {
      process.env['TESTS_BUILT'] = '1';
    }
  }
  return kept.join('');
}

/**
 * @param {Level} level
 * @param {((text: string) => void) | undefined} say   takes what it prints, in the place of this process's own output
 * @returns {Promise<{ counts: boolean, passed: number, failed: number, pending: number }>}
 */
async function run({ name, script, args = [], minutes = 10, counts = false }, say) {
  const results = path.join(folder, `${name}.json`);
  const code = await npmRun(script, args, { minutes, env: counts ? { MOCHA_RESULTS: results } : {}, say });
  const found = fs.existsSync(results)
    ? /** @type {{ passed: number, failed: number, pending: number }} */ (JSON.parse(fs.readFileSync(results, 'utf8')))
    : { passed: 0, failed: 0, pending: 0 };
  // What broke before or after its tests, and a level without any, is one failure.
  const broken = found.failed === 0 && (code !== 0 || (counts && found.passed === 0));
  return { counts, passed: found.passed, failed: found.failed + (broken ? 1 : 0), pending: found.pending };
}

/** @param {Awaited<ReturnType<typeof run>>} outcome */
function describe(outcome) {
  if (!outcome.counts) {
    return outcome.failed > 0 ? 'FAILED' : 'fine';
  }
  return `${outcome.passed} passing, ${outcome.failed} failing${outcome.pending > 0 ? `, ${outcome.pending} skipped` : ''}`;
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {{ minutes: number, env: Record<string, string>, say: ((text: string) => void) | undefined }} options
 * @returns {Promise<number>} exit code
 */
function npmRun(script, args, { minutes, env, say }) {
  const cli = process.env['npm_execpath'];
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, 'run', '--silent', script, '--', ...args], {
      cwd: checkout,
      stdio: ['ignore', say ? 'pipe' : 'inherit', say ? 'pipe' : 'inherit'],
      env: { ...process.env, ...env },
      // Its own process group, so that all of it ends together.
      detached: true,
    });
    if (say) {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', say);
      }
    }
    /** @param {NodeJS.Signals} name */
    const signal = name => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, name);
      }
    };
    const interrupt = () => { signal('SIGTERM'); };
    const late = setTimeout(() => {
      console.error(`${script} did not end within ${minutes} minutes.`);
      interrupt();
    }, minutes * 60_000);
    const tooLate = setTimeout(() => { signal('SIGKILL'); }, minutes * 60_000 + 10_000);
    process.once('exit', interrupt);
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(late);
      clearTimeout(tooLate);
      process.removeListener('exit', interrupt);
      resolve(code ?? 1);
    });
  });
}

/**
 * Makes the editors and the Python environments while the first levels run. The level that needs one waits for it, and
 * tells why it cannot be made.
 * @param {string} script
 */
function provisionMeanwhile(script) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script)], {
    cwd: checkout,
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  if (child.pid !== undefined) {
    setPriority(child.pid, 10);
  }
  return child;
}
