import * as assert from 'node:assert/strict';
import type { Experiment, RunDetails, RunRef } from '../../../../src/model/artifact';
import { runNodeId, versionNodeId } from '../../../../src/model/lineage';
import { children, runsNode } from '../../../../src/ui/tree/children';
import type { Branch, ConnectionNode, Node } from '../../../../src/ui/tree/nodes';
import { MemoryServer } from '../../../support/memoryServer';
import { all } from '../../../support/providers';

const workspace = { connection: 'local', workspace: 'ada' };

describe('rows of the tree on a server with experiments', () => {
  let server: MemoryServer;

  beforeEach(() => {
    server = new MemoryServer();
  });

  const below = async (branch: Branch, filter = ''): Promise<Node[]> => await all(children(branch, { provider: server, filter }, {}));

  async function top(filter = ''): Promise<Extract<Node, { kind: 'workspace' }>> {
    const connection: ConnectionNode = {
      kind: 'connection', id: 'connection', ref: { connection: 'local' }, parent: undefined, value: { label: 'Local', kind: 'local', place: '/store', facts: [], removable: false, started: false },
    };
    const [node] = await below(connection, filter);
    return node?.kind === 'workspace' ? node : assert.fail('no workspace');
  }

  async function runs(filter = ''): Promise<Extract<Node, { kind: 'runs' }>> {
    return await runsNode(await top(filter), { provider: server, filter }) ?? assert.fail('no runs');
  }

  const named = (rows: readonly Node[]): string[] => rows.map((row) => {
    switch (row.kind) {
      case 'experiment':
      case 'run':
        return `${row.kind} ${row.value.name}`;
      case 'asset':
      case 'folder':
        return `${row.kind} ${row.ref.path}`;
      case 'related':
        return `${row.value.relation} ${row.ref.artifact}`;
      default:
        return row.kind;
    }
  });

  it('leads from Runs over an experiment to its runs, the newest first', async () => {
    const churn = server.experiment('churn');
    server.experiment('vision');
    server.keep(churn, 'first');
    server.keep(churn, 'second');
    const experiments = await below(await runs());
    assert.deepEqual(named(experiments), ['experiment churn', 'experiment vision']);
    assert.deepEqual(named(await below(experiments[0] as Branch)), ['run second', 'run first']);
    assert.deepEqual(named(await below(experiments[1] as Branch)), []);
  });

  it('asks once for experiments, once for runs, models and one nested run, and nothing for each row', async () => {
    const churn = server.experiment('churn');
    for (let index = 0; index < 50; index++) {
      server.keep(churn, `run-${index}`);
    }
    const [experiment] = await below(await runs());
    await below(experiment as Branch);
    assert.deepEqual(server.asked, ['experiments ', 'runs e-1 ', 'loggedModels e-1', 'nestedRuns e-1  1']);
  });

  it('groups logged models where an experiment has some', async () => {
    const churn = server.experiment('churn');
    server.keep(churn, 'train');
    server.keep(churn, 'forest', { kind: 'model' });
    const [experiment] = await below(await runs());
    const rows = await below(experiment as Branch);
    assert.deepEqual(named(rows), ['models', 'run train']);
    assert.deepEqual(named(await below(rows[0] as Branch)), ['run forest']);
  });

  it('shows the runs when logged models cannot be told, and a row that says so when it is opened', async () => {
    server.keep(server.experiment('churn'), 'train');
    server.loggedModels = async function* ({ connection, workspace: own }) {
      yield await server.run({ connection, workspace: own, run: 'missing' });
    };
    const [experiment] = await below(await runs());
    const rows = await below(experiment as Branch);
    assert.deepEqual(named(rows), ['models', 'run train']);
    await assert.rejects(below(rows[0] as Branch), { code: 'notFound' });
  });

  it('shows what a run made and the files that it keeps, folder by folder', async () => {
    const run = server.keep(server.experiment('churn'), 'train', { files: { 'model/MLmodel': 'x', 'model/data/weights': 'y', 'plot.png': 'z' } });
    server.log('ada/churn', '1.0.0', {}, { run: run.run });
    const [experiment] = await below(await runs());
    const [train] = await below(experiment as Branch);
    const parts = await below(train as Branch);
    assert.deepEqual(named(parts), ['produced churn', 'folder model', 'asset plot.png']);
    assert.deepEqual(named(await below(parts[1] as Branch)), ['folder model/data', 'asset model/MLmodel']);
    assert.deepEqual(parts[1]?.kind === 'folder' && parts[1].ref, { ...workspace, artifact: '@run', version: 'r-1', path: 'model' });
  });

  describe('where runs stand below runs', () => {
    let churn: Experiment;
    let sweep: RunDetails;
    const keep = (name: string, parent: RunRef): RunDetails => server.keep(churn, name, { parent: { ...workspace, run: parent.run, name: '' } });
    const row = (rows: readonly Node[], name: string): Branch => rows.find((each) => each.kind === 'run' && each.value.name === name) as Branch;

    beforeEach(() => {
      churn = server.experiment('churn');
      sweep = server.keep(churn, 'sweep', { files: { 'best.json': 'x' } });
      server.keep(churn, 'single');
      keep('fold', keep('trial-1', sweep));
      keep('trial-2', sweep);
    });

    it('leads from a run to the runs below it, level by level', async () => {
      const [experiment] = await below(await runs());
      const parts = await below(row(await below(experiment as Branch), 'sweep'));
      assert.deepEqual(named(parts), ['nested', 'asset best.json']);
      const trials = await below(parts[0] as Branch);
      assert.deepEqual(named(trials), ['run trial-2', 'run trial-1']);
      const [group] = await below(row(trials, 'trial-1'));
      assert.deepEqual(named(await below(group as Branch)), ['run fold']);
    });

    it('has no group below a run that has none, nor below a logged model', async () => {
      server.keep(churn, 'forest', { kind: 'model' });
      const [experiment] = await below(await runs());
      const rows = await below(experiment as Branch);
      assert.deepEqual(named(await below(row(rows, 'single'))), []);
      const [forest] = await below(rows[0] as Branch);
      server.asked.length = 0;
      assert.deepEqual(named(await below(forest as Branch)), []);
      assert.ok(!server.asked.some((question) => question.startsWith('nestedRuns')), server.asked.join());
    });

    it('asks once when a run is opened, for one of those below', async () => {
      const [experiment] = await below(await runs());
      const rows = await below(experiment as Branch);
      server.asked.length = 0;
      await below(row(rows, 'sweep'));
      assert.deepEqual(server.asked.filter((question) => question.startsWith('nestedRuns')), ['nestedRuns e-1 r-1 1']);
    });

    it('does not bury the runs at the top, and hides none: all nested runs have a group, those without a row above them included', async () => {
      keep('orphan', { ...workspace, run: 'deleted' });
      const [experiment] = await below(await runs());
      const rows = await below(experiment as Branch);
      assert.deepEqual(named(rows), ['nested', 'run single', 'run sweep']);
      assert.deepEqual(named(await below(rows[0] as Branch)), ['run orphan', 'run trial-2', 'run fold', 'run trial-1']);
    });

    it('lists them at the top, too, where the server cannot leave them out', async () => {
      server.leavesOutNested = false;
      const [experiment] = await below(await runs());
      assert.deepEqual(named(await below(experiment as Branch)), ['nested', 'run trial-2', 'run fold', 'run trial-1', 'run single', 'run sweep']);
    });

    it('finds them by a filter', async () => {
      assert.deepEqual(named(await below(await runs('trial'), 'trial')), ['run trial-2', 'run trial-1']);
    });

    it('shows the other rows when it cannot be told whether there are some, and says so in the group', async () => {
      server.nestedRuns = async function* (query) {
        yield await server.run({ ...query, run: 'missing' });
      };
      const [experiment] = await below(await runs());
      const rows = await below(experiment as Branch);
      assert.deepEqual(named(rows), ['nested', 'run single', 'run sweep']);
      const parts = await below(row(rows, 'sweep'));
      assert.deepEqual(named(parts), ['nested', 'asset best.json']);
      await assert.rejects(below(parts[0] as Branch), { code: 'notFound' });
    });
  });

  it('leaves datasets out of what a run used: nothing of them is kept here', async () => {
    const run = server.keep(server.experiment('churn'), 'train');
    const made = { ...workspace, artifact: 'churn', version: '1.0.0' };
    server.lineages.set(run.run, {
      focus: runNodeId(run),
      nodes: [
        { kind: 'run', id: runNodeId(run), ref: run, name: 'train' },
        { kind: 'dataset', id: 'dataset:1', name: 'iris', digest: 'abc' },
        { kind: 'version', id: versionNodeId(made), ref: made, type: 'model', aliases: [] },
      ],
      edges: [{ from: 'dataset:1', to: runNodeId(run), relation: 'consumed' }, { from: runNodeId(run), to: versionNodeId(made), relation: 'produced' }],
      expanded: [], cut: { upstream: [], downstream: [] },
    });
    const [experiment] = await below(await runs());
    const [train] = await below(experiment as Branch);
    assert.deepEqual(named(await below(train as Branch)), ['produced churn']);
  });

  describe('that is filtered', () => {
    it('finds experiments and runs by the server, wherever the runs stand', async () => {
      server.keep(server.experiment('churn'), 'train-1');
      server.keep(server.experiment('vision'), 'churn-baseline');
      server.asked.length = 0;
      assert.deepEqual(named(await below(await runs('churn'), 'churn')), ['experiment churn', 'run churn-baseline']);
      assert.ok(server.asked.every((question) => question.endsWith(' churn')), server.asked.join());
    });

    it('shows no Runs where nothing is found', async () => {
      server.keep(server.experiment('churn'), 'train');
      server.log('ada/resnet', '1.0.0', {});
      assert.equal(await runsNode(await top('resnet'), { provider: server, filter: 'resnet' }), undefined);
    });

    it('shows a workspace for a run alone', async () => {
      server.keep(server.experiment('churn'), 'train');
      assert.equal((await top('train')).ref.workspace, 'ada');
    });
  });
});
