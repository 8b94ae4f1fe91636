import { Console } from 'node:console';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Writable } from 'node:stream';

/**
 * What the editor runs inside the extension host. The runner outside (test/host/integration.mjs, or @vscode/test-electron)
 * reads the report from MOCHA_REPORT, where there is one, and the counts from MOCHA_RESULTS.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const report = process.env['MOCHA_REPORT'];
  if (report) {
    sendConsoleTo(report);
  }
  // After the console is redirected: mocha keeps the `console.log` that it finds when it loads.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    timeout: 20_000,
    reporter: path.resolve(__dirname, '../../../test/host/countingReporter.cjs'),
  });
  const grep = process.env['MOCHA_GREP'];
  if (grep) {
    mocha.grep(new RegExp(grep));
  }
  for (const file of fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.test.js')) {
      mocha.addFile(path.join(__dirname, file));
    }
  }
  const failures = await runAll(mocha);
  if (failures > 0) {
    throw new Error(`${failures} integration tests failed.`);
  }
}

/** A file that cannot be loaded ends the run before the reporter exists; the runner outside must hear of it all the same. */
async function runAll(mocha: Mocha): Promise<number> {
  try {
    return await new Promise<number>(resolve => mocha.run(resolve));
  } catch (error) {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    console.error(stack);
    const results = process.env['MOCHA_RESULTS'];
    if (results) {
      fs.writeFileSync(results, JSON.stringify({ passed: 0, failed: 1, pending: 0, failures: [{ title: 'loading the tests', stack }] }));
    }
    return 1;
  }
}

/** A console of its own, as the one of the extension host does not let its methods be replaced. */
function sendConsoleTo(file: string): void {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      fs.appendFileSync(file, chunk);
      done();
    },
  });
  globalThis.console = new Console(stream);
}
