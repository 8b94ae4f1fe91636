import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { mlflowContract } from './mlflowContract';
import { interop } from './mlflowInterop';

describe('one MLflow, 2.22', () => {
  const server = runningMlflow(DEPLOYMENTS['2.22']);
  mlflowContract('2.22', server);
  interop('2.22', server);
});
