import assert from 'node:assert/strict';
import { type MatihOptions, startMatih, withCredentials } from '../support/matih/matih';
import { UNUSUAL } from '../support/matih/quirks';
import { matihProvider } from '../support/providers';
import type { Offer } from './provider/trial';
import { providerContract } from './providerContract';

const OFFERS: readonly Offer[] = ['endRun', 'experiments', 'label', 'run', 'runs', 'startRun'];

const SERVERS: readonly (readonly [name: string, readFrom: 's3' | 'mlflow', options: MatihOptions])[] = [
  ['MATIH, read from its object store', 's3', {}],
  ['MATIH, read from the MLflow below, where all that nobody promises is otherwise', 'mlflow', { quirks: UNUSUAL, token: 'eyJhbGciOiJIUzI1NiJ9.e30.abc' }],
];

for (const [name, readFrom, options] of SERVERS) {
  providerContract(name, OFFERS, async () => {
    const forget = withCredentials();
    const matih = await startMatih(options);
    const provider = await matihProvider(matih, { readFrom: matih.readFrom[readFrom] });
    return {
      provider,
      close: async () => {
        forget();
        await matih.stop();
        assert.deepEqual(matih.faults, [], 'the double saw calls that no client should make');
        assert.deepEqual(matih.leftOpen(), []);
      },
    };
  });
}
