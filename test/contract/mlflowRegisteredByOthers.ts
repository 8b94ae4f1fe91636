import assert from 'node:assert/strict';
import { callOf, faultyMlflow } from '../support/faultyMlflow';
import type { OnMlflow } from '../support/onMlflow';
import { logVersion } from '../support/providers';

/** What others register in one model with us. */
export function registeredByOthers(on: OnMlflow): void {
  it('versions that others registered are opened, named and followed by ours, and not all of them are read for it', async () => {
    const artifact = on.fresh();
    const register = async (versions: number): Promise<void> => {
      for (let version = 0; version < versions; version++) {
        await on.ask('POST', 'model-versions/create', { name: artifact, source: 's3://elsewhere/model' });
      }
    };
    await on.ask('POST', 'registered-models/create', { name: artifact });
    await register(5);
    await on.ask('POST', 'registered-models/alias', { name: artifact, alias: 'prod', version: '2' });
    const watched = await faultyMlflow({ before: on.server().url });
    try {
      const provider = await watched.open();
      const numberOf = async (name: string): Promise<string> => (await provider.version(on.at(artifact, name))).version;
      const log = async (version: string): Promise<string> => (await logVersion(provider, { draft: { ...on.at(artifact), version } })).version;
      assert.deepEqual([await numberOf('prod'), await numberOf('Latest'), await numberOf('3.0.0')], ['2.0.0', '5.0.0', '3.0.0']);
      assert.equal(await log('9.0.0'), '9.0.0');
      await assert.rejects(log('4.0.0'), { code: 'alreadyExists' });
      await register(4);
      // Of the integers 7 to 10, as 9.0.0 is ours.
      assert.deepEqual([await numberOf('9.0.1'), await numberOf('9.0.0'), await numberOf('Latest')], ['9.0.1', '9.0.0', '10.0.0']);
      assert.deepEqual(await provider.nextVersions(on.at(artifact)), { major: '11.0.0', minor: '10.1.0', patch: '10.0.1' });
      assert.equal(await log('minor'), '10.1.0');
      await provider.remove!(on.at(artifact, '10.1.0'));
      assert.equal(await numberOf('Latest'), '10.0.0');
      assert.equal(await log('minor'), '10.2.0');
      const searches = watched.requests.filter((request) => callOf(request) === 'GET model-versions/search').map(({ path }) => decodeURIComponent(path));
      assert.deepEqual(searches.filter((path) => path.includes('max_results=10000') && !/mlartifacts\.|run_id/u.test(path)), []);
    } finally {
      await watched.close();
    }
  });
}
