import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { carrying } from './mlflowCarry';
import { mlflowContract } from './mlflowContract';
import { bytesOnMlflow } from './mlflowFiles';
import { interop } from './mlflowInterop';
import { traps } from './mlflowTraps';

describe('one MLflow, slim', () => {
  const server = runningMlflow(DEPLOYMENTS['slim']);
  traps('slim', server);
  mlflowContract('slim', server);
  bytesOnMlflow('slim', server);
  interop('slim', server);
  carrying('slim', server);
});
