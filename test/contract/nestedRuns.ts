import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Run, RunRef } from '../../src/model/artifact';
import type { NestedRunQuery, Provider } from '../../src/providers/provider';
import { OtherClient } from '../support/otherClient';
import { all, logVersion, mlflowProvider } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';

/** Runs of other clients that were made below runs: that each is told, below its parent and among all of them. */
export function nestedRuns(server: RunningMlflow): void {
  describe('nested runs', function () {
    this.timeout(60_000);
    let provider: Provider;
    let place: { readonly connection: string; readonly workspace: string; readonly experiment: string };
    let sweep: string;
    let trial: string;
    const other = (): OtherClient => new OtherClient(server());
    const start = async (name: string, parent?: string, experiment = place.experiment): Promise<string> => {
      const id = await other().run(experiment, { name });
      if (parent !== undefined) {
        await other().ask('POST', 'runs/set-tag', { run_id: id, key: 'mlflow.parentRunId', value: parent });
      }
      return id;
    };
    const names = async (runs: AsyncIterable<Run>): Promise<readonly string[]> => (await all(runs)).map(({ name }) => name);
    const nested = (query: Partial<NestedRunQuery> = {}): Promise<readonly string[]> => names(provider.nestedRuns!({ ...place, ...query }));
    const top = (): Promise<readonly string[]> => names(provider.runs!({ ...place, topLevel: true }));

    before(async () => {
      provider = await mlflowProvider(server());
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      place = { connection: provider.connection, workspace, experiment: await other().experiment(`Nested ${randomUUID()}`) };
      const elsewhere = await other().experiment(`Elsewhere ${randomUUID()}`);
      sweep = await start('sweep');
      await start('single');
      trial = await start('trial 1', sweep);
      await start('trial 2', sweep);
      await start('fold', trial);
      const deleted = await start('deleted');
      await start('child of a deleted one', deleted);
      await other().ask('POST', 'runs/delete', { run_id: deleted });
      await start('child of another experiment', await start('far away', undefined, elsewhere));
      const gone = await start('deleted child', sweep);
      await other().ask('POST', 'runs/delete', { run_id: gone });
    });
    after(() => provider.dispose());

    it('stand below their parent, newest first, and theirs below them', async () => {
      assert.deepEqual(await nested({ parent: sweep }), ['trial 2', 'trial 1']);
      assert.deepEqual(await nested({ parent: trial }), ['fold']);
      assert.deepEqual(await nested({ parent: 'no-such-run' }), []);
      assert.deepEqual(await nested({ parent: sweep, most: 1 }), ['trial 2']);
    });

    it('are told together, also where their parent was deleted or is in another experiment', async () => {
      assert.deepEqual(await nested(), ['child of another experiment', 'child of a deleted one', 'fold', 'trial 2', 'trial 1']);
      assert.deepEqual(await nested({ most: 1 }), ['child of another experiment']);
    });

    it('are left out at the top where the server knows how, and never told nowhere', async () => {
      const version = await (await fetch(`${server().url}/version`)).text();
      const all_ = ['child of another experiment', 'child of a deleted one', 'fold', 'trial 2', 'trial 1', 'single', 'sweep'];
      assert.deepEqual(await top(), version.startsWith('2.') ? all_ : ['single', 'sweep']);
      assert.deepEqual(await names(provider.runs!(place)), all_);
      assert.deepEqual(await names(provider.runs!({ ...place, search: 'TRIAL' })), ['trial 2', 'trial 1']);
    });

    it('are not what holds the files of the versions that their parent made', async () => {
      const parent: RunRef = await provider.startRun!({ ...place, name: 'maker' });
      const { experiment = '' } = await provider.run!(parent);
      await logVersion(provider, { draft: { workspace: place.workspace, artifact: `nested-${randomUUID().slice(0, 8)}`, producer: parent }, files: { 'a.txt': 'a' } });
      assert.deepEqual(await nested({ experiment, parent: parent.run }), []);
      await start('child', parent.run, experiment);
      assert.deepEqual(await nested({ experiment, parent: parent.run, most: 1 }), ['child']);
      assert.ok(!(await nested({ experiment })).some((name) => name.startsWith('nested-')));
    });
  });
}
