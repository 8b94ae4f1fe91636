'use strict';

const usual = require('../../.mocharc.json');

/**
 * What mocha needs to run the files of a level two at a time. The longest begin first: one that begins when the others are done keeps one
 * of two processes, and the other has nothing to do.
 * @param {string} level
 * @param {string[]} names   of its longest files
 */
module.exports = function longestFirst(level, names) {
  const files = names.map(name => `out/test/${level}/${name}.test.js`);
  return {
    ...usual,
    parallel: true,
    jobs: 2,
    // Mocha runs `file` in this order, and then what `spec` finds, where the same ones would be found again.
    file: files,
    ignore: files,
    spec: [`out/test/${level}/**/*.test.js`],
  };
};
