import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { localProvider } from '../support/providers';
import { removeFolder } from '../support/temporaryFolder';
import { providerContract } from './providerContract';

const OFFERS = [
  'consume', 'endRun', 'fetch', 'fetchAll', 'keep', 'label', 'lineage', 'removal', 'remove', 'runNaming', 'runs', 'snippet', 'startRun', 'upkeep', 'watch',
] as const;

providerContract('the embedded store', OFFERS, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-artifacts-store-'));
  return {
    provider: await localProvider(path.join(folder, 'store')),
    close: async () => removeFolder(folder),
  };
});
