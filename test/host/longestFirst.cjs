'use strict';

const usual = require('../../.mocharc.json');

/**
 * What mocha needs to run the files of a level two at a time. The longest begin first: one that begins when the others are done keeps one
 * of two processes, and the other has nothing to do.
 * @param {string} level
 * @param {string[]} names   of its longest files
 */
module.exports = function longestFirst(level, names) {
  return {
    ...usual,
    parallel: true,
    jobs: 2,
    // In this order; a file that is found twice would run twice.
    spec: [...names.map(name => `out/test/${level}/${name}.test.js`), `out/test/${level}/**/!(${names.join('|')}).test.js`],
  };
};
