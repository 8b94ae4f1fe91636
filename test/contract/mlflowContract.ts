import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import type { Deployment } from '../support/mlflowServer';
import { all, bytesOf, logVersion, mlflowProvider } from '../support/providers';
import { type RunningMlflow, runningPython } from '../support/runningMlflow';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { foreignRuns } from './foreignRuns';
import { editedRuns } from './editedRuns';
import { nestedRuns } from './nestedRuns';
import { runTables } from './runTables';
import type { Offer } from './provider/trial';
import { providerContract } from './providerContract';

export const MLFLOW_OFFERS: readonly Offer[] = [
  'consume', 'endRun', 'experiments', 'label', 'lineage', 'loggedModels', 'metricHistory', 'nestedRuns', 'register', 'removal', 'remove', 'run', 'runEditing', 'runNaming', 'runTable', 'runs', 'snippet',
  'startRun', 'webUrl',
];

/** The contract on one of the ways in which people run MLflow. */
export function mlflowContract(way: Deployment, server: RunningMlflow): void {
  describe(`MLflow, ${way}`, () => {
    providerContract(`MLflow, ${way}`, MLFLOW_OFFERS, async () => ({ provider: await mlflowProvider(server()) }));
    foreignRuns(server);
    nestedRuns(server);
    runTables(server);
    editedRuns(server);
  });
}

/** What we log is what Python downloads, and the other way round. */
export function bytesBothWays(server: RunningMlflow): void {
  describe('Python and we', function () {
    this.timeout(180_000);
    const python = runningPython(server);
    const folder = temporaryFolder();
    const files = { 'a.txt': Buffer.from('a'), 'folder/large.bin': randomBytes(3_000_001) };
    const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]));
    let provider: Provider;

    before(async () => {
      provider = await mlflowProvider(server());
    });
    after(() => provider.dispose());

    it('read what the other one logged, byte for byte', async () => {
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      await logVersion(provider, { draft: { workspace, artifact: 'for-python', aliases: ['prod'] }, files });
      const downloaded = await python().run<{ readonly files: object }>('download_artifacts', { uri: 'models:/for-python@prod' });
      assert.deepEqual(downloaded.files, digests);
      writeFiles(path.join(folder(), 'logged'), files);
      const { run_id: run } = await python().run<{ readonly run_id: string }>('log_artifacts', { folder: path.join(folder(), 'logged') });
      const read = new Map<string, Buffer>();
      for (const asset of await all(provider.assets(runFiles({ connection: provider.connection, workspace, run })))) {
        read.set(asset.path, await bytesOf(provider.read(asset)));
      }
      assert.deepEqual(Object.fromEntries(read), files);
    });
  });
}
