import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { mlflowContract } from './mlflowContract';
import { killedParts } from './mlflowKilledParts';

describe('one MLflow, 2.22 on S3', () => {
  const server = runningMlflow(DEPLOYMENTS['2.22 on S3']);
  killedParts('2.22 on S3', server);
  mlflowContract('2.22 on S3', server);
});
