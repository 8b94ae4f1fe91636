import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Experiment, RunDetails, RunRef } from '../../src/model/artifact';
import type { Change } from '../../src/model/change';
import { runNodeId } from '../../src/model/lineage';
import type { Loaded, MetricHistory } from '../../src/protocol';
import { RunPage } from '../../src/ui/details/runPage';
import { MemoryServer } from '../support/memoryServer';
import { pageStand } from './pageStand';
import { until } from './world';

const query = { filter: '', sort: 'name', descending: false } as const;

describe('the details page of a run', () => {
  let server: MemoryServer;
  let churn: Experiment;
  let run: RunRef;
  const pages: RunPage[] = [];

  function open(of = run, pause?: number) {
    const opened = pageStand(server, (panel, services) => new RunPage(panel, { connection: of.connection, workspace: of.workspace, run: of.run }, services, pause));
    pages.push(opened.page);
    opened.say({ kind: 'ready' });
    const histories = (): Map<string, Loaded<MetricHistory>> =>
      new Map(opened.received.flatMap((message) => (message.kind === 'metric' ? [[message.name, message.history] as const] : [])));
    return { ...opened, histories, shown: () => opened.shown('run') };
  }

  beforeEach(() => {
    server = new MemoryServer();
    churn = server.experiment('churn');
    run = server.keep(churn, 'train-1', {
      parameters: { lr: '0.1' }, tags: { owner: 'ada' }, description: 'a try', user: 'ada',
      history: { loss: [1, NaN, 0.25], 'val/acc': [0.5, Infinity] }, files: { 'model/MLmodel': 'x', 'log.txt': 'one' },
    });
  });

  afterEach(() => {
    pages.splice(0).forEach((page) => page.dispose());
  });

  it('shows what is told of the run, and the name of its experiment', async () => {
    const { shown, state, panel } = open();
    const { run: told, metrics, reference, can } = await shown();
    assert.deepEqual([told.name, told.user, told.description, told.parameters, told.tags], ['train-1', 'ada', 'a try', { lr: '0.1' }, { owner: 'ada' }]);
    assert.deepEqual(metrics, [{ name: 'loss', value: 0.25, step: 2 }, { name: 'val/acc', value: 'Infinity', step: 1 }]);
    assert.equal(reference, 'ada/@run:r-1');
    assert.deepEqual(can, { files: true, python: false, lineage: true, histories: true, nested: true, openRuns: true, web: false });
    assert.equal(panel.title, 'train-1');
    await until(() => {
      const page = state();
      return page?.status === 'shown' && page.value.kind === 'run' && page.value.experiment === 'churn';
    }, 'the experiment is named');
  });

  it('asks for the values of a metric only when it can be seen, and once', async () => {
    const { shown, say, histories } = open();
    await shown();
    assert.ok(!server.asked.some((question) => question.startsWith('metricHistory')));
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => histories().has('loss'), 'the values are here');
    const loss = histories().get('loss');
    assert.ok(loss?.status === 'shown');
    const { steps, values, times } = loss.value;
    assert.deepEqual([steps, values, times.length], [[0, 1, 2], [1, 'NaN', 0.25], 3]);
    say({ kind: 'metrics', names: ['loss', 'val/acc'] });
    await until(() => histories().has('val/acc'), 'the other values are here');
    assert.deepEqual(server.asked.filter((question) => question.startsWith('metricHistory')), ['metricHistory loss', 'metricHistory val/acc']);
  });

  it('leaves out metrics that were scrolled by before their turn', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `m${index}`);
    const gate = Promise.withResolvers<undefined>();
    server.metricHistory = async (_, name) => {
      server.asked.push(`metricHistory ${name}`);
      await gate.promise;
      return [];
    };
    const { shown, say, histories } = open();
    await shown();
    say({ kind: 'metrics', names });
    say({ kind: 'metrics', names: ['m99'] });
    gate.resolve(undefined);
    await until(() => histories().has('m99'), 'what is in view is here');
    assert.equal(server.asked.filter((question) => question.startsWith('metricHistory')).length, 5);
  });

  it('says beside a metric that its values cannot be read, and shows the others', async () => {
    const { metricHistory } = server;
    server.metricHistory = async (of, name) => {
      if (name === 'loss') {
        throw new Error('no cable');
      }
      return await metricHistory.call(server, of, name);
    };
    const { shown, say, histories } = open();
    await shown();
    say({ kind: 'metrics', names: ['loss', 'val/acc'] });
    await until(() => histories().size === 2, 'both are told');
    assert.deepEqual([...histories().values()].map(({ status }) => status).sort(), ['failed', 'shown']);
  });

  it('lists its files, and reads them again when it is refreshed', async () => {
    const { shown, say, last } = open();
    const paths = (): string[] => {
      const answer = last('assets')?.assets;
      return answer?.status === 'shown' ? answer.value.rows.map(({ path }) => path) : [];
    };
    await shown();
    say({ kind: 'assets', query, first: 0 });
    await until(() => paths().length === 2, 'the files are listed');
    server.write(run, { 'log.txt': 'one', 'model/MLmodel': 'x', 'plot.png': 'y' });
    say({ kind: 'verb', verb: 'refresh' });
    await until(() => paths().length === 3, 'the new file is listed');
  });

  it('shows the lineage around it', async () => {
    server.log('ada/churn', '1.0.0', {}, { run: run.run });
    const { shown, say, last } = open();
    await shown();
    say({ kind: 'lineage', expand: [] });
    await until(() => last('lineage')?.lineage.status === 'shown', 'the lineage is shown');
    const answer = last('lineage')!.lineage;
    assert.deepEqual(answer.status === 'shown' && [answer.value.lineage.focus, answer.value.lineage.edges.length], [runNodeId(run), 1]);
  });

  describe('with runs below it', () => {
    const keep = (name: string, parent: RunRef = run): RunDetails => server.keep(churn, name, { parent: { connection: 'local', workspace: 'ada', run: parent.run, name: '' } });
    const questions = (): readonly string[] => server.asked.filter((each) => each.startsWith('nestedRuns'));
    function openNested(pause?: number) {
      const opened = open(run, pause);
      const nested = () => opened.last('nested')?.nested;
      const value = () => {
        const answer = nested();
        return answer?.status === 'shown' ? { names: answer.value.rows.map(({ name }) => name), more: answer.value.more } : undefined;
      };
      return { ...opened, nested, value };
    }

    beforeEach(() => {
      keep('grandchild', keep('trial-1'));
      keep('trial-2');
      keep('trial-3');
    });

    it('tells as many of them as the page asks for, newest first, and whether there are more', async () => {
      const { shown, say, value } = openNested();
      await shown();
      assert.deepEqual(questions(), []);
      say({ kind: 'nested', rows: 2 });
      await until(() => value() !== undefined, 'they are told');
      assert.deepEqual(value(), { names: ['trial-3', 'trial-2'], more: true });
      say({ kind: 'nested', rows: 102 });
      await until(() => value()?.names.length === 3, 'all are told');
      assert.deepEqual(value(), { names: ['trial-3', 'trial-2', 'trial-1'], more: false });
      assert.deepEqual(questions(), ['nestedRuns e-1 r-1 3', 'nestedRuns e-1 r-1 103']);
    });

    it('tells one once that moved on while it was listed', async () => {
      const trial = keep('trial-4');
      server.nestedRuns = async function* () {
        yield trial;
        yield trial;
      };
      const { shown, say, value } = openNested();
      await shown();
      say({ kind: 'nested', rows: 20 });
      await until(() => value() !== undefined, 'they are told');
      assert.deepEqual(value(), { names: ['trial-4'], more: false });
    });

    it('reads them again with the run, and not when nobody looks at them any more', async () => {
      const { page, shown, say, value } = openNested();
      await shown();
      say({ kind: 'nested', rows: 20 });
      await until(() => value()?.names.length === 3, 'they are told');
      keep('trial-4');
      page.changed({ connection: 'local', workspace: 'ada' });
      await until(() => value()?.names[0] === 'trial-4', 'the new one is told');
      say({ kind: 'nested', rows: 0 });
      const before = questions().length;
      const readings = server.asked.filter((each) => each === `run ${run.run}`).length;
      page.changed({ connection: 'local', workspace: 'ada' });
      await until(() => server.asked.filter((each) => each === `run ${run.run}`).length > readings, 'the run is read again');
      assert.equal(questions().length, before);
    });

    it('follows them while it goes on', async () => {
      server.keep(churn, 'train-1', { run: run.run, status: 'running' });
      const { shown, say, value } = openNested(20);
      await shown();
      say({ kind: 'nested', rows: 20 });
      await until(() => value()?.names.length === 3, 'they are told');
      keep('trial-4');
      await until(() => value()?.names[0] === 'trial-4', 'the new one is told');
    });

    it('says that they cannot be read, and tries again', async () => {
      const { nestedRuns } = server;
      server.nestedRuns = () => {
        throw new Error('no cable');
      };
      const { shown, say, nested, value } = openNested();
      await shown();
      say({ kind: 'nested', rows: 20 });
      await until(() => nested()?.status === 'failed', 'it is said');
      server.nestedRuns = nestedRuns;
      say({ kind: 'verb', verb: 'retry' });
      await until(() => value()?.names.length === 3, 'they are told');
    });

    it('keeps what it shows where it cannot be read again', async () => {
      const { page, shown, say, nested, value } = openNested();
      await shown();
      say({ kind: 'nested', rows: 20 });
      await until(() => value()?.names.length === 3, 'they are told');
      const asked = Promise.withResolvers<undefined>();
      server.nestedRuns = () => {
        asked.resolve(undefined);
        throw new Error('no cable');
      };
      page.changed({ connection: 'local', workspace: 'ada' });
      await asked.promise;
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(nested()?.status, 'shown');
    });

    it('does not offer them where the back end has none, nor below a logged model', async () => {
      const forest = server.keep(churn, 'forest', { kind: 'model' });
      assert.equal((await open(forest).shown()).can.nested, false);
      Object.assign(server, { nestedRuns: undefined });
      assert.equal((await open().shown()).can.nested, false);
    });
  });

  it('opens the page of another run, on its own connection', async () => {
    const { shown, say, opened } = open();
    await shown();
    say({ kind: 'openRun', ref: { connection: 'secret', workspace: 'ada', run: 'r-2' } });
    await until(() => opened.length > 0, 'it is opened');
    assert.deepEqual(opened, [{ connection: 'local', workspace: 'ada', run: 'r-2' }]);
  });

  it('copies the value of a parameter that it knows, and nothing else', async () => {
    await vscode.env.clipboard.writeText('before');
    const { shown, say } = open();
    await shown();
    say({ kind: 'copyParameter', name: 'missing' });
    say({ kind: 'copyParameter', name: 'lr' });
    await until(async () => await vscode.env.clipboard.readText() === '0.1', 'it is in the clipboard');
  });

  it('shows a logged model with the run that made it', async () => {
    const source = { connection: 'local', workspace: 'ada', run: run.run, name: 'train-1' };
    const { shown } = open(server.keep(churn, 'forest', { kind: 'model', source }));
    const { run: model } = await shown();
    assert.deepEqual([model.kind, model.source], ['model', source]);
  });

  it('changes in place when something changed in its workspace', async () => {
    const { page, shown, state } = open();
    await shown();
    server.keep(churn, 'renamed', { run: run.run });
    page.changed({ connection: 'local', workspace: 'ada' });
    await until(() => {
      const now = state();
      return now?.status === 'shown' && now.value.kind === 'run' && now.value.run.name === 'renamed';
    }, 'the new name is shown');
  });

  describe('that goes on', () => {
    const asked = (question: string): number => server.asked.filter((each) => each === question).length;
    const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

    beforeEach(() => {
      server.keep(churn, 'train-1', { run: run.run, status: 'running', history: { loss: [1], 'val/acc': [0.5] } });
    });

    it('follows, and asks anew only for metrics that have moved on', async () => {
      const { shown, say, state, histories } = open(run, 20);
      await shown();
      say({ kind: 'metrics', names: ['loss', 'val/acc'] });
      await until(() => histories().size === 2, 'both are drawn');
      server.keep(churn, 'train-1', { run: run.run, status: 'running', history: { loss: [1, 0.5], 'val/acc': [0.5] } });
      await until(() => {
        const drawn = histories().get('loss');
        return drawn?.status === 'shown' && drawn.value.values.length === 2;
      }, 'the new value is drawn');
      const page = state();
      assert.deepEqual(page?.status === 'shown' && page.value.kind === 'run' && page.value.metrics[0]?.value, 0.5);
      assert.deepEqual([asked('metricHistory loss'), asked('metricHistory val/acc')], [2, 1]);
    });

    it('asks nothing while it is hidden, and goes on when it is seen again', async () => {
      const { shown, hide, unhide } = open(run, 20);
      await shown();
      hide();
      await quiet();
      const before = asked(`run ${run.run}`);
      await quiet();
      assert.equal(asked(`run ${run.run}`), before);
      unhide();
      await until(() => asked(`run ${run.run}`) > before + 1, 'it follows again');
    });

    it('stops when it has ended, and tells the tree', async () => {
      const { shown, connections } = open(run, 20);
      const told: Change[] = [];
      connections.onDidChange((change) => told.push(change));
      await shown();
      server.keep(churn, 'train-1', { run: run.run, status: 'finished' });
      await until(() => told.length > 0, 'the end is told');
      const before = asked(`run ${run.run}`);
      await quiet();
      assert.deepEqual([asked(`run ${run.run}`), told], [before, [{ connection: 'local', workspace: 'ada' }]]);
    });

    it('stops when it is closed', async () => {
      const { page, shown } = open(run, 20);
      await shown();
      page.dispose();
      await quiet();
      const before = asked(`run ${run.run}`);
      await quiet();
      assert.equal(asked(`run ${run.run}`), before);
    });

    it('asks one question at a time, and more rarely where answers fail', async () => {
      const { shown } = open(run, 20);
      await shown();
      let [waiting, most, failures] = [0, 0, 0];
      server.run = async (ref) => {
        most = Math.max(most, ++waiting);
        await new Promise((resolve) => setTimeout(resolve, 1));
        waiting--;
        failures++;
        throw new Error(`no cable to ${ref.run}`);
      };
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal(most, 1);
      // 20, 40, 80, 160, 320 ms: evenly it would have been more than 30.
      assert.ok(failures >= 2 && failures <= 6, String(failures));
    });
  });

  it('asks once for a run that has ended', async () => {
    const { shown } = open(run, 20);
    await shown();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(server.asked.filter((each) => each === `run ${run.run}`).length, 1);
  });

  it('shows a sentence in the place of a run that is gone', async () => {
    const { page, shown, state } = open();
    await shown();
    server.detailsById.clear();
    page.changed({ connection: 'local' });
    await until(() => state()?.status === 'gone', 'the page says so');
  });

  it('says what failed, and tries again', async () => {
    server.failure = new Error('no cable');
    const { say, shown, state } = open();
    await until(() => state()?.status === 'failed', 'the failure is shown');
    server.failure = undefined;
    say({ kind: 'verb', verb: 'retry' });
    await shown();
  });
});
