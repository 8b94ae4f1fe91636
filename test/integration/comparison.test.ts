import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Experiment, RunDetails, RunRef } from '../../src/model/artifact';
import type { Loaded, MetricHistory } from '../../src/protocol';
import type { ComparedRun, FromComparison, ToComparison } from '../../src/protocol/comparison';
import { PLAIN_PLOTS } from '../../src/protocol/plots';
import { ComparisonPage } from '../../src/ui/comparison/comparisonPage';
import { OpenComparisons } from '../../src/ui/comparison/openComparisons';
import { compareMetrics } from '../../src/ui/commands/compareMetrics';
import { invocationOf } from '../../src/ui/commands/invocation';
import { PlotMemory } from '../../src/ui/details/plotMemory';
import type { Services } from '../../src/ui/services';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryServer } from '../support/memoryServer';
import { panelStand } from './pageStand';
import { ScriptedPrompts } from './scriptedPrompts';
import { silent, TestConnections, TestMemento, until } from './world';

const refOf = ({ connection, workspace, run }: RunRef): RunRef => ({ connection, workspace, run });
const log = { ...silent, show: () => {} };

describe('the page that compares metrics', () => {
  let server: MemoryServer;
  let churn: Experiment;
  let runs: readonly [RunDetails, RunDetails, RunDetails];
  let memory: TestMemento;
  const pages: ComparisonPage[] = [];

  beforeEach(() => {
    server = new MemoryServer();
    churn = server.experiment('churn');
    memory = new TestMemento();
    runs = [
      server.keep(churn, 'train-1', { history: { loss: [1, NaN, 0.25], accuracy: [0.5] } }),
      server.keep(churn, 'train-2', { history: { loss: [2, 1] } }),
      server.keep(churn, 'train-3', { history: { loss: [3], 'val/loss': [4] } }),
    ];
  });
  afterEach(() => pages.splice(0).forEach((page) => page.dispose()));

  function open(of: readonly RunRef[] = runs, pause?: number) {
    const stand = panelStand<ToComparison>();
    const connections = new TestConnections(server);
    const opened: RunRef[] = [];
    const warnings: string[] = [];
    const page = new ComparisonPage(stand.panel, of.map((ref) => ({ ref: refOf(ref), name: ref.run })), {
      extension: vscode.Uri.file('/extension'), connections, memory, log: { ...log, warn: (message: string) => warnings.push(message) },
      open: async (run) => {
        opened.push(run);
      },
    }, pause);
    pages.push(page);
    const say = (intent: FromComparison): void => stand.sayAnything(intent);
    say({ kind: 'ready' });
    const told = (): readonly ComparedRun[] => stand.received.flatMap((message) => (message.kind === 'state' ? [message.state.runs] : [])).at(-1) ?? [];
    const histories = (): Map<string, Loaded<MetricHistory>> =>
      new Map(stand.received.flatMap((message) => (message.kind === 'metric' ? [[`${message.run} ${message.name}`, message.history] as const] : [])));
    const values = (key: string): readonly unknown[] | undefined => {
      const history = histories().get(key);
      return history?.status === 'shown' ? history.value.values : undefined;
    };
    return { ...stand, say, page, connections, opened, warnings, told, histories, values, read: () => until(() => told().every(({ facts, problem }) => facts ?? problem), 'all runs are read') };
  }

  it('tells of each run its name and what it has logged', async () => {
    const { read, told, panel, webview } = open();
    await read();
    assert.deepEqual(told().map(({ name, facts }) => [name, facts?.metrics]), [['train-1', ['loss', 'accuracy']], ['train-2', ['loss']], ['train-3', ['loss', 'val/loss']]]);
    assert.equal(panel.title, 'Metrics: 3 runs');
    assert.match(webview.html, /<body data-page="comparison">/u);
  });

  it('asks each run for the metrics that can be seen, if it has them, and once', async () => {
    const { read, say, histories, values } = open();
    await read();
    assert.ok(!server.asked.some((question) => question.startsWith('metricHistory')));
    say({ kind: 'metrics', names: ['loss', 'accuracy'] });
    await until(() => histories().size === 4, 'the values are here');
    assert.deepEqual(['0 loss', '1 loss', '2 loss', '0 accuracy'].map(values), [[1, 'NaN', 0.25], [2, 1], [3], [0.5]]);
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => histories().size === 4, 'they are told again');
    assert.deepEqual(server.asked.filter((question) => question.startsWith('metricHistory')).sort(), ['metricHistory accuracy', 'metricHistory loss', 'metricHistory loss', 'metricHistory loss']);
  });

  it('asks for what the page wanted before the runs were read', async () => {
    const { say, values } = open();
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => ['0 loss', '1 loss', '2 loss'].every((key) => values(key) !== undefined), 'the values are here');
  });

  it('says of a run that it is gone, and shows the others', async () => {
    server.detailsById.delete(runs[1].run);
    const { read, told } = open();
    await read();
    assert.deepEqual(told().map(({ problem }) => problem?.sentence), [undefined, 'r-2 is not there any more.', undefined]);
    assert.deepEqual(told().map(({ facts }) => facts !== undefined), [true, false, true]);
  });

  it('says of a run that was deleted that it was, and keeps its lines', async () => {
    server.keep(churn, 'train-2', { run: runs[1].run, history: { loss: [2] }, isDeleted: true });
    const { read, told } = open();
    await read();
    assert.deepEqual(told().map(({ facts }) => facts?.isDeleted), [false, true, false]);
  });

  it('keeps what was read when the server goes down, says so, and reads it again when it is back', async () => {
    const { read, say, told } = open();
    await read();
    server.failure = new Error('no cable');
    say({ kind: 'refresh' });
    await until(() => told().every(({ problem }) => problem !== undefined), 'the failure is told');
    assert.ok(told().every(({ facts }) => facts !== undefined));
    server.failure = undefined;
    say({ kind: 'refresh' });
    await until(() => told().every(({ problem }) => problem === undefined), 'all is well again');
  });

  it('says beside a plot that the values of one run cannot be read', async () => {
    const { metricHistory } = server;
    server.metricHistory = async (of, name) => {
      if (of.run === runs[0].run) {
        throw new Error('no cable');
      }
      return await metricHistory.call(server, of, name);
    };
    const { read, say, histories } = open();
    await read();
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => histories().size === 3, 'all are told');
    assert.deepEqual([0, 1, 2].map((run) => histories().get(`${run} loss`)?.status), ['failed', 'shown', 'shown']);
  });

  it('grows when it is refreshed', async () => {
    const { read, say, values } = open();
    await read();
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => values('1 loss')?.length === 2, 'the values are here');
    server.keep(churn, 'train-2', { run: runs[1].run, history: { loss: [2, 1, 0.5] } });
    say({ kind: 'refresh' });
    await until(() => values('1 loss')?.length === 3, 'the new value is here');
  });

  it('follows a run that goes on, alone, and stops when it has ended', async () => {
    server.keep(churn, 'train-2', { run: runs[1].run, status: 'running', history: { loss: [2, 1] } });
    const { read, say, values } = open(runs, 20);
    await read();
    say({ kind: 'metrics', names: ['loss'] });
    await until(() => values('1 loss')?.length === 2, 'the values are here');
    const asked = (question: string): number => server.asked.filter((each) => each === question).length;
    const others = asked(`run ${runs[0].run}`);
    server.keep(churn, 'train-2', { run: runs[1].run, status: 'running', history: { loss: [2, 1, 0.5] } });
    await until(() => values('1 loss')?.length === 3, 'the new value is here');
    assert.equal(asked(`run ${runs[0].run}`), others);
    server.keep(churn, 'train-2', { run: runs[1].run, status: 'finished', history: { loss: [2, 1, 0.5, 0.1] } });
    await until(() => values('1 loss')?.length === 4, 'the last value is here');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = asked(`run ${runs[1].run}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(asked(`run ${runs[1].run}`), before);
  });

  it('remembers how plots are drawn, for every page', async () => {
    const { read, say } = open();
    await read();
    say({ kind: 'plots', choices: { horizontal: 'since', vertical: 'logarithmic', smoothing: 0.6 } });
    await until(() => new PlotMemory(memory).choices.horizontal === 'since', 'it is kept');
    const { received, read: readAgain } = open();
    await readAgain();
    assert.deepEqual(received.find((message) => message.kind === 'state')?.state.plots, { horizontal: 'since', vertical: 'logarithmic', smoothing: 0.6 });
    await memory.update('artifacts.plots', { horizontal: 'sideways' });
    assert.deepEqual(new PlotMemory(memory).choices, PLAIN_PLOTS);
  });

  it('opens the details of a run that it has, and no other', async () => {
    const { read, say, sayAnything, opened, warnings } = open();
    await read();
    say({ kind: 'openRun', run: 7 });
    say({ kind: 'openRun', run: 2 });
    sayAnything({ kind: 'openRun', run: { connection: 'local', workspace: 'ada', run: 'r-1' } });
    assert.deepEqual([opened, warnings.length], [[refOf(runs[2])], 1]);
  });

  describe('comes back', () => {
    const services = (): ConstructorParameters<typeof OpenComparisons>[1] => ({
      connections: new TestConnections(server), log, panels: { active: undefined, open: async () => {} },
      context: { extensionUri: vscode.Uri.file('/extension'), globalState: Object.assign(memory, { setKeysForSync: () => {} }) },
    });

    function restored(saved: unknown) {
      const stand = panelStand<ToComparison>();
      let closed = 0;
      const panel = Object.assign(stand.panel, { dispose: () => closed++, onDidDispose: () => new vscode.Disposable(() => {}) });
      const pagesOfWindow = new OpenComparisons('artifacts.comparison', services());
      pagesOfWindow.restore(panel, saved);
      stand.sayAnything({ kind: 'ready' });
      const states = () => stand.received.flatMap((message) => (message.kind === 'state' ? [message.state] : []));
      return { states, closed: () => closed, panel, pagesOfWindow };
    }

    it('after the window was opened again, with the names of runs that cannot be read', async () => {
      server.detailsById.delete(runs[1].run);
      const { states, panel, pagesOfWindow } = restored({ runs: runs.map((ref) => ({ ref: refOf(ref), name: ref.name })), memory: {} });
      await until(() => states().at(-1)?.runs.every(({ facts, problem }) => facts ?? problem) === true, 'all runs are read');
      assert.deepEqual(states().at(-1)?.runs.map(({ name }) => name), ['train-1', 'train-2', 'train-3']);
      assert.equal(panel.title, 'Metrics: 3 runs');
      pagesOfWindow.dispose();
    });

    it('not from what no page has kept', () => {
      for (const saved of [undefined, {}, { runs: [] }, { runs: [{ ref: { run: 'r-1' }, name: 'x' }] }]) {
        const { closed, states, pagesOfWindow } = restored(saved);
        assert.deepEqual([closed(), states().length], [1, 0]);
        pagesOfWindow.dispose();
      }
    });
  });

  describe('is opened by artifacts.compareMetrics', () => {
    const shown: (readonly { readonly ref: RunRef; readonly name: string }[])[] = [];
    beforeEach(() => shown.splice(0));

    const servicesOf = (...providers: MemoryProvider[]): Services => ({
      connections: new TestConnections(...providers), panels: { active: undefined }, tree: { selection: [] }, log,
      transfers: { run: async (_: string, work: (call: object) => Promise<unknown>) => await work({}) },
      comparisons: { open: async (of: typeof shown[number]) => void shown.push(of) },
    }) as unknown as Services;
    const rowOf = (run: RunDetails): object => ({ kind: 'run', id: run.run, ref: refOf(run), parent: undefined, value: undefined });
    const ids = (): readonly string[] | undefined => shown[0]?.map(({ ref }) => ref.run);

    it('with the rows that are selected, each once', async () => {
      const [first, second, third] = runs.map(rowOf);
      const told = await compareMetrics(servicesOf(server), invocationOf([second, [first, second, third]], 'subject'));
      assert.deepEqual([ids(), told.runs], [['r-2', 'r-1', 'r-3'], ['ada/@run:r-2', 'ada/@run:r-1', 'ada/@run:r-3']]);
    });

    it('with refs, two of which are no subject with answers, and with references', async () => {
      await compareMetrics(servicesOf(server), invocationOf([[refOf(runs[0]), refOf(runs[1])]], 'subject'));
      assert.deepEqual(ids(), ['r-1', 'r-2']);
      shown.splice(0);
      await compareMetrics(servicesOf(server), invocationOf([['ada/@run:r-3', 'ada/@run:r-1'], { connection: 'local' }], 'subject'));
      assert.deepEqual(ids(), ['r-3', 'r-1']);
    });

    it('asks beside which runs of its experiment one is compared', async () => {
      const other = server.keep(server.experiment('other'), 'elsewhere');
      const prompts = new ScriptedPrompts('enter');
      // The script takes what is picked already: the run that was clicked, alone.
      await assert.rejects(compareMetrics(servicesOf(server), { ...invocationOf([rowOf(runs[1]), [rowOf(runs[1])]], 'subject'), prompts }), { code: 'invalid' });
      assert.deepEqual(prompts.questions, ['Choose 2 to 10 runs']);
      assert.ok(!prompts.said.some((text) => text.includes(other.name)));
      assert.ok(['train-1', 'train-2', 'train-3'].every((name) => prompts.said.some((text) => text.endsWith(name))));
    });

    it('takes neither one run nor eleven from code', async () => {
      const many = Array.from({ length: 11 }, (_, index) => ({ connection: 'local', workspace: 'ada', run: `r-${index}` }));
      for (const of of [[refOf(runs[0])], many]) {
        await assert.rejects(compareMetrics(servicesOf(server), invocationOf([of, {}], 'subject')), { code: 'invalid' });
      }
      assert.deepEqual(shown, []);
    });

    it('refuses where the back end keeps no metrics', async () => {
      await assert.rejects(compareMetrics(servicesOf(new MemoryProvider()), invocationOf([[refOf(runs[0]), refOf(runs[1])], {}], 'subject')), { code: 'unsupported' });
      await assert.rejects(compareMetrics(servicesOf(new MemoryProvider()), invocationOf([], 'subject')), { code: 'unsupported' });
    });
  });
});
