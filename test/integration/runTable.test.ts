import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Experiment, RunDetails, RunRef } from '../../src/model/artifact';
import { offline } from '../../src/model/errors';
import { NEWEST_FIRST } from '../../src/model/runTable';
import type { FromRunTable, RunTablePart, RunTableView, ToRunTable } from '../../src/protocol/runTable';
import { invocationOf } from '../../src/ui/commands/invocation';
import { openRunTable } from '../../src/ui/commands/openRunTable';
import { ChosenColumns } from '../../src/ui/runTable/chosenColumns';
import { OpenTables } from '../../src/ui/runTable/openTables';
import { RunTablePage } from '../../src/ui/runTable/runTablePage';
import { RUN_TABLE_VIEW } from '../../src/ui/runTable/runTables';
import type { Choice } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { MemoryRunTable } from '../support/memoryRunTable';
import { MemoryServer } from '../support/memoryServer';
import { makeFolder, removeFolder } from '../support/temporaryFolder';
import { ScriptedPrompts } from './scriptedPrompts';
import { silent, TestConnections, TestMemento, until } from './world';

/** Ticks these rows of a list, whatever was ticked before. */
class Ticking extends ScriptedPrompts {
  constructor(private readonly labels: readonly string[], ...script: readonly string[]) {
    super(...script);
  }

  override async pickMany<T>(_: unknown, rows: readonly (Choice<T> & { readonly picked?: boolean })[]): Promise<readonly T[]> {
    this.lists.push(rows.map(({ label, picked = false }) => `${picked ? '✓ ' : ''}${label}`));
    return rows.flatMap(({ label, value }) => (this.labels.includes(label) && value !== undefined ? [value] : []));
  }
}

const plain: RunTableView = { filter: '', sort: NEWEST_FIRST, topLevel: false };

describe('the table of runs', () => {
  let server: MemoryServer;
  let table: MemoryRunTable;
  let churn: Experiment;
  let memory: TestMemento;
  const pages: RunTablePage[] = [];

  beforeEach(() => {
    server = new MemoryServer();
    table = new MemoryRunTable(server);
    Object.assign(server, { runTable: table });
    churn = server.experiment('churn');
    memory = new TestMemento();
  });
  afterEach(async () => {
    pages.splice(0).forEach((page) => page.dispose());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const keep = (name: string, loss?: number, more: Partial<RunDetails> = {}): RunDetails =>
    server.keep(churn, name, { started: 1_000 * (server.detailsById.size + 1), ...(loss === undefined ? {} : { history: { loss: [loss] } }), ...more });

  /** A table whose browser side is the test: it says what a script would say and has what a script would have. */
  function open(view = plain, prompts = new ScriptedPrompts(), pause?: number) {
    const said = new vscode.EventEmitter<unknown>();
    const shows = new vscode.EventEmitter<void>();
    const received: ToRunTable[] = [];
    const opened: RunRef[] = [];
    const warnings: string[] = [];
    const errors: string[] = [];
    const window = {
      webview: {
        options: {}, html: '', cspSource: 'https://csp.test', onDidReceiveMessage: said.event, asWebviewUri: (uri: vscode.Uri) => uri,
        // As between two processes: JSON or nothing.
        postMessage: async (message: ToRunTable) => received.push(JSON.parse(JSON.stringify(message))) > 0,
      },
      title: '', iconPath: undefined, visible: true, onDidChangeViewState: shows.event,
    };
    const connections = new TestConnections(server);
    const { connection, workspace, experiment } = churn;
    const page = new RunTablePage(window as unknown as vscode.WebviewPanel, { connection, workspace, experiment }, view, {
      extension: vscode.Uri.file('/extension'), connections, chosen: new ChosenColumns(memory), log: { ...silent, warn: (message: string) => warnings.push(message), error: (message: string) => errors.push(message), show: () => {} },
      prompts: () => prompts,
      open: async (run) => {
        opened.push(run);
      },
    }, pause);
    pages.push(page);
    const say = (intent: FromRunTable): void => said.fire(intent);
    say({ kind: 'ready' });
    const parts = (): readonly RunTablePart[] => received.flatMap((message) => (message.kind === 'rows' ? [message.part] : []));
    const last = (): RunTablePart => parts().at(-1)!;
    /** The rows as the script has them by now. */
    const rows = () => parts().reduce<RunTablePart['rows']>((known, { first, rows: told, kept }) => [...known.slice(0, first), ...told, ...known.slice(known.length - kept)], []);
    const names = (): readonly string[] => rows().map(({ name }) => name);
    const settled = (): Promise<void> => until(() => parts().length > 0 && !last().isReading, 'it was read');
    /** What a column shows. */
    const column = (id: string): readonly unknown[] => rows().map(({ cells }) => cells[last().columns.findIndex((each) => each.id === id)]);
    return { page, window, connections, say, sayAnything: (message: unknown) => said.fire(message), received, opened, warnings, errors, parts, last, rows, names, column, settled, shows };
  }

  it('shows all runs, the newest first, with numbers that JSON has no word for', async () => {
    const sweep = keep('sweep', undefined, { user: 'ada' });
    keep('low', 0.25, { parent: { connection: 'local', workspace: 'ada', run: sweep.run, name: 'sweep' }, parameters: { lr: '0.1' } });
    keep('odd', NaN, { parameters: { lr: '0.2' } });
    keep('endless', Infinity, { status: 'failed' });
    const { window, last, rows, names, column, settled } = open();
    await settled();
    assert.deepEqual(names(), ['endless', 'odd', 'low', 'sweep']);
    assert.deepEqual(last().columns.map(({ id }) => id), ['name', 'status', 'started', 'duration', 'metrics.loss', 'params.lr', 'user', 'source']);
    assert.deepEqual(column('metrics.loss'), ['Infinity', 'NaN', 0.25, null]);
    assert.deepEqual(column('user'), [null, null, null, 'ada']);
    assert.deepEqual(rows().map(({ parent }) => parent), [undefined, undefined, 'sweep', undefined]);
    assert.deepEqual(last().columns.filter(({ isFigures }) => isFigures).map(({ id }) => id), ['duration', 'metrics.loss', 'params.lr']);
    await until(() => window.title === 'churn', 'the tab has the name of the experiment');
    assert.match(window.webview.html, /<body data-page="runTable"><\/body>/u);
  });

  it('reads as many as fill it, and more when they are asked for', async () => {
    for (let index = 0; index < 900; index++) {
      keep(`run ${index}`);
    }
    const { say, last, names, settled } = open();
    await settled();
    assert.deepEqual([names().length, last().more, table.given], [201, 'yes', 201]);
    say({ kind: 'more', known: 201 });
    // A page that scrolls fast asks twice.
    say({ kind: 'more', known: 201 });
    await until(() => names().length === 702, 'more are there');
    assert.equal(table.given, 702);
    say({ kind: 'more', known: 702 });
    await until(() => last().more === 'no' && !last().isReading, 'all are there');
    assert.deepEqual(names(), Array.from({ length: 900 }, (_, index) => `run ${899 - index}`));
    assert.equal(table.asked.length, 1);
  });

  it('leaves the order to the server where it knows it', async () => {
    keep('b', 2);
    keep('a', 3);
    keep('c', 1);
    const { say, names, settled } = open();
    await settled();
    say({ kind: 'view', view: { ...plain, sort: { by: 'metrics.loss', descending: false } } });
    await until(() => names().join('') === 'cba', 'the least comes first');
    assert.deepEqual(table.asked.at(-1)!.sort, { by: 'metrics.loss', descending: false });
  });

  it('reads all of them for an order that the server does not know', async () => {
    for (let index = 0; index < 900; index++) {
      keep(`run ${index}`, undefined, { ended: 1_000 * (index + 1) + ((index * 37) % 900) });
    }
    const { say, last, column, settled } = open();
    await settled();
    say({ kind: 'view', view: { ...plain, sort: { by: 'duration', descending: true } } });
    await until(() => last().more === 'no' && !last().isReading, 'all are there');
    const durations = column('duration') as number[];
    assert.deepEqual([durations.length, durations[0]], [900, 899]);
    assert.deepEqual(durations, [...durations].sort((a, b) => b - a));
  });

  it('filters on the server, and says at the box what is wrong with an expression while the rows stay', async () => {
    keep('low', 0.05);
    keep('high', 0.5);
    const { say, last, names, settled } = open();
    await settled();
    say({ kind: 'view', view: { ...plain, filter: 'metrics.loss < 0.1' } });
    await until(() => names().length === 1, 'one fits');
    say({ kind: 'view', view: { ...plain, filter: 'metrics.loss !' } });
    await until(() => last().filterProblem !== undefined, 'it is told');
    assert.deepEqual([last().filterProblem, last().failure, last().isReading, names()], ['Invalid clause: metrics.loss !', undefined, false, ['low']]);
    say({ kind: 'more', known: 1 });
    say({ kind: 'view', view: { ...plain, filter: 'hi' } });
    await until(() => names()[0] === 'high', 'the name fits');
    assert.equal(last().filterProblem, undefined);
  });

  it('says that the server cannot be reached, keeps what it has, and reads it again when it is asked to', async () => {
    keep('one');
    const { say, last, names, settled } = open();
    await settled();
    table.failure = offline('http://mlflow.example');
    say({ kind: 'verb', verb: 'refresh' });
    await until(() => last().failure !== undefined, 'it is told');
    assert.match(last().failure!.sentence, /Not reachable/u);
    assert.deepEqual(names(), ['one']);
    table.failure = undefined;
    say({ kind: 'verb', verb: 'retry' });
    await until(() => last().failure === undefined && !last().isReading, 'it is read again');
  });

  it('says that it has none on a back end without such tables', async () => {
    Object.assign(server, { runTable: undefined });
    const { last } = open();
    await until(() => last().failure !== undefined, 'it is told');
    assert.match(last().failure!.sentence, /does not tell the values of many runs/u);
  });

  it('shows the columns that somebody chose, also the next time', async () => {
    keep('one', 1, { parameters: { lr: '0.1', seed: '7' }, user: 'ada' });
    const prompts = new Ticking(['seed', 'User']);
    const first = open(plain, prompts);
    await first.settled();
    first.say({ kind: 'verb', verb: 'columns' });
    await until(() => first.last().columns.length === 3, 'they are shown');
    assert.deepEqual(prompts.lists, [['Metrics', '✓ loss', 'Parameters', '✓ lr', '✓ seed', 'Run', '✓ Status', '✓ Started', '✓ Duration', '✓ User', '✓ Source']]);
    assert.deepEqual(first.last().columns.map(({ id }) => id), ['name', 'params.seed', 'user']);
    const again = open();
    await again.settled();
    assert.deepEqual(again.last().columns.map(({ id }) => id), ['name', 'params.seed', 'user']);
    assert.deepEqual(again.rows()[0]!.cells, ['one', '7', 'ada']);
  });

  it('finds its columns with the first rows that there are', async () => {
    const { say, last, settled } = open();
    await settled();
    assert.deepEqual([last().rows, last().columns, last().more], [[], [], 'no']);
    keep('one', 1);
    say({ kind: 'verb', verb: 'refresh' });
    await until(() => last().columns.some(({ id }) => id === 'metrics.loss'), 'the metric is there');
  });

  it('opens the page of a run that it has, and of no other', async () => {
    const { connection, workspace, run } = keep('one');
    const { say, opened, settled } = open();
    await settled();
    say({ kind: 'open', run: 'somewhere else' });
    say({ kind: 'open', run });
    await until(() => opened.length > 0, 'it is opened');
    assert.deepEqual(opened, [{ connection, workspace, run }]);
  });

  it('gives the command of an action the selected runs, the first of them first', async () => {
    const [one, two] = [keep('one'), keep('two')];
    const { say, sayAnything, settled } = open();
    await settled();
    const { connection, workspace } = churn;
    const called: unknown[][] = [];
    const real = vscode.commands.executeCommand;
    const commands = vscode.commands as { executeCommand: unknown };
    commands.executeCommand = async (...args: unknown[]) => void called.push(args);
    try {
      say({ kind: 'act', action: 'compareRuns', runs: [one.run] });
      sayAnything({ kind: 'act', action: 'workbench.action.quit', runs: [one.run, two.run] });
      say({ kind: 'act', action: 'compareRuns', runs: [one.run, two.run] });
      say({ kind: 'act', action: 'compareMetrics', runs: [two.run, one.run] });
      await until(() => called.length > 1, 'both are called');
    } finally {
      commands.executeCommand = real;
    }
    const refs = [one, two].map(({ run }) => ({ connection, workspace, run }));
    assert.deepEqual(called, [['artifacts.compareRuns', refs[0], refs], ['artifacts.compareMetrics', refs[1], refs.toReversed()]]);
  });

  it('copies what is selected, or all that is there', async () => {
    keep('one', 0.5);
    const { run } = keep('=two', NaN);
    const { say, settled } = open();
    await settled();
    say({ kind: 'csv', to: 'clipboard', runs: [] });
    await until(async () => (await vscode.env.clipboard.readText()).split('\r\n').length === 4, 'both are copied');
    say({ kind: 'csv', to: 'clipboard', runs: [run] });
    await until(async () => (await vscode.env.clipboard.readText()).split('\r\n').length === 3, 'one is copied');
    assert.match(await vscode.env.clipboard.readText(), /^name,run,status,.*\r\n'=two,r-2,finished,.*,NaN,/u);
  });

  it('writes a file where somebody says', async () => {
    keep('one', 0.5);
    const folder = makeFolder('csv');
    const prompts = new ScriptedPrompts(path.join(folder, 'mine.csv'));
    const { say, window, settled } = open(plain, prompts);
    await settled();
    await until(() => window.title === 'churn', 'the name is known');
    say({ kind: 'csv', to: 'file', runs: [] });
    await until(() => fs.existsSync(path.join(folder, 'mine.csv')) && fs.statSync(path.join(folder, 'mine.csv')).size > 0, 'it is written');
    assert.match(fs.readFileSync(path.join(folder, 'mine.csv'), 'utf8'), /^name,run,.*\r\none,r-1,/u);
    assert.deepEqual(prompts.said, ['churn-runs.csv']);
    removeFolder(folder);
  });

  it('reads again what changed, at once where it is seen, and otherwise when somebody looks', async () => {
    keep('one');
    const { window, shows, say, names, connections, settled } = open();
    await settled();
    keep('two');
    connections.changed({ connection: 'local', workspace: 'other' });
    connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
    connections.changed({ connection: 'local', workspace: 'ada' });
    pages[0]!.changed({ connection: 'local', workspace: 'ada' });
    await until(() => names().length === 2, 'the new one is there');
    const before = table.asked.length;
    window.visible = false;
    shows.fire();
    keep('three');
    pages[0]!.changed({ connection: 'local', workspace: 'ada' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(table.asked.length, before);
    window.visible = true;
    say({ kind: 'ready' });
    await until(() => names().length === 3, 'the new one is there');
  });

  describe('while runs go on', () => {
    const quiet = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 150));
    const follow = (view = plain) => open(view, new ScriptedPrompts(), 20);

    it('follows them without a word about it, and stops when the last has ended', async () => {
      keep('old', 3);
      const { run } = keep('now', 2, { status: 'running' });
      const { parts, names, column, settled, connections, page } = follow();
      const told: unknown[] = [];
      connections.onDidChange((change) => {
        told.push(change);
        // As a page hears of it in a window.
        page.changed(change);
      });
      await settled();
      const before = parts().length;
      keep('new', 5);
      server.keep(churn, 'now', { run, status: 'running', started: 2_000, history: { loss: [2, 1.5] } });
      await until(() => column('metrics.loss').includes(1.5), 'its value is told');
      assert.deepEqual(names(), ['new', 'now', 'old']);
      // The old one is not told again.
      assert.deepEqual(parts().at(-1)!.rows.map(({ name }) => name), ['new', 'now']);
      assert.deepEqual(told, []);
      server.keep(churn, 'now', { run, status: 'failed', started: 2_000, ended: 9_000, history: { loss: [2, 1.5, 1] } });
      await until(() => column('status')[1] === 'failed', 'its end is told');
      assert.deepEqual(column('metrics.loss'), [5, 1, 3]);
      assert.ok(parts().slice(before).every(({ isReading, failure }) => !isReading && failure === undefined));
      assert.deepEqual(told, [{ connection: 'local', workspace: 'ada' }]);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const asked = table.asked.length;
      await quiet();
      assert.equal(table.asked.length, asked);
      assert.ok(parts().slice(before).every(({ isReading }) => !isReading), 'what it has said itself it does not read again');
    });

    it('says nothing where nothing has changed', async () => {
      keep('now', 2, { status: 'running' });
      const { parts, settled } = follow();
      await settled();
      const [before, asked] = [parts().length, table.asked.length];
      await until(() => table.asked.length > asked + 2, 'it follows');
      assert.equal(parts().length, before);
    });

    it('asks nothing where none goes on', async () => {
      keep('old', 3);
      const { settled } = follow();
      await settled();
      await quiet();
      assert.equal(table.asked.length, 1);
    });

    it('asks nothing while it is hidden, and goes on when it is seen again', async () => {
      const { run } = keep('now', 2, { status: 'running' });
      const { window, shows, say, column, settled } = follow();
      await settled();
      window.visible = false;
      shows.fire();
      await quiet();
      const before = table.asked.length;
      await quiet();
      assert.equal(table.asked.length, before);
      server.keep(churn, 'now', { run, status: 'running', history: { loss: [2, 1] } });
      window.visible = true;
      shows.fire();
      say({ kind: 'ready' });
      await until(() => column('metrics.loss')[0] === 1, 'it follows again');
    });

    it('keeps its rows where they cannot be read, writes down why, and goes on', async () => {
      const { run } = keep('now', 2, { status: 'running' });
      const { parts, names, errors, column, settled } = follow();
      await settled();
      const before = parts().length;
      table.failure = offline('http://mlflow.example');
      await until(() => errors.length > 1, 'it is tried again');
      assert.deepEqual([names(), parts().length], [['now'], before]);
      table.failure = undefined;
      server.keep(churn, 'now', { run, status: 'running', history: { loss: [2, 1] } });
      await until(() => column('metrics.loss')[0] === 1, 'it follows again');
    });

    it('asks nothing while it says that something is wrong, and nothing once it is closed', async () => {
      keep('now', 2, { status: 'running' });
      const { page, say, last, settled } = follow();
      await settled();
      say({ kind: 'view', view: { ...plain, filter: 'metrics.loss !' } });
      await until(() => last().filterProblem !== undefined, 'it is told');
      const before = table.asked.length;
      await quiet();
      assert.equal(table.asked.length, before);
      say({ kind: 'view', view: plain });
      await until(() => table.asked.length > before + 2, 'it follows again');
      page.dispose();
      await quiet();
      const after = table.asked.length;
      await quiet();
      assert.equal(table.asked.length, after);
    });

    it('brings more that is asked for in the middle of it, each row once', async () => {
      for (let index = 0; index < 900; index++) {
        keep(`run ${index}`, index, index === 899 ? { status: 'running' } : {});
      }
      const { say, rows, names, last, settled } = follow();
      await settled();
      const asked = table.asked.length;
      keep('new', 1, { status: 'running' });
      for (const from = Date.now(); last().more !== 'no' && Date.now() - from < 10_000;) {
        say({ kind: 'more', known: rows().length });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await until(() => table.asked.length > asked + 2 && !last().isReading, 'it follows');
      assert.deepEqual(names(), ['new', ...Array.from({ length: 900 }, (_, index) => `run ${899 - index}`)]);
    });

    it('leaves no gap where rows have gone before more came that was asked for meanwhile', async () => {
      for (let index = 0; index < 900; index++) {
        keep(`run ${index}`, index, index === 899 ? { status: 'running' } : {});
      }
      const { say, names, last, settled } = follow();
      await settled();
      let goOn = (): void => {};
      table.ready = new Promise((resolve) => {
        goOn = resolve;
      });
      const asked = table.asked.length;
      await until(() => table.asked.length > asked, 'it follows');
      [...server.detailsById.values()].slice(800, 820).forEach(({ run }) => server.detailsById.delete(run));
      say({ kind: 'more', known: 201 });
      goOn();
      await until(() => names().length > 201 && !last().isReading, 'more is there');
      assert.deepEqual(names(), Array.from({ length: 900 }, (_, index) => `run ${899 - index}`).filter((_, index) => index < 80 || index >= 100).slice(0, names().length));
    });

    it('has a column for the first metric that any of them has, and for no later one', async () => {
      const { run } = keep('now', undefined, { status: 'running', parameters: { lr: '0.1' } });
      const { last, settled } = follow();
      await settled();
      const ids = (): readonly string[] => last().columns.map(({ id }) => id);
      assert.deepEqual(ids(), ['name', 'status', 'started', 'duration', 'params.lr', 'user', 'source']);
      const write = (history: Readonly<Record<string, readonly number[]>>) => server.keep(churn, 'now', { run, status: 'running', parameters: { lr: '0.1' }, history });
      write({ loss: [1] });
      await until(() => ids().includes('metrics.loss'), 'it has a column');
      write({ loss: [1, 0.5], accuracy: [0.7] });
      await until(() => last().rows[0]?.cells.includes(0.5) === true, 'it is followed');
      assert.deepEqual(ids(), ['name', 'status', 'started', 'duration', 'metrics.loss', 'params.lr', 'user', 'source']);
    });
  });

  describe('whose columns somebody made wider', () => {
    const widthsOf = ({ received }: ReturnType<typeof open>) => received.flatMap((message) => (message.kind === 'state' ? [message.state.widths] : [])).at(-1);

    it('has them so the next time, beside the columns that were chosen', async () => {
      keep('one', 1, { parameters: { lr: '0.1' } });
      const first = open(plain, new Ticking(['lr']));
      await first.settled();
      assert.deepEqual(widthsOf(first), []);
      first.say({ kind: 'width', column: 'metrics.loss', width: 100 });
      first.say({ kind: 'width', column: 'name', width: 300 });
      first.say({ kind: 'width', column: 'metrics.loss', width: 120 });
      first.say({ kind: 'verb', verb: 'columns' });
      await until(() => first.last().columns.length === 2, 'the columns are chosen');
      const again = open();
      await again.settled();
      assert.deepEqual(again.last().columns.map(({ id }) => id), ['name', 'params.lr']);
      // Of the metric, too: it may be chosen again.
      assert.deepEqual(widthsOf(again), [{ column: 'metrics.loss', width: 120 }, { column: 'name', width: 300 }]);
      // A page that was hidden has forgotten all of it.
      first.say({ kind: 'ready' });
      assert.deepEqual(widthsOf(first), widthsOf(again));
    });

    it('keeps no width of a column that it does not have, and none that is out of bounds', async () => {
      keep('one', 1);
      const { say, sayAnything, warnings, settled } = open();
      await settled();
      say({ kind: 'width', column: 'metrics.other', width: 100 });
      sayAnything({ kind: 'width', column: 'name', width: 1e9 });
      sayAnything({ kind: 'width', column: 'name', width: '100px; background: url(http://x)' });
      assert.equal(warnings.length, 2);
      assert.deepEqual(new ChosenColumns(memory).widths(churn), []);
    });

    it('keeps those of so many columns, and of so many experiments, that were chosen last', async () => {
      const chosen = new ChosenColumns(memory);
      for (let index = 0; index < 150; index++) {
        await chosen.resize(churn, `metrics.m${index}`, 100);
      }
      assert.deepEqual([chosen.widths(churn).length, chosen.widths(churn)[0]], [100, { column: 'metrics.m149', width: 100 }]);
      assert.equal(chosen.of(churn), undefined);
      for (let index = 0; index < 200; index++) {
        await chosen.resize({ ...churn, experiment: `other ${index}` }, 'name', 100);
      }
      assert.deepEqual([chosen.widths(churn), chosen.widths({ ...churn, experiment: 'other 0' })], [[], [{ column: 'name', width: 100 }]]);
    });

    it('goes on without those that something else has spoilt', async () => {
      await memory.update('artifacts.runTable.columns', [{ of: JSON.stringify(['local', 'ada', churn.experiment]), widths: [{ column: 'name', width: 300 }, { column: 'x', width: 100 }, { column: 'user', width: -1 }, 'all'] }]);
      assert.deepEqual(new ChosenColumns(memory).widths(churn), [{ column: 'name', width: 300 }]);
    });
  });

  it('does not listen to what is not in the protocol', async () => {
    const { sayAnything, warnings, settled } = open();
    await settled();
    sayAnything({ kind: 'csv', to: 'file', runs: 'all' });
    assert.equal(warnings.length, 1);
  });

  describe('in a tab of its own', () => {
    let tables: OpenTables;
    let services: Services;
    const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(RUN_TABLE_VIEW));

    beforeEach(() => {
      const connections = new TestConnections(server);
      const extension = vscode.extensions.getExtension('ml-artifacts.ml-artifacts')!;
      services = {
        connections, log: { ...silent, show: () => {} }, panels: { open: async () => {}, active: undefined }, context: { extensionUri: extension.extensionUri, globalState: memory },
        tree: { selection: [] },
      } as unknown as Services;
      tables = new OpenTables(services);
      services = { ...services, runTables: { open: async (ref) => tables.open(ref) } };
    });
    afterEach(() => tables.dispose());

    const call = (...args: readonly unknown[]): Promise<void> => openRunTable(services, invocationOf(args, 'subject'));

    it('opens once for an experiment: for its row, its ref, its name or its id', async () => {
      keep('one', 1);
      const { connection, workspace, experiment } = churn;
      const ref = { connection, workspace, experiment };
      await call({ kind: 'experiment', id: 'x', ref, parent: undefined, value: churn });
      await until(() => tabs().length === 1 && tabs()[0]?.label === 'churn', 'it is open');
      await call(ref);
      await call('churn', { connection: 'local' });
      await call(experiment);
      assert.equal(tabs().length, 1);
      server.experiment('other');
      await call('other');
      await until(() => tabs().length === 2, 'another one is open');
    });

    it('refuses what is no experiment, is not there, or is on a back end without tables', async () => {
      await assert.rejects(call({ connection: 'local', workspace: 'ada', artifact: 'churn' }), { code: 'invalid' });
      await assert.rejects(call('nothing'), { code: 'notFound' });
      await assert.rejects(call('churn', { colour: 'red' }), { code: 'invalid' });
      Object.assign(server, { runTable: undefined });
      await assert.rejects(call('churn'), { code: 'unsupported' });
      assert.equal(tabs().length, 0);
    });

    it('comes back after a reload with its filter and order, and once only', async () => {
      keep('low', 0.05);
      keep('high', 0.5);
      const { connection, workspace, experiment } = churn;
      const kept = { ref: { connection, workspace, experiment }, view: { filter: 'metrics.loss < 0.1', sort: { by: 'metrics.loss', descending: true }, topLevel: true } };
      const panel = (): vscode.WebviewPanel => vscode.window.createWebviewPanel(RUN_TABLE_VIEW, 'before', vscode.ViewColumn.Active);
      tables.restore(panel(), kept);
      await until(() => table.asked.length === 1, 'it is read');
      const [{ filter, sort, topLevel }] = table.asked as unknown as [RunTableView];
      assert.deepEqual({ filter, sort, topLevel }, kept.view);
      tables.restore(panel(), kept);
      tables.restore(panel(), { ref: { connection: 1 } });
      await until(() => tabs().length === 1, 'the others are closed');
    });
  });
});
