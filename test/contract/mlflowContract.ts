import { type Deployment, DEPLOYMENTS } from '../support/mlflowServer';
import { mlflowProvider } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';
import { type Offer, providerContract } from './providerContract';

const OFFERS: readonly Offer[] = [
  'consume', 'endRun', 'experiments', 'label', 'lineage', 'loggedModels', 'metricHistory', 'register', 'removal', 'remove', 'run', 'runs', 'snippet',
  'startRun', 'webUrl',
];

/** The contract on one of the ways in which people run MLflow; one server for all its tests. */
export function mlflowContract(way: Deployment): void {
  describe(`MLflow, ${way}`, () => {
    const server = runningMlflow(DEPLOYMENTS[way]);
    providerContract(`MLflow, ${way}`, OFFERS, async () => ({ provider: await mlflowProvider(server()) }));
  });
}
