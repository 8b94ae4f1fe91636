import assert from 'node:assert/strict';
import { temporaryFolder } from '../support/temporaryFolder';
import { aliases } from './provider/aliases';
import { bytes } from './provider/bytes';
import { cancelling } from './provider/cancelling';
import { changing } from './provider/changing';
import { copying } from './provider/copying';
import { lineage } from './provider/lineage';
import { listing } from './provider/listing';
import { missing } from './provider/missing';
import { names } from './provider/names';
import { numbers } from './provider/numbers';
import { removing } from './provider/removing';
import { runs } from './provider/runs';
import { type Offer, OPTIONAL_METHODS, type Subject, Trial } from './provider/trial';
import { twoPhases } from './provider/twoPhases';
import { watching } from './provider/watching';

/** What every provider keeps: one suite, run against each. Of what it may leave out it has `offers`, and nothing else. */
export function providerContract(name: string, offers: readonly Offer[], open: () => Promise<Subject>): void {
  describe(`a provider: ${name}`, function () {
    this.timeout(30_000);
    const on = new Trial(offers, open, temporaryFolder());
    beforeEach(() => on.begin());
    afterEach(() => on.end());

    it('offers what it is known to offer', async () => {
      const methods = OPTIONAL_METHODS.filter((method) => on.provider[method] !== undefined);
      const keeps = await on.write({}, async (writer) => writer.keep !== undefined);
      assert.deepEqual([...methods, ...(keeps ? ['keep'] : [])].sort(), [...offers].sort());
    });

    for (const topic of [listing, twoPhases, numbers, bytes, names, missing, aliases, cancelling, copying, changing, runs, lineage, removing, watching]) {
      topic(on);
    }
  });
}
