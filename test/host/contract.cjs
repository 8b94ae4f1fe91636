'use strict';

/** The longest first: one that begins when the others are done keeps one of two processes, and the other has nothing to do. */
const longest = [
  'mlflowSlim', 'mlflowProxiedStore', 'mlflowDirectStore', 'mlflowTwo', 'mlflowTwoSlim', 'mlflowTwoObjectStore', 'mlflowWorkspaces', 'mlflowScale',
  'mlflowPostgres', 'mlflowDeployments', 'mlflowSignIn', 'mlflowFolder', 'mlflowFaults', 'cometClient', 'mlflowTwoPostgres', 'mlflowUnproxied', 'mlflowClosing',
].map(name => `out/test/contract/${name}.test.js`);

/** Of mocha, for the contract tests. */
module.exports = {
  ...require('../../.mocharc.json'),
  parallel: true,
  jobs: 2,
  // Mocha runs these in this order, before what `spec` finds, where they would be found again.
  file: longest,
  ignore: longest,
  spec: ['out/test/contract/**/*.test.js'],
};
