import assert from 'node:assert/strict';
import { type CometOptions, startComet } from '../support/comet/comet';
import { UNUSUAL } from '../support/comet/quirks';
import { cometProvider } from '../support/providers';
import type { Offer } from './provider/trial';
import { providerContract } from './providerContract';

const OFFERS: readonly Offer[] = ['consume', 'endRun', 'experiments', 'label', 'lineage', 'metricHistory', 'run', 'runs', 'snippet', 'startRun'];

const DECISIONS: readonly (readonly [name: string, options: CometOptions])[] = [
  ['Comet', {}],
  ['Comet, where all that nobody promises is otherwise', { quirks: UNUSUAL, keyNamesServer: true }],
];

for (const [name, options] of DECISIONS) {
  providerContract(name, OFFERS, async () => {
    const comet = await startComet(options);
    const provider = await cometProvider(comet, options.keyNamesServer === true ? { url: undefined } : {});
    return {
      provider,
      // Where open and failed versions are not listed, nobody can know of their numbers.
      keepsNumbers: options.quirks?.unfinishedInLists !== false,
      close: async () => {
        await comet.stop();
        assert.deepEqual(comet.faults, [], 'the double saw calls that no client should make');
        assert.deepEqual(comet.leftOpen(), []);
      },
    };
  });
}
