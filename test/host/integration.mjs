// @ts-check
/**
 * Runs test/integration inside an editor in the browser, against the built extension.
 *   node test/host/integration.mjs [--host current|oldest|1.117.0] [--grep TEXT] [--built] [--timeout SECONDS] [--keep]
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { browserPath, launchBrowser } from './browser.mjs';
import { compileTests, stageExtension } from './build.mjs';
import { editionNamed } from './editions.mjs';
import { checkout, copySample, freshFolder, pythonExtension, remove } from './folders.mjs';
import { provision } from './provision.mjs';
import { startHost, windowAddress } from './server.mjs';

const { values: flags } = parseArgs({
  options: {
    host: { type: 'string', default: 'current' },
    grep: { type: 'string' },
    // dist/ is up to date: the caller has just built or packaged it.
    built: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '600' },
    // Leaves the temporary folder (logs of the host, store, workspace) for a look.
    keep: { type: 'boolean', default: false },
  },
});

/** How long the report may stand still. The slowest start seen was a quarter of this. */
const patience = 120_000;

const folder = freshFolder('int');
try {
  // First, as it is quickly said.
  browserPath();
  const host = await provision(editionNamed(flags.host));
  await compileTests();
  process.exitCode = await runTests(host);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (flags.keep) {
    console.log(`Kept ${folder}`);
  } else {
    remove(folder);
  }
}

/**
 * @param {import('./provision.mjs').Host} host
 * @returns {Promise<number>} exit code
 */
async function runTests(host) {
  const extension = path.join(folder, 'extension');
  await stageExtension(extension, { build: !flags.built });
  const workspace = copySample(path.join(folder, 'workspace'));
  // Where the editor looks for extensions that are installed.
  fs.cpSync(pythonExtension, path.join(folder, 'extensions', 'ms-python.python-0.0.1'), { recursive: true });
  const report = path.join(folder, 'report.txt');
  const results = path.join(folder, 'results.json');
  const running = await startHost({
    host,
    folder,
    develops: true,
    settings: {
      // The e2e suites answer the question of trust; these tests are about what comes after.
      'security.workspace.trust.enabled': false,
      'artifacts.store.path': path.join(folder, 'store'),
    },
    env: {
      MOCHA_REPORT: report,
      MOCHA_RESULTS: results,
      ...flags.grep === undefined ? {} : { MOCHA_GREP: flags.grep },
    },
  });
  const browser = await launchBrowser();
  /** @type {string[]} */
  const pageLines = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('console', message => {
      if (message.type() === 'error') {
        pageLines.push(message.text().split('\n', 1)[0] ?? '');
      }
    });
    page.on('pageerror', error => pageLines.push(`page error: ${error.message}`));
    await page.goto(windowAddress(running, workspace, {
      extension,
      tests: path.join(checkout, 'out', 'test', 'integration', 'index'),
    }));
    const trouble = await followReport(report, results, () =>
      running.exitCode() !== undefined || running.output().includes('Extension Host Process exited'));
    if (trouble !== undefined) {
      await page.screenshot({ path: path.join(testResults(), 'integration.png') }).catch(() => undefined);
      console.error([
        trouble, 'Last errors of the page (its picture is in test-results/integration.png):', ...pageLines.slice(-15),
        'Last lines of the host:', running.output().slice(-2000),
      ].join('\n'));
      return 1;
    }
  } finally {
    await browser.close();
    await running.stop();
  }
  const counts = /** @type {{ passed: number, failed: number }} */ (JSON.parse(fs.readFileSync(results, 'utf8')));
  const total = process.env['MOCHA_RESULTS'];
  if (total) {
    fs.copyFileSync(results, total);
  }
  if (counts.passed + counts.failed === 0) {
    console.error('No integration test ran.');
    return 1;
  }
  console.log(`VS Code ${host.vscode}: ${counts.passed} passing, ${counts.failed} failing`);
  return counts.failed > 0 ? 1 : 0;
}

/**
 * Prints the report as it grows, until the results are there.
 * @param {string} report
 * @param {string} results
 * @param {() => boolean} died
 * @returns {Promise<string | undefined>} what went wrong, if the results never came
 */
async function followReport(report, results, died) {
  const deadline = Date.now() + Number(flags.timeout) * 1000;
  let lastWord = Date.now();
  for (let printed = 0; ;) {
    // In this order: who finds the host gone knows that what it wrote is there.
    const gone = died();
    const done = fs.existsSync(results);
    const text = fs.existsSync(report) ? fs.readFileSync(report) : Buffer.alloc(0);
    if (text.length > printed) {
      process.stdout.write(text.subarray(printed));
      printed = text.length;
      lastWord = Date.now();
    }
    if (done) {
      return undefined;
    }
    if (gone) {
      return 'The extension host ended before the tests did.';
    }
    if (Date.now() - lastWord > patience) {
      return printed === 0
        ? `The tests did not start within ${patience / 1000} s.`
        : `The tests hang: not a word for ${patience / 1000} s.`;
    }
    if (Date.now() > deadline) {
      return `The tests did not end within ${flags.timeout} s.`;
    }
    await sleep(200);
  }
}

function testResults() {
  const target = path.join(checkout, 'test-results');
  fs.mkdirSync(target, { recursive: true });
  return target;
}
