import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { mlflowContract } from './mlflowContract';
import { traps } from './mlflowTraps';

describe('one MLflow, PostgreSQL', () => {
  const server = runningMlflow(DEPLOYMENTS['PostgreSQL']);
  traps('PostgreSQL', server);
  mlflowContract('PostgreSQL', server);
});
