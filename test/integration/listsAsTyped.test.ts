import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Experiment, ExperimentRef, RunDetails, RunRef } from '../../src/model/artifact';
import { offline } from '../../src/model/errors';
import type { RunQuery } from '../../src/providers/provider';
import { compareMetrics } from '../../src/ui/commands/compareMetrics';
import { compareRuns } from '../../src/ui/commands/compareRuns';
import { invocationOf } from '../../src/ui/commands/invocation';
import { openRunTable } from '../../src/ui/commands/openRunTable';
import type { Choice } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { MemoryRunTable } from '../support/memoryRunTable';
import { MemoryServer } from '../support/memoryServer';
import { silent, TestConnections, until } from './world';

type List = vscode.QuickPick<Choice<unknown>>;

/** Servers have experiments, the embedded store has none. */
class Servers extends TestConnections {
  override get all() {
    return super.all.map(({ name }) => ({ kind: 'mlflow' as const, name, url: `http://${name}.example` })) as never;
  }
}

describe('lists to choose from, of more than 500 rows', () => {
  let server: MemoryServer;
  let churn: Experiment;
  let services: Services;
  let lists: List[];
  let compared: readonly RunRef[] | undefined;
  let tables: ExperimentRef[];
  const { createQuickPick } = vscode.window;

  beforeEach(() => {
    server = new MemoryServer();
    churn = server.experiment('churn');
    [lists, tables, compared] = [[], [], undefined];
    Object.defineProperty(vscode.window, 'createQuickPick', { configurable: true, writable: true, value: () => {
      const list = createQuickPick<Choice<unknown>>();
      lists.push(list);
      return list;
    } });
    services = servicesOf(server);
  });
  afterEach(async () => {
    Object.defineProperty(vscode.window, 'createQuickPick', { configurable: true, writable: true, value: createQuickPick });
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const servicesOf = (...servers: readonly MemoryServer[]): Services => ({
    connections: new Servers(...servers), panels: { active: undefined }, tree: { selection: [] }, log: { ...silent, show: () => {} },
    comparisons: { open: async (runs: readonly { readonly ref: RunRef }[]) => void (compared = runs.map(({ ref }) => ref)) },
    runTables: { open: async (ref: ExperimentRef) => void tables.push(ref) },
  }) as unknown as Services;

  /** `old one`, `old two` and then 600 others, the newest of which is `run 599`. */
  function keepMany(): readonly [RunDetails, RunDetails] {
    const old = [server.keep(churn, 'old one', { history: { loss: [1] } }), server.keep(churn, 'old two', { history: { loss: [2] } })] as const;
    for (let index = 0; index < 600; index++) {
      server.keep(churn, `run ${index}`);
    }
    return old;
  }
  const newest = (): RunDetails => [...server.detailsById.values()].at(-1)!;
  const rowOf = ({ connection, workspace, run }: RunRef): object => ({ kind: 'run', id: run, ref: { connection, workspace, run }, parent: undefined, value: undefined });
  const namesIn = (rows: readonly Choice<unknown>[]): readonly string[] => rows.map(({ label }) => label.replace(/^\$\([\w-]+\) /u, ''));
  const names = (list: List): readonly string[] => namesIn(list.items.filter(({ value }) => value !== undefined));
  /** Fails the searches of a server for this text. */
  function refuse(method: 'runs' | 'experiments', text: string): void {
    const given: (query: RunQuery) => AsyncIterable<object> = server[method].bind(server);
    Object.assign(server, { [method]: async function* (query: RunQuery) {
      if (query.search === text) {
        throw offline('train.example');
      }
      yield* given(query);
    } });
  }

  /** The list that a command asks with, once it is filled. */
  async function opened(): Promise<List> {
    await until(() => (lists[0]?.items.length ?? 0) > 0 && lists[0]?.busy === false, 'the list is filled');
    return lists[0]!;
  }
  async function type(list: List, text: string, ...found: readonly string[]): Promise<void> {
    list.value = text;
    await until(() => names(list).join() === found.join(), `“${text}” finds ${found.join()}`);
  }
  const enter = async (): Promise<unknown> => vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  /** Ticks the row that a person moves to. */
  async function tick(list: List, name: string): Promise<void> {
    list.activeItems = list.items.filter(({ label }) => label.endsWith(name));
    const before = list.selectedItems.length;
    await until(async () => {
      await vscode.commands.executeCommand('workbench.action.quickPickManyToggle');
      return list.selectedItems.length > before;
    }, `${name} is ticked`);
  }

  describe('Compare Runs…', () => {
    it('finds an older run of the experiment, and never the run itself', async () => {
      const [old] = keepMany();
      server.keep(server.experiment('other'), 'old one elsewhere');
      const after = [...server.detailsById.values()].find(({ name }) => name === 'run 599')!;
      const comparing = compareRuns(services, invocationOf([rowOf(after)], 'subject'));
      const list = await opened();
      assert.deepEqual([list.items.length, names(list)[0]], [500, 'run 598']);
      await type(list, 'run 599');
      await type(list, 'OLD ONE', 'old one');
      await enter();
      assert.deepEqual(await comparing, { before: `ada/@run:${old.run}`, after: `ada/@run:${after.run}` });
    });

    it('says that the server cannot search, and finds with the next key', async () => {
      const [old] = keepMany();
      refuse('runs', 'old');
      const comparing = compareRuns(services, invocationOf([rowOf(newest())], 'subject'));
      const list = await opened();
      list.value = 'old';
      await until(() => list.items[0]?.label.includes('train.example') === true, 'it says so');
      assert.deepEqual([list.items[0]?.alwaysShow, list.items.length], [true, 501]);
      await type(list, 'old o', 'old one');
      assert.ok(!list.items.some(({ label }) => label.includes('train.example')));
      await enter();
      assert.equal((await comparing).before, `ada/@run:${old.run}`);
    });
  });

  describe('Compare Metrics…', () => {
    it('compares runs of several searches: what is picked stays picked and in sight', async () => {
      const [one, two] = keepMany();
      const comparing = compareMetrics(services, invocationOf([], 'subject'));
      const list = await opened();
      assert.equal(list.items.length, 500);
      await type(list, 'old one', 'old one');
      await tick(list, 'old one');
      await type(list, 'run 59', 'old one', ...Array.from({ length: 10 }, (_, index) => `run ${599 - index}`), 'run 59');
      await tick(list, 'run 595');
      await type(list, 'old two', 'old one', 'run 595', 'old two');
      assert.deepEqual([namesIn(list.selectedItems), list.items[0]?.alwaysShow], [['old one', 'run 595'], true]);
      await tick(list, 'old two');
      list.value = '';
      await until(() => list.items.length === 502, 'all the newest are back');
      assert.deepEqual(namesIn(list.selectedItems), ['old one', 'old two', 'run 595']);
      await enter();
      await comparing;
      assert.deepEqual(compared?.map(({ run }) => server.detailsById.get(run)?.name), ['old one', 'old two', 'run 595']);
      assert.ok([one, two].every(({ run }) => compared?.some((each) => each.run === run)));
    });

    it('has the run that was clicked picked, whatever is searched for, until somebody unpicks it', async () => {
      const [one, two] = keepMany();
      const comparing = compareMetrics(services, invocationOf([rowOf(one), [rowOf(one)]], 'subject'));
      const list = await opened();
      assert.deepEqual([namesIn(list.selectedItems), names(list).slice(0, 2), list.items.length], [['old one'], ['old one', 'run 599'], 500]);
      await type(list, 'old two', 'old one', 'old two');
      await tick(list, 'old two');
      await enter();
      await comparing;
      assert.deepEqual(compared?.map(({ run }) => run), [one.run, two.run]);
    });

    it('says that the server cannot search, and keeps what is picked', async () => {
      const [one] = keepMany();
      refuse('runs', 'old two');
      const comparing = compareMetrics(services, invocationOf([rowOf(one), [rowOf(one)]], 'subject'));
      const list = await opened();
      list.value = 'old two';
      await until(() => list.items[0]?.label.includes('train.example') === true, 'it says so');
      assert.deepEqual(namesIn(list.selectedItems), ['old one']);
      await type(list, 'run 599', 'old one', 'run 599');
      await tick(list, 'run 599');
      await enter();
      await comparing;
      assert.deepEqual(compared?.map(({ run }) => run), [one.run, newest().run]);
    });
  });

  describe('Open Runs Table', () => {
    const table = (on: MemoryServer): MemoryServer => Object.assign(on, { runTable: new MemoryRunTable(on) });

    it('finds an experiment of any connection beyond its first 500', async () => {
      const other = table(new MemoryServer('other'));
      other.experiment('found elsewhere');
      table(server);
      for (let index = 0; index < 600; index++) {
        server.experiment(`sweep ${index}`);
      }
      const opening = openRunTable(servicesOf(server, other), invocationOf([], 'subject'));
      const list = await opened();
      await until(() => list.items.length === 503, 'both are read');
      assert.deepEqual(namesIn(list.items).slice(0, 2), ['local · ada', 'churn']);
      assert.deepEqual(namesIn(list.items).slice(-2), ['other · ada', 'found elsewhere']);
      // The other one has shown all that it has, VS Code itself narrows it.
      await type(list, 'sweep 599', 'sweep 599', 'found elsewhere');
      assert.deepEqual(other.asked.filter((question) => question.startsWith('experiments')), ['experiments ']);
      await enter();
      await opening;
      assert.deepEqual(tables, [{ connection: 'local', workspace: 'ada', experiment: 'e-601' }]);
    });

    it('says that the server cannot search, and finds with the next key', async () => {
      table(server);
      for (let index = 0; index < 600; index++) {
        server.experiment(`sweep ${index}`);
      }
      refuse('experiments', 'sweep 59');
      const opening = openRunTable(services, invocationOf([], 'subject'));
      const list = await opened();
      list.value = 'sweep 59';
      await until(() => list.items.some(({ label }) => label.includes('train.example')), 'it says so');
      assert.equal(names(list).length, 500);
      await type(list, 'sweep 598', 'sweep 598');
      await enter();
      await opening;
      assert.deepEqual(tables.map(({ experiment }) => experiment), ['e-600']);
    });
  });
});
