import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { mlflowContract } from './mlflowContract';
import { bytesOnMlflow } from './mlflowFiles';
import { interop } from './mlflowInterop';
import { killedParts } from './mlflowKilledParts';

describe('one MLflow, S3 proxied', () => {
  const server = runningMlflow(DEPLOYMENTS['S3 proxied']);
  killedParts('S3 proxied', server);
  mlflowContract('S3 proxied', server);
  bytesOnMlflow('S3 proxied', server);
  interop('S3 proxied', server);
});
