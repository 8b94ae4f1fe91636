import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { mlflowContract } from './mlflowContract';

describe('one MLflow, 2.22 on PostgreSQL', () => {
  const server = runningMlflow(DEPLOYMENTS['2.22 on PostgreSQL']);
  mlflowContract('2.22 on PostgreSQL', server);
});
