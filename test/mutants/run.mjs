// @ts-check
/**
 * Breaks a copy of the store and of the providers in one place after the other, and fails when a fault test stays green: `npm run test:mutants`.
 * An argument takes the mutants whose name or test holds it.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import ts from 'typescript';
import { checkout, freshFolder, remove } from '../host/folders.mjs';
import { compileTests } from '../host/build.mjs';
import { mutants } from './mutants.mjs';

const AT_A_TIME = 2;
/** A mutant that makes a test hang is seen, too. */
const LATE_MS = 120_000;

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const wanted = process.argv[2] ?? '';

await compileTests();
const folder = freshFolder('mutants');
process.once('exit', () => { remove(folder); });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => { process.exit(1); });
}
const chosen = mutants.filter(({ name, test }) => name.includes(wanted) || test.includes(wanted));
const copies = Array.from({ length: AT_A_TIME }, (_, index) => copyOf(path.join(folder, String(index))));
/** @type {string[]} */
const problems = [];

// A test that fails anyway catches nothing.
const controls = new Map(chosen.map(({ test, grep = '' }) => [`${test} ${grep}`, { test, grep }]));
await inCopies([...controls.values()], async (copy, { test, grep }) => {
  const result = await outcome(copy, test, grep);
  if (result.kind !== 'green') {
    problems.push(`${test} ${grep}: fails without any mutant (${result.why})`);
  }
});
let caught = 0;
await inCopies(problems.length > 0 ? [] : chosen, async (copy, mutant) => {
  const started = Date.now();
  const result = await fate(copy, mutant);
  console.log(`${result.kind === 'red' ? 'caught  ' : 'SURVIVED'} ${mutant.name} (${mutant.test}, ${Math.round((Date.now() - started) / 1000)} s): ${result.why}`);
  if (result.kind === 'red') {
    caught++;
  } else {
    problems.push(`${mutant.name}: ${result.why}`);
  }
});
console.log(`\n${problems.map(line => `${line}\n`).join('')}${caught} of ${chosen.length} mutants caught`);
process.exitCode = caught < chosen.length || chosen.length === 0 ? 1 : 0;

/**
 * @template T
 * @param {readonly T[]} jobs
 * @param {(copy: string, job: T) => Promise<void>} work
 */
async function inCopies(jobs, work) {
  const waiting = [...jobs];
  await Promise.all(copies.map(async copy => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      await work(copy, job);
    }
  }));
}

/** @param {string} copy */
function copyOf(copy) {
  for (const part of ['out/src', 'out/test/faults', 'out/test/unit/store', 'out/test/unit/providers', 'out/test/contract', 'out/test/bench', 'out/test/support', 'test/support', 'test/host']) {
    fs.cpSync(path.join(checkout, part), path.join(copy, part), { recursive: true });
  }
  fs.symlinkSync(path.join(checkout, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  return copy;
}

/**
 * @typedef {{ readonly kind: 'green' | 'red' | 'broken', readonly why: string }} Outcome
 * @param {string} copy
 * @param {import('./mutants.mjs').Mutant} mutant
 * @returns {Promise<Outcome>}
 */
async function fate(copy, { file, find, replace, test, grep = '' }) {
  const source = fs.readFileSync(path.join(checkout, 'src', file), 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1) {
    return { kind: 'broken', why: `its text stands ${places} times in src/${file}` };
  }
  const compiled = path.join(copy, 'out/src', file.replace(/\.ts$/, '.js'));
  const whole = fs.readFileSync(compiled);
  const { outputText, diagnostics = [] } = ts.transpileModule(source.replace(find, () => replace), {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
  });
  if (diagnostics.length > 0) {
    return { kind: 'broken', why: 'it does not compile' };
  }
  try {
    fs.writeFileSync(compiled, outputText);
    return await outcome(copy, test, grep);
  } finally {
    fs.writeFileSync(compiled, whole);
  }
}

/**
 * @param {string} copy
 * @param {string} test
 * @param {string} grep
 * @returns {Promise<Outcome>}
 */
function outcome(copy, test, grep) {
  const results = path.join(copy, 'results.json');
  fs.rmSync(results, { force: true });
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mocha, '--no-config', '--bail', '--timeout', '10000', '--reporter', path.join(checkout, 'test/host/countingReporter.cjs'),
      '--fgrep', grep, path.join('out/test/faults', `${test}.test.js`)], {
      cwd: copy,
      stdio: 'ignore',
      env: { ...process.env, MOCHA_RESULTS: results },
      // Its own process group: what a test started ends with it.
      detached: process.platform !== 'win32',
    });
    const late = setTimeout(() => { end(); }, LATE_MS);
    const end = () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      }
    };
    process.once('exit', end);
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(late);
      process.removeListener('exit', end);
      if (signal !== null) {
        return resolve({ kind: 'red', why: 'it did not end' });
      }
      if (!fs.existsSync(results)) {
        return resolve({ kind: 'broken', why: 'the test broke before it began' });
      }
      const { passed, failures } = /** @type {{ passed: number, failures: { stack: string }[] }} */ (JSON.parse(fs.readFileSync(results, 'utf8')));
      const [failure] = failures;
      if (failure !== undefined) {
        return resolve({ kind: 'red', why: failure.stack.replaceAll(/\s+/g, ' ').slice(0, 140) });
      }
      resolve(passed > 0 ? { kind: 'green', why: 'the test stayed green' } : { kind: 'broken', why: 'it names no test' });
    });
  });
}
