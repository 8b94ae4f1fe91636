import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { bytesOnMlflow } from './mlflowFiles';
import { killedParts } from './mlflowKilledParts';

describe('one MLflow, 2.22 on S3 without proxy', () => {
  const server = runningMlflow(DEPLOYMENTS['2.22 on S3 without proxy']);
  killedParts('2.22 on S3 without proxy', server);
  bytesOnMlflow('2.22 on S3 without proxy', server);
});
