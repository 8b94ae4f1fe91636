import { type Deployment, DEPLOYMENTS } from '../support/mlflowServer';
import { mlflowProvider } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';
import { type Offer, providerContract } from './providerContract';

export const MLFLOW_OFFERS: readonly Offer[] = [
  'consume', 'endRun', 'experiments', 'label', 'lineage', 'loggedModels', 'metricHistory', 'register', 'removal', 'remove', 'run', 'runs', 'snippet',
  'startRun', 'webUrl',
];

/** The contract on one of the ways in which people run MLflow; one server for all its tests. A workspace is there or made. */
export function mlflowContract(way: Deployment, workspace?: string): void {
  describe(`MLflow, ${way}`, () => {
    const server = runningMlflow(DEPLOYMENTS[way]);
    providerContract(`MLflow, ${way}`, MLFLOW_OFFERS, async () => ({ provider: await mlflowProvider(server(), { workspace }) }));
  });
}
