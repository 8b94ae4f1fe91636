import { type Deployment, DEPLOYMENTS } from '../support/mlflowServer';
import { mlflowProvider } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';
import { providerContract } from './providerContract';

/** The contract on one of the ways in which people run MLflow; one server for all its tests. */
export function mlflowContract(way: Deployment): void {
  describe(`MLflow, ${way}`, () => {
    const server = runningMlflow(DEPLOYMENTS[way]);
    providerContract(`MLflow, ${way}`, async () => ({ provider: await mlflowProvider(server()) }));
  });
}
