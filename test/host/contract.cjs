'use strict';

/** How mocha runs the contract tests. */
module.exports = require('./longestFirst.cjs')('contract', [
  'mlflowSlim', 'mlflowProxiedStore', 'mlflowDirectStore', 'mlflowTwo', 'mlflowTwoSlim', 'mlflowTwoObjectStore', 'mlflowWorkspaces', 'mlflowScale',
  'mlflowPostgres', 'mlflowDeployments', 'mlflowSignIn', 'mlflowFolder', 'mlflowFaults', 'cometClient', 'mlflowTwoPostgres', 'mlflowUnproxied', 'mlflowClosing',
]);
