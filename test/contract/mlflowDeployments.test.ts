import assert from 'node:assert/strict';
import { type Deployment, DEPLOYMENTS } from '../support/mlflowServer';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';

const LONG = 'long '.repeat(50_000);

/** What a person does first, on the ways that have no whole contract of their own. */
function firstSteps(way: Deployment): void {
  describe(`the first steps on MLflow, ${way}`, function () {
    this.timeout(180_000);
    const server = runningMlflow(DEPLOYMENTS[way]);

    it('are to log, read, label, trace and remove', async () => {
      const provider = await mlflowProvider(server());
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      const producer = await provider.startRun!({ connection: provider.connection, workspace, name: 'train' });
      const version = await logVersion(provider, { draft: { workspace, artifact: 'first', producer }, files: { 'folder/ü 1%.txt': 'a', 'long.txt': LONG } });
      assert.deepEqual([version.version, version.assets, version.bytes], ['1.0.0', 2, LONG.length + 1]);
      assert.equal(await textOf(provider.read({ ...version, path: 'folder/ü 1%.txt' })), 'a');
      assert.equal(await textOf(provider.read({ ...version, path: 'long.txt' }, LONG.length - 5)), 'long ');
      await provider.label!(version, { aliases: ['prod'], tags: ['checked'] });
      const labelled = await provider.version({ ...version, version: 'prod' });
      assert.deepEqual([labelled.version, labelled.tags, labelled.producer?.name], ['1.0.0', ['checked'], 'train']);
      await provider.consume!(version, producer);
      const { edges } = await provider.lineage!(version);
      assert.deepEqual(edges.map(({ relation }) => relation).sort(), ['consumed', 'produced']);
      assert.equal((await provider.remove!(version)).bytesFreed, LONG.length + 1);
      assert.deepEqual(await all(provider.versions(version)), []);
      await provider.dispose();
    });
  });
}

firstSteps('default');
firstSteps('prefix');
firstSteps('2.22 with basic auth');
firstSteps('2.22 on S3 without proxy');
