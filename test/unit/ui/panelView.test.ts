import * as assert from 'node:assert/strict';
import { versionView } from '../../../src/ui/details/panelView';
import { MemoryProvider } from '../../support/memoryProvider';

describe('what a details page offers', () => {
  async function offered(change: Partial<MemoryProvider>, isTrusted: boolean) {
    const provider = new MemoryProvider();
    provider.log('ada/churn', '1.0.0', {});
    const version = await provider.version({ connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' });
    return versionView({ version, artifact: undefined, usedBy: undefined }, Object.assign(provider, change), isTrusted).can;
  }
  const remove = async () => ({ aliases: [], consumers: [], bytesFreed: 0 });

  it('is what the back end has a method for', async () => {
    assert.deepEqual(await offered({ remove, snippet: async () => '' } as object, true), { log: true, label: true, remove: true, python: true, lineage: true, openRuns: false, web: false });
    assert.deepEqual(await offered({ label: undefined, lineage: undefined } as object, true), { log: true, label: false, remove: false, python: false, lineage: false, openRuns: false, web: false });
  });

  it('is looking alone in a workspace that nobody trusts', async () => {
    assert.deepEqual(await offered({ remove } as object, false), { log: false, label: false, remove: false, python: false, lineage: true, openRuns: false, web: false });
  });
});
