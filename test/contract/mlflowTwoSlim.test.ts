import { DEPLOYMENTS } from '../support/mlflowServer';
import { runningMlflow } from '../support/runningMlflow';
import { carrying } from './mlflowCarry';
import { bytesOnMlflow } from './mlflowFiles';
import { traps } from './mlflowTraps';

describe('one MLflow, 2.22 with one worker', () => {
  const server = runningMlflow(DEPLOYMENTS['2.22 with one worker']);
  traps('2.22 with one worker', server);
  bytesOnMlflow('2.22 with one worker', server);
  carrying('2.22 with one worker', server);
});
