'use strict';

const fs = require('node:fs');
const Mocha = require('mocha');

/**
 * Mocha's usual report, and exact counts in the file that MOCHA_RESULTS names: whoever adds up several runs
 * reads numbers, not prose.
 */
class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['MOCHA_RESULTS'];
    if (!file) {
      return;
    }
    /** @type {{ passed: number, failed: number, pending: number, failures: { title: string, stack: string }[] }} */
    const results = { passed: 0, failed: 0, pending: 0, failures: [] };
    runner.on('pass', () => { results.passed++; });
    runner.on('pending', () => { results.pending++; });
    runner.on('fail', (test, error) => {
      results.failed++;
      results.failures.push({ title: test.fullTitle(), stack: error.stack ?? String(error) });
    });
    runner.once('end', () => {
      // Renamed when whole, as others wait for the file to appear.
      fs.writeFileSync(`${file}.part`, JSON.stringify(results, undefined, 2));
      fs.renameSync(`${file}.part`, file);
    });
  }
}

module.exports = CountingReporter;
