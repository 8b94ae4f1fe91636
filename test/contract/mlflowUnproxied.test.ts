import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { bytesBothWays, mlflowContract } from './mlflowContract';
import { bytesOnMlflow } from './mlflowFiles';

describe('one MLflow, unproxied', () => {
  const server = runningMlflow(DEPLOYMENTS['unproxied']);
  mlflowContract('unproxied', server);
  bytesBothWays(server);
  bytesOnMlflow('unproxied', server);
});
