'use strict';

/** How mocha runs the end-to-end tests. */
module.exports = {
  ...require('./longestFirst.cjs')('e2e', ['runs', 'runTable', 'looks', 'metrics', 'mainJob', 'closedWindow', 'scale', 'keyboard']),
  timeout: 120_000,
  require: ['out/test/e2e/support/lastWords.js'],
  // Without it mocha waits for a browser that was closed and does not end, as Chromium does once in hundreds of times.
  exit: true,
};
