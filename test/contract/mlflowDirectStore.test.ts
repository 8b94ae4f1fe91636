import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { bytesBothWays, mlflowContract } from './mlflowContract';
import { bytesOnMlflow } from './mlflowFiles';
import { killedParts } from './mlflowKilledParts';

describe('one MLflow, S3 direct', () => {
  const server = runningMlflow(DEPLOYMENTS['S3 direct']);
  killedParts('S3 direct', server);
  mlflowContract('S3 direct', server);
  bytesBothWays(server);
  bytesOnMlflow('S3 direct', server);
});
