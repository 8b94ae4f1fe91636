import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isArtifactError } from '../../src/model/errors';
import { NEWEST_FIRST, type RunColumn, type RunRow } from '../../src/model/runTable';
import type { Provider } from '../../src/providers/provider';
import type { RunTableQuery } from '../../src/providers/runTable';
import { OtherClient } from '../support/otherClient';
import { all, mlflowProvider } from '../support/providers';
import type { RunningMlflow } from '../support/runningMlflow';

/** Runs of other clients side by side: in the order of the server, by its filter, with what was measured. */
export function runTables(server: RunningMlflow): void {
  describe('the table of runs', function () {
    this.timeout(60_000);
    let provider: Provider;
    let place: { readonly connection: string; readonly workspace: string; readonly experiment: string };
    const other = (): OtherClient => new OtherClient(server());
    const rows = (query: Partial<RunTableQuery> = {}): Promise<readonly RunRow[]> => all(provider.runTable!.rows({ ...place, sort: NEWEST_FIRST, ...query }));
    const names = async (query: Partial<RunTableQuery> = {}): Promise<readonly string[]> => (await rows(query)).map(({ name }) => name);
    const by = (column: RunColumn, descending = false): Promise<readonly string[]> => names({ sort: { by: column, descending } });
    const parent = (run: string, of: string): Promise<unknown> => other().ask('POST', 'runs/set-tag', { run_id: run, key: 'mlflow.parentRunId', value: of });

    before(async () => {
      provider = await mlflowProvider(server());
      const { defaultWorkspace: workspace } = await provider.whoAmI();
      place = { connection: provider.connection, workspace, experiment: await other().experiment(`Table ${randomUUID()}`) };
      const { experiment } = place;
      const sweep = await other().run(experiment, { name: 'sweep' });
      await other().ask('POST', 'runs/set-tag', { run_id: sweep, key: 'mlflow.user', value: 'ada' });
      await other().ask('POST', 'runs/set-tag', { run_id: sweep, key: 'mlflow.source.name', value: 'tune.py' });
      const low = await other().run(experiment, { name: 'low', parameters: { lr: '0.1', 'opt/name': "it's" }, metrics: { 'val/acc 1': [0.9, 0.25] } });
      await parent(low, sweep);
      const high = await other().run(experiment, { name: 'High', parameters: { lr: '0.3' }, metrics: { 'val/acc 1': [0.75] } });
      await parent(high, sweep);
      const odd = await other().run(experiment, { name: 'not a number', parameters: { lr: '0.2' } });
      await other().ask('POST', 'runs/log-metric', { run_id: odd, key: 'val/acc 1', value: 'NaN', timestamp: 1, step: 0 });
      const endless = await other().run(experiment, { name: 'endless' });
      await other().ask('POST', 'runs/log-metric', { run_id: endless, key: 'val/acc 1', value: 'Infinity', timestamp: 1, step: 0 });
      await other().ask('POST', 'runs/update', { run_id: endless, status: 'FAILED' });
      const gone = await other().run(experiment, { name: 'gone' });
      const orphan = await other().run(experiment, { name: 'orphan' });
      await parent(orphan, gone);
      await other().ask('POST', 'runs/delete', { run_id: gone });
    });
    after(() => provider.dispose());

    it('has a row for each run, nested ones too, with the last values and the name of the run above', async () => {
      const all_ = await rows();
      assert.deepEqual(all_.map(({ name }) => name), ['orphan', 'endless', 'not a number', 'High', 'low', 'sweep']);
      const [orphan, endless, odd, , low, sweep] = all_;
      assert.deepEqual([...low!.metrics], [['val/acc 1', 0.25]]);
      assert.deepEqual([...low!.parameters].sort(), [['lr', '0.1'], ['opt/name', "it's"]]);
      assert.equal(low!.parent!.name, 'sweep');
      assert.equal(orphan!.parent!.name, orphan!.parent!.run);
      assert.deepEqual([odd!.metrics.get('val/acc 1'), endless!.metrics.get('val/acc 1')], [NaN, Infinity]);
      assert.deepEqual([sweep!.user, sweep!.program, sweep!.status, sweep!.parent], ['ada', 'tune.py', 'finished', undefined]);
      assert.ok(sweep!.ended! >= sweep!.started);
    });

    it('is in the order of a metric, best first or last: what is no number after the numbers, runs without it after all', async () => {
      assert.deepEqual(await by('metrics.val/acc 1'), ['low', 'High', 'endless', 'not a number', 'orphan', 'sweep']);
      assert.deepEqual(await by('metrics.val/acc 1', true), ['endless', 'High', 'low', 'not a number', 'orphan', 'sweep']);
    });

    it('is in the order of a parameter, and of each fact that the server knows', async () => {
      assert.deepEqual((await by('params.lr', true)).slice(0, 3), ['High', 'not a number', 'low']);
      assert.deepEqual(await by('started'), ['sweep', 'low', 'High', 'not a number', 'endless', 'orphan']);
      assert.deepEqual((await by('status')).slice(0, 1), ['endless']);
      assert.deepEqual((await by('user')).slice(0, 1), ['sweep']);
      assert.deepEqual((await by('source')).slice(0, 1), ['sweep']);
      assert.equal((await by('name')).length, 6);
      assert.deepEqual((['name', 'status', 'started', 'duration', 'metrics.a b', 'params.a`b'] as const).map((column) => provider.runTable!.sorts(column)), [true, true, true, false, true, false]);
    });

    it('is filtered by a part of the name in any case, or by an expression of the server', async () => {
      assert.deepEqual(await names({ filter: 'hIGh' }), ['High']);
      assert.deepEqual(await names({ filter: "it's \"not\" there" }), []);
      assert.deepEqual(await names({ filter: "metrics.`val/acc 1` > 0.2 and params.lr = '0.1'" }), ['low']);
      assert.deepEqual(await names({ filter: 'metrics.`val/acc 1` > 0.2 and metrics.`val/acc 1` <= 0.75', sort: { by: 'metrics.val/acc 1', descending: true } }), ['High', 'low']);
      assert.deepEqual(await names({ filter: "status = 'FAILED'" }), ['endless']);
    });

    it('names the run above of a row that stands alone', async () => {
      const [low] = await rows({ filter: 'low' });
      assert.equal(low!.parent!.name, 'sweep');
    });

    it('says in the words of the server what is wrong with an expression', async () => {
      for (const [filter, sentence] of [['metrics.acc >', /Invalid clause/u], ["params.lr = 0.1", /quote|Expected/iu], ["metrics.acc > 1 OR metrics.acc < 0", /Invalid clause/u]] as const) {
        await assert.rejects(rows({ filter }), (error: unknown) => isArtifactError(error, 'invalid') && sentence.test(error.message), filter);
      }
      // What was refused does not make it forget what the server knows.
      assert.deepEqual(await names({ topLevel: true }), ['endless', 'not a number', 'sweep']);
    });

    it('leaves out nested runs on every server', async () => {
      assert.deepEqual(await names({ topLevel: true }), ['endless', 'not a number', 'sweep']);
    });

    it('goes on over pages in one order, and asks nothing for a single row', async () => {
      const experiment = await other().experiment(`Many ${randomUUID()}`);
      await Promise.all(Array.from({ length: 8 }, async (_, part) => {
        for (let index = part; index < 280; index += 8) {
          await other().ask('POST', 'runs/create', { experiment_id: experiment, run_name: `trial ${index}`, start_time: 1_700_000_000_000 + index });
        }
      }));
      const found = await names({ experiment, sort: { by: 'started', descending: false } });
      assert.deepEqual(found, Array.from({ length: 280 }, (_, index) => `trial ${index}`));
      const first = provider.runTable!.rows({ ...place, experiment, sort: NEWEST_FIRST })[Symbol.asyncIterator]();
      assert.equal((await first.next()).value?.name, 'trial 279');
      await first.return?.();
    });
  });
}
