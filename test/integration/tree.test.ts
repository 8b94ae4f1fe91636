import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Experiment, RunDetails } from '../../src/model/artifact';
import { ArtifactError } from '../../src/model/errors';
import { dragAndDrop } from '../../src/ui/tree/dragAndDrop';
import type { Node } from '../../src/ui/tree/nodes';
import { TreeData } from '../../src/ui/tree/treeData';
import { assetOf } from '../../src/ui/documents/uris';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryRunTable } from '../support/memoryRunTable';
import { MemoryServer } from '../support/memoryServer';
import { silent, TestConnections, testRuns, TestKeys, until } from './world';

function treeOf(...providers: MemoryProvider[]) {
  const connections = new TestConnections(...providers);
  const contextKeys = new TestKeys();
  const runs = testRuns(connections);
  const data = new TreeData({ connections, runs, contextKeys, log: silent, explain: error => (error instanceof Error ? error.message : String(error)) });
  connections.onDidChange(change => void data.update(change));
  const fired: (string | undefined)[] = [];
  data.onDidChangeTreeData(nodes => fired.push(...(Array.isArray(nodes) ? nodes.map(({ id }) => id) : [nodes?.id])));
  const labelOf = (row: Node) => data.getTreeItem(row).label as string;
  /** The row reached by these labels. */
  const at = async (...labels: string[]): Promise<Node> => {
    let node: Node | undefined;
    for (const label of labels) {
      const rows = await data.getChildren(node);
      node = rows.find(row => labelOf(row) === label);
      assert.ok(node, `${label} is not among ${rows.map(labelOf).join(', ')}`);
    }
    return node!;
  };
  const labels = async (...path: string[]): Promise<string[]> =>
    (await data.getChildren(path.length === 0 ? undefined : await at(...path))).map(labelOf);
  return { data, connections, contextKeys, runs, fired, at, labels };
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`file-${String(index).padStart(6, '0')}.txt`, 'x']));
}

describe('the tree', () => {
  let provider: MemoryProvider;

  beforeEach(() => {
    provider = new MemoryProvider();
  });

  it('leads from the connection over workspace, artifact and version to folders and assets', async () => {
    provider.log('ada/churn', '1.0.0', { 'train/a.csv': 'a', 'train/deep/b.csv': 'b', 'README.md': 'hello' });
    const { labels } = treeOf(provider);
    assert.deepEqual(await labels(), ['Local']);
    assert.deepEqual(await labels('Local'), ['ada']);
    assert.deepEqual(await labels('Local', 'ada'), ['Runs', 'churn']);
    assert.deepEqual(await labels('Local', 'ada', 'churn'), ['1.0.0']);
    assert.deepEqual(await labels('Local', 'ada', 'churn', '1.0.0'), ['train', 'README.md']);
    assert.deepEqual(await labels('Local', 'ada', 'churn', '1.0.0', 'train', 'deep'), ['b.csv']);
  });

  it('describes a version by its aliases, files, size and age', async () => {
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x'.repeat(1200), 'b.csv': '' }, { aliases: ['prod'], created: Date.now() - 2 * 3_600_000 });
    const { data, at } = treeOf(provider);
    assert.match(String(data.getTreeItem(await at('Local', 'ada', 'churn', '1.0.0')).description), /^Latest, prod · 2 files · 1\.2 kB · 2 ?h(r\.?|ours)? ago$/u);
  });

  it('says aloud what the icons say', async () => {
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x', 'b.csv': { elsewhere: 's3://bucket/b.csv' } });
    const { data, at } = treeOf(provider);
    const spoken = async (...labels: string[]) => data.getTreeItem(await at(...labels)).accessibilityInformation?.label;
    assert.equal(await spoken('Local', 'ada'), 'ada, workspace, 1 artifact');
    assert.equal(await spoken('Local', 'ada', 'churn'), 'churn, artifact, 1.0.0, dataset, 1 version');
    assert.match(await spoken('Local', 'ada', 'churn', '1.0.0') ?? '', /^1\.0\.0, version of churn, Latest, 2 files, 1 B, /u);
    assert.equal(await spoken('Local', 'ada', 'churn', '1.0.0', 'b.csv'), 'b.csv, remote asset, s3://bucket/b.csv');
  });

  it('tells menus what a row allows', async () => {
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x', 'b.csv': { elsewhere: 's3://bucket/b.csv' }, 'deep/c': 'x' });
    const { data, at } = treeOf(provider);
    const context = async (...labels: string[]) => data.getTreeItem(await at(...labels)).contextValue;
    assert.equal(await context('Local'), 'connection;store');
    assert.equal(await context('Local', 'ada', 'Runs'), 'runs');
    assert.equal(await context('Local', 'ada', 'churn', '1.0.0'), 'version;label;lineage');
    assert.equal(await context('Local', 'ada', 'churn', '1.0.0', 'a.csv'), 'asset;bytes');
    assert.equal(await context('Local', 'ada', 'churn', '1.0.0', 'b.csv'), 'asset;remote');
    assert.equal(await context('Local', 'ada', 'churn', '1.0.0', 'deep'), 'folder');
  });

  it('shows where a remote asset is', async () => {
    provider.log('ada/churn', '1.0.0', { 'b.csv': { elsewhere: 's3://bucket/b.csv' } });
    const { data, at } = treeOf(provider);
    const item = data.getTreeItem(await at('Local', 'ada', 'churn', '1.0.0', 'b.csv'));
    assert.deepEqual([item.description, (item.iconPath as vscode.ThemeIcon).id], ['↗ s3://bucket/b.csv', 'link']);
  });

  it('leads from a run to what it produced', async () => {
    const run = await provider.startRun({ connection: 'local', workspace: 'ada', name: 'train-0412' });
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x' }, { run: run.run });
    const { data, at, labels } = treeOf(provider);
    assert.deepEqual(await labels('Local', 'ada', 'Runs', 'train-0412'), ['churn 1.0.0']);
    assert.deepEqual(await labels('Local', 'ada', 'Runs', 'train-0412', 'churn 1.0.0'), ['a.csv']);
    assert.equal(data.getTreeItem(await at('Local', 'ada', 'Runs', 'train-0412')).contextValue, 'run;lineage;running');
  });

  describe('on a server that has experiments', () => {
    let server: MemoryServer;

    beforeEach(() => {
      server = new MemoryServer();
      const churn = server.experiment('churn');
      server.keep(churn, 'train-1', { files: { 'model/MLmodel': 'x', 'log.txt': 'one' }, status: 'failed' });
      server.keep(churn, 'forest', { kind: 'model', files: { 'MLmodel': 'x' } });
      server.keep(churn, 'train-2', { status: 'running', started: Date.now() - 5 * 60_000 });
    });

    it('leads over experiments to runs, their files, and logged models', async () => {
      const { labels } = treeOf(server);
      assert.deepEqual(await labels('Local', 'ada', 'Runs'), ['churn']);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['Logged Models', 'train-2', 'train-1']);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'train-1'), ['model', 'log.txt']);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'train-1', 'model'), ['MLmodel']);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'Logged Models', 'forest'), ['MLmodel']);
    });

    it('tells how a run stands by its icon and in words', async () => {
      const { data, at } = treeOf(server);
      const look = async (name: string) => {
        const { iconPath, description, accessibilityInformation } = data.getTreeItem(await at('Local', 'ada', 'Runs', 'churn', name));
        const { id, color } = iconPath as vscode.ThemeIcon;
        return [id, color?.id, description, accessibilityInformation?.label];
      };
      assert.deepEqual(await look('train-2'), ['play-circle', undefined, 'running · 5m ago', 'train-2, run, running, 5m ago']);
      assert.deepEqual(await look('train-1'), ['error', 'testing.iconFailed', 'failed · 1h ago', 'train-1, run, failed, 1h ago']);
    });

    it('offers the page in a browser of what the back end has pages of', async () => {
      const { data, at } = treeOf(Object.assign(server, { webUrl: () => 'https://mlflow.example/' }));
      const context = async (...labels: string[]) => data.getTreeItem(await at('Local', ...labels)).contextValue;
      assert.equal(await context('ada', 'Runs', 'churn'), 'experiment;web');
      assert.equal(await context('ada', 'Runs', 'churn', 'train-1'), 'run;details;metrics;files;lineage;web');
      assert.match(await context() ?? '', /;web$/u);
    });

    it('offers a table of the runs of an experiment only where the back end tells their values at once', async () => {
      const { data, at } = treeOf(Object.assign(server, { runTable: new MemoryRunTable(server) }));
      assert.equal(data.getTreeItem(await at('Local', 'ada', 'Runs', 'churn')).contextValue, 'experiment;table');
    });

    it('offers to make a version of the files of a run only where the back end can', async () => {
      const { data, at } = treeOf(Object.assign(server, { register: () => Promise.reject(new Error('not called')) }));
      const context = async (...labels: string[]) => data.getTreeItem(await at('Local', 'ada', 'Runs', 'churn', ...labels)).contextValue;
      assert.equal(await context('train-1'), 'run;details;metrics;files;register;lineage');
      assert.equal(await context('train-1', 'model'), 'folder;runFolder;register');
    });

    it('tells menus what can be done with a run, a logged model and their folders', async () => {
      const { data, at } = treeOf(server);
      const context = async (...labels: string[]) => data.getTreeItem(await at('Local', 'ada', 'Runs', 'churn', ...labels)).contextValue;
      assert.equal(await context(), 'experiment');
      assert.equal(await context('Logged Models'), 'models');
      assert.equal(await context('train-2'), 'run;details;metrics;files;lineage;running');
      assert.equal(await context('Logged Models', 'forest'), 'run;model;details;metrics;files;lineage');
      assert.equal(await context('train-1', 'model'), 'folder;runFolder');
      assert.equal(await context('train-1', 'log.txt'), 'asset;bytes');
    });

    it('opens the file of a run', async () => {
      const { data, at } = treeOf(server);
      const { command } = data.getTreeItem(await at('Local', 'ada', 'Runs', 'churn', 'train-1', 'log.txt'));
      assert.deepEqual(assetOf(command?.arguments?.[0] as vscode.Uri), { connection: 'local', workspace: 'ada', artifact: '@run', version: 'r-1', path: 'log.txt' });
    });

    it('drags a run and its files as references', async () => {
      const { at } = treeOf(server);
      const transfer = new vscode.DataTransfer();
      const rows = [await at('Local', 'ada', 'Runs', 'churn', 'train-1'), await at('Local', 'ada', 'Runs', 'churn', 'train-1', 'log.txt')];
      await dragAndDrop.handleDrag?.(rows, transfer, new vscode.CancellationTokenSource().token);
      assert.equal(await transfer.get('text/plain')?.asString(), 'ada/@run:r-1\nada/@run:r-1/log.txt');
    });

    it('reads the files of a run again, which may have gone on', async () => {
      const { data, at, labels } = treeOf(server);
      const run = await at('Local', 'ada', 'Runs', 'churn', 'train-1');
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'train-1', 'model'), ['MLmodel']);
      server.write({ connection: 'local', workspace: 'ada', run: 'r-1' }, { 'model/MLmodel': 'x', 'model/weights': 'y' });
      assert.ok(run.kind === 'run');
      await data.reload(run);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'train-1', 'model'), ['MLmodel', 'weights']);
    });

    it('finds a run pages down in its experiment, and a logged model below its models', async () => {
      const server = new MemoryServer();
      const churn = server.experiment('churn');
      const oldest = server.keep(churn, 'oldest');
      const forest = server.keep(churn, 'forest', { kind: 'model' });
      for (let index = 0; index < 1200; index++) {
        server.keep(churn, `trial ${index}`);
      }
      const { data } = treeOf(server);
      const found = await data.find({ connection: 'local', workspace: 'ada', run: oldest.run });
      assert.deepEqual(found?.kind === 'run' && [found.value.name, found.parent.kind], ['oldest', 'experiment']);
      const model = await data.find({ connection: 'local', workspace: 'ada', run: forest.run });
      assert.deepEqual(model?.kind === 'run' && [model.value.name, model.parent.kind], ['forest', 'models']);
      assert.equal(await data.find({ connection: 'local', workspace: 'ada', run: 'gone' }), undefined);
    });

    describe('and runs below runs', () => {
      const runs = ['Local', 'ada', 'Runs', 'search'] as const;
      let search: Experiment;
      let sweep: RunDetails;

      const keep = (name: string, parent: string, more: Partial<RunDetails> = {}): RunDetails =>
        server.keep(search, name, { ...more, parent: { connection: 'local', workspace: 'ada', run: parent, name: '' } });
      /** The labels of the rows from below the experiment down to the row that is found. */
      const wayTo = async (run: string): Promise<readonly string[] | undefined> => {
        const { data } = treeOf(server);
        const way: string[] = [];
        for (let row: Node | undefined = await data.find({ connection: 'local', workspace: 'ada', run }); row !== undefined && row.kind !== 'experiment'; row = data.getParent(row)) {
          way.unshift(data.getTreeItem(row).label as string);
        }
        return way;
      };

      beforeEach(() => {
        search = server.experiment('search');
        sweep = server.keep(search, 'sweep', { run: 'sweep', files: { 'best.json': 'x' } });
        keep('trial-1', 'sweep', { run: 'trial-1', status: 'failed' });
        keep('fold', 'trial-1', { run: 'fold' });
      });

      it('leads from a run down to them, level by level', async () => {
        const { labels } = treeOf(server);
        assert.deepEqual(await labels(...runs), ['All Nested Runs', 'sweep']);
        assert.deepEqual(await labels(...runs, 'sweep'), ['Nested Runs', 'best.json']);
        assert.deepEqual(await labels(...runs, 'sweep', 'Nested Runs', 'trial-1', 'Nested Runs'), ['fold']);
        assert.deepEqual(await labels(...runs, 'sweep', 'Nested Runs', 'trial-1', 'Nested Runs', 'fold'), []);
        assert.deepEqual(await labels(...runs, 'All Nested Runs'), ['fold', 'trial-1']);
      });

      it('shows a page of them, and one more at a time', async () => {
        for (let index = 0; index < 450; index++) {
          keep(`more-${index}`, 'sweep');
        }
        const { data, at, labels } = treeOf(server);
        const group = await at(...runs, 'sweep', 'Nested Runs');
        server.given.clear();
        const page = await labels(...runs, 'sweep', 'Nested Runs');
        assert.deepEqual([page.length, page[0], page.at(-1), server.given.get('nestedRuns')], [201, 'more-449', 'Load More', 201]);
        const more = (await data.getChildren(group)).at(-1)!;
        assert.ok(more.kind === 'more');
        assert.equal((await data.loadMore(more.parent))?.id.endsWith(`run:"${[...server.detailsById.values()].find(({ name }) => name === 'more-249')!.run}"`), true);
        assert.equal((await data.getChildren(group)).length, 401);
      });

      it('tells in words and to menus what they are, which is what any run is', async () => {
        const { data, at } = treeOf(server);
        const look = async (...labels: string[]) => {
          const { contextValue, accessibilityInformation, description } = data.getTreeItem(await at(...runs, ...labels));
          return [contextValue, accessibilityInformation?.label, description];
        };
        assert.deepEqual(await look('All Nested Runs'), ['nested', 'All Nested Runs', undefined]);
        assert.deepEqual(await look('sweep', 'Nested Runs'), ['nested', 'Nested Runs', undefined]);
        assert.deepEqual(await look('sweep', 'Nested Runs', 'trial-1'), ['run;details;metrics;files;lineage', 'trial-1, run, failed, 1h ago', 'failed · 1h ago']);
      });

      it('drags one as its reference, and the group as nothing', async () => {
        const { at } = treeOf(server);
        const transfer = new vscode.DataTransfer();
        const rows = [await at(...runs, 'sweep', 'Nested Runs'), await at(...runs, 'sweep', 'Nested Runs', 'trial-1')];
        await dragAndDrop.handleDrag?.(rows, transfer, new vscode.CancellationTokenSource().token);
        assert.equal(await transfer.get('text/plain')?.asString(), 'ada/@run:trial-1');
      });

      it('shows new ones when the group is read again', async () => {
        const { data, at, labels } = treeOf(server);
        const group = await at(...runs, 'sweep', 'Nested Runs');
        assert.deepEqual(await labels(...runs, 'sweep', 'Nested Runs'), ['trial-1']);
        keep('trial-2', 'sweep');
        assert.ok(group.kind === 'nested');
        await data.reload(group);
        assert.deepEqual(await labels(...runs, 'sweep', 'Nested Runs'), ['trial-2', 'trial-1']);
      });

      it('finds one below its parent, however deep, and pages down', async () => {
        assert.deepEqual(await wayTo('fold'), ['sweep', 'Nested Runs', 'trial-1', 'Nested Runs', 'fold']);
        for (let index = 0; index < 450; index++) {
          keep(`more-${index}`, 'sweep');
        }
        assert.deepEqual(await wayTo('trial-1'), ['sweep', 'Nested Runs', 'trial-1']);
      });

      it('finds one among all where a row above it is missing', async () => {
        const vision = server.experiment('vision');
        server.keep(vision, 'elsewhere', { run: 'elsewhere' });
        server.keep(search, 'deleted', { run: 'deleted', isDeleted: true });
        keep('of nobody', 'gone', { run: 'of nobody' });
        keep('of a deleted one', 'deleted', { run: 'of a deleted one' });
        keep('of another experiment', 'elsewhere', { run: 'of another experiment' });
        keep('below that', 'of another experiment', { run: 'below that' });
        keep('first of a ring', 'second', { run: 'first' });
        keep('second of a ring', 'first', { run: 'second' });
        for (const run of ['of nobody', 'of a deleted one', 'of another experiment', 'below that', 'first', 'second']) {
          assert.deepEqual(await wayTo(run), ['All Nested Runs', server.detailsById.get(run)?.name]);
        }
        assert.deepEqual(await wayTo(sweep.run), ['sweep']);
      });

      it('finds one by a filter', async () => {
        const { data, labels } = treeOf(server);
        data.reset('fold');
        assert.deepEqual(await labels('Local', 'ada', 'Runs'), ['fold']);
      });
    });

    it('finds a run where there are no experiments', async () => {
      const run = await provider.startRun({ connection: 'local', workspace: 'ada', name: 'train' });
      const { data } = treeOf(provider);
      const found = await data.find({ connection: 'local', workspace: 'ada', run: run.run });
      assert.deepEqual(found?.kind === 'run' && [found.value.name, found.parent.kind], ['train', 'runs']);
    });

    it('reads no more of 10,000 runs than it shows', async () => {
      const vision = server.experiment('vision');
      for (let index = 0; index < 10_000; index++) {
        server.keep(vision, `run-${index}`);
      }
      const { data, at } = treeOf(server);
      const experiment = await at('Local', 'ada', 'Runs', 'vision');
      server.given.clear();
      const rows = (await data.getChildren(experiment)).map(row => data.getTreeItem(row).label);
      assert.deepEqual([rows.length, rows[0], rows.at(-1)], [201, 'run-9999', 'Load More']);
      assert.equal(server.given.get('runs'), 201);
    });

    it('shows a run once, although new ones move the pages on', async () => {
      server.runs = async function* () {
        const first = { connection: 'local', workspace: 'ada', run: 'a', name: 'a', status: 'finished', started: 0 } as const;
        yield first;
        yield first;
        yield { ...first, run: 'b', name: 'b' };
      };
      const { labels } = treeOf(server);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['Logged Models', 'a', 'b']);
    });

    it('keeps Runs with what a filter finds', async () => {
      const { data, labels } = treeOf(server);
      data.reset('train-2');
      assert.deepEqual(await labels('Local', 'ada'), ['Runs']);
      assert.deepEqual(await labels('Local', 'ada', 'Runs'), ['train-2']);
      data.reset('nothing like it');
      assert.deepEqual(await labels('Local'), []);
    });
  });

  it('opens an asset as the Explorer does, and what no editor can show by a command that says why', async () => {
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x', 'b.csv': { elsewhere: 's3://bucket/b.csv' } });
    const { data, at } = treeOf(provider);
    const opened = data.getTreeItem(await at('Local', 'ada', 'churn', '1.0.0', 'a.csv')).command;
    assert.deepEqual([opened?.command, String(opened?.arguments?.[0])], ['vscode.open', 'artifact://local/ada/churn/1.0.0/a.csv']);
    const remote = await at('Local', 'ada', 'churn', '1.0.0', 'b.csv');
    assert.deepEqual([data.getTreeItem(remote).command?.command, data.getTreeItem(remote).command?.arguments], ['artifacts.openAsset', [remote]]);
  });

  describe('of a store where nothing is logged', () => {
    it('has no rows, so that the welcome text shows', async () => {
      const { labels, contextKeys } = treeOf(provider);
      assert.deepEqual(await labels(), []);
      assert.equal(contextKeys.values.get('artifacts.empty'), true);
    });

    it('has rows as soon as something is', async () => {
      const { labels, contextKeys, connections, fired } = treeOf(provider);
      await labels();
      provider.log('ada/churn', '1.0.0', {});
      connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
      await until(() => fired.includes(undefined), 'the root was drawn again');
      assert.deepEqual(await labels(), ['Local']);
      assert.equal(contextKeys.values.get('artifacts.empty'), false);
    });

    it('has rows beside a second connection', async () => {
      const { labels, contextKeys } = treeOf(provider, new MemoryProvider('team'));
      assert.deepEqual(await labels(), ['Local', 'team']);
      assert.equal(contextKeys.values.get('artifacts.severalConnections'), true);
    });
  });

  it('opens the only workspace of a connection that somebody opens, and of the default one up to three', async () => {
    const [few, one, two] = [provider, new MemoryProvider('one'), new MemoryProvider('two')];
    few.log('bob/churn', '1.0.0', {});
    few.log('cyd/churn', '1.0.0', {});
    two.log('bob/churn', '1.0.0', {});
    const { data, at } = treeOf(few, one, two);
    const states = await Promise.all([['Local'], ['one'], ['Local', 'ada'], ['one', 'ada'], ['two', 'ada']].map(async (path) => data.getTreeItem(await at(...path)).collapsibleState));
    const { Expanded: open, Collapsed: closed } = vscode.TreeItemCollapsibleState;
    assert.deepEqual(states, [open, closed, open, open, closed]);
    few.log('dan/churn', '1.0.0', {});
    await data.reload();
    assert.equal(data.getTreeItem(await at('Local', 'ada')).collapsibleState, closed);
  });

  it('does not open a connection before somebody looks into it', async () => {
    provider.log('ada/churn', '1.0.0', {});
    const { labels, connections } = treeOf(provider, new MemoryProvider('team'));
    await labels('Local');
    assert.ok(!connections.asked.includes('team'));
  });

  describe('of many rows', () => {
    it('shows one page, and one more at a time', async () => {
      provider.log('ada/big', '1.0.0', many(650));
      const { data, at, labels } = treeOf(provider);
      const version = await at('Local', 'ada', 'big', '1.0.0');
      const page = await labels('Local', 'ada', 'big', '1.0.0');
      assert.deepEqual([page.length, page.at(-1)], [201, 'Load More']);
      const more = (await data.getChildren(version)).at(-1)!;
      assert.ok(more.kind === 'more');
      const first = await data.loadMore(more.parent);
      assert.equal(first && data.getTreeItem(first).label, 'file-000200.txt');
      assert.equal((await data.getChildren(version)).length, 401);
      await data.loadMore(more.parent);
      await data.loadMore(more.parent);
      assert.deepEqual((await labels('Local', 'ada', 'big', '1.0.0')).slice(-2), ['file-000648.txt', 'file-000649.txt']);
    });

    it('reads no further than it shows', async () => {
      provider.log('ada/big', '1.0.0', many(5000));
      const { labels } = treeOf(provider);
      await labels('Local', 'ada', 'big', '1.0.0');
      assert.equal(provider.given.get('entries'), 201);
    });

    it('keeps Runs above all artifacts, also while more of them are read', async () => {
      for (let index = 0; index < 250; index++) {
        provider.log(`ada/artifact-${String(index).padStart(3, '0')}`, '1.0.0', {});
      }
      const { data, at, labels } = treeOf(provider);
      const page = await labels('Local', 'ada');
      assert.deepEqual([page[0], page[1], page.at(-1), page.length], ['Runs', 'artifact-000', 'Load More', 202]);
      const workspace = await at('Local', 'ada');
      assert.ok(workspace.kind === 'workspace');
      await data.loadMore(workspace);
      const all = await labels('Local', 'ada');
      assert.deepEqual([all[0], all.at(-1), all.length], ['Runs', 'artifact-249', 251]);
    });

    it('finds a version pages down', async () => {
      for (let index = 0; index < 450; index++) {
        provider.log(`ada/artifact-${String(index).padStart(3, '0')}`, '1.0.0', {});
      }
      const { data, labels } = treeOf(provider);
      await labels('Local', 'ada');
      const node = await data.find({ connection: 'local', workspace: 'ada', artifact: 'artifact-420', version: '1.0.0' });
      assert.equal(node?.kind, 'version');
      assert.ok((await labels('Local', 'ada')).includes('artifact-420'));
    });
  });

  describe('after a change', () => {
    it('draws the artifact again that changed, and nothing else', async () => {
      provider.log('ada/churn', '1.0.0', {});
      provider.log('ada/other', '1.0.0', {});
      const { labels, connections, fired, at } = treeOf(provider);
      await labels('Local', 'ada', 'churn');
      const artifact = await at('Local', 'ada', 'churn');
      provider.log('ada/churn', '2.0.0', {});
      connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
      await until(() => fired.length > 0, 'something was drawn again');
      assert.deepEqual(fired, [artifact.id]);
      assert.deepEqual(await labels('Local', 'ada', 'churn'), ['2.0.0', '1.0.0']);
    });

    it('draws nothing again where a change is heard of twice', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { labels, connections, fired, at, data } = treeOf(provider);
      await labels('Local', 'ada', 'churn');
      const artifact = await at('Local', 'ada', 'churn');
      provider.log('ada/churn', '2.0.0', {});
      const change = { connection: 'local', workspace: 'ada', artifact: 'churn' };
      await data.update(change);
      connections.changed(change);
      await data.update(change);
      assert.deepEqual(fired, [artifact.id]);
    });

    it('keeps the rows that stay as the same objects with new values', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { data, at, connections, fired } = treeOf(provider);
      const before = await at('Local', 'ada', 'churn', '1.0.0');
      await provider.label({ connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' }, { aliases: ['prod'] });
      connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
      await until(() => fired.length > 0, 'something was drawn again');
      assert.equal(await at('Local', 'ada', 'churn', '1.0.0'), before);
      assert.match(String(data.getTreeItem(before).description), /^Latest, prod · /u);
    });

    it('shows an artifact that is new, and counts it', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { data, at, labels, connections, fired } = treeOf(provider);
      await labels('Local', 'ada');
      provider.log('ada/other', '1.0.0', {});
      connections.changed({ connection: 'local', workspace: 'ada', artifact: 'other' });
      await until(() => fired.length > 0, 'something was drawn again');
      assert.deepEqual(await labels('Local', 'ada'), ['Runs', 'churn', 'other']);
      assert.equal(data.getTreeItem(await at('Local', 'ada')).description, '2 artifacts');
    });

    it('drops an artifact that is gone', async () => {
      provider.log('ada/churn', '1.0.0', {});
      provider.log('ada/other', '1.0.0', {});
      const { labels, connections, fired } = treeOf(provider);
      await labels('Local', 'ada', 'other');
      provider.artifactsByName.delete('ada/other');
      connections.changed({ connection: 'local', workspace: 'ada', artifact: 'other' });
      await until(() => fired.length > 0, 'something was drawn again');
      assert.deepEqual(await labels('Local', 'ada'), ['Runs', 'churn']);
    });

    it('does not read the content of versions again', async () => {
      provider.log('ada/churn', '1.0.0', { 'a.csv': 'x' });
      const { data, labels } = treeOf(provider);
      await labels('Local', 'ada', 'churn', '1.0.0');
      await data.update({ connection: 'local' });
      await labels('Local', 'ada', 'churn', '1.0.0');
      assert.equal(provider.given.get('entries'), 1);
    });

    it('reads as many rows as were shown', async () => {
      for (let index = 0; index < 450; index++) {
        provider.log(`ada/artifact-${String(index).padStart(3, '0')}`, '1.0.0', {});
      }
      const { data, at, labels } = treeOf(provider);
      const workspace = await at('Local', 'ada');
      assert.ok(workspace.kind === 'workspace');
      await data.loadMore(workspace);
      await data.update({ connection: 'local', workspace: 'ada' });
      assert.equal((await labels('Local', 'ada')).length, 402);
    });

    describe('on a server that takes its time', () => {
      const path = ['Local', 'ada', 'Runs', 'churn', 'train-1'];
      const change = { connection: 'local', workspace: 'ada' };
      let server: MemoryServer;
      let experiment: Experiment;

      beforeEach(() => {
        server = new MemoryServer();
        experiment = server.experiment('churn');
        server.keep(experiment, 'train-1', { files: { 'log.txt': 'one' } });
        server.log('ada/model', '1.0.0', {});
      });

      it('has read what stands open before VS Code is told to draw it, which then knows all rows at once', async () => {
        // Beside another connection nobody asks whether anything is logged at all.
        const { data, at, labels, fired } = treeOf(server, new MemoryProvider('team'));
        await labels(...path);
        const { id } = await at('Local', 'ada');
        server.log('ada/other', '1.0.0', {});
        await data.update(change);
        assert.deepEqual(fired, [id]);
        server.asked.length = 0;
        assert.deepEqual(await labels('Local', 'ada'), ['Runs', 'model', 'other']);
        assert.deepEqual(await labels(...path), ['log.txt']);
        assert.deepEqual(server.asked, []);
      });

      it('shows the rows of before while it reads', async () => {
        const { data, labels } = treeOf(server);
        await labels('Local', 'ada', 'Runs', 'churn');
        server.keep(experiment, 'train-2');
        let goOn = (): void => {};
        const waiting = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        const runs = server.runs.bind(server);
        server.runs = async function* (query) {
          await waiting;
          yield* runs(query);
        };
        const updated = data.update(change);
        assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['train-1']);
        goOn();
        await updated;
        assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['train-2', 'train-1']);
      });

      it('draws an experiment that has a new run, and nothing else', async () => {
        const { data, at, labels, fired } = treeOf(server);
        await labels(...path);
        server.keep(experiment, 'train-2');
        await data.update(change);
        assert.deepEqual(fired, [(await at('Local', 'ada', 'Runs', 'churn')).id]);
      });

      it('draws nothing where all is as it was', async () => {
        const { data, labels, fired } = treeOf(server);
        await labels(...path);
        await data.update(change);
        assert.deepEqual(fired, []);
      });

      it('reads all again on Refresh before it draws, and then only the rows that differ', async () => {
        const { data, at, labels, fired } = treeOf(server);
        await labels(...path);
        server.keep(experiment, 'train-2');
        await data.reload();
        assert.deepEqual(fired, [(await at('Local', 'ada', 'Runs', 'churn')).id]);
        server.asked.length = 0;
        assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['train-2', 'train-1']);
        assert.deepEqual(server.asked.filter((question) => question.startsWith('runs')), []);
      });

      it('draws nothing on Refresh where all is as it was', async () => {
        const { data, labels, fired } = treeOf(server);
        await labels(...path);
        server.asked.length = 0;
        await data.reload();
        assert.deepEqual(fired, []);
        assert.ok(server.asked.some((question) => question.startsWith('runs')));
      });

      it('reads one row again and leaves those beside it', async () => {
        const { data, at, labels, fired } = treeOf(server);
        await labels(...path);
        const row = await at(...path);
        assert.ok(row.kind === 'run');
        server.asked.length = 0;
        server.write(row.ref, { 'log.txt': 'one', 'more.txt': 'two' });
        await data.reload(row);
        assert.deepEqual(fired, [row.id]);
        assert.deepEqual(server.asked.filter((question) => question.startsWith('runs')), []);
        assert.deepEqual(await labels(...path), ['log.txt', 'more.txt']);
      });

      it('leaves what was closed to be read when it is opened', async () => {
        const { data, at, labels } = treeOf(server);
        await labels(...path);
        data.closed(await at('Local', 'ada', 'Runs', 'churn'));
        server.keep(experiment, 'train-2');
        server.asked.length = 0;
        await data.update(change);
        assert.deepEqual(server.asked.filter((question) => question.startsWith('runs')), []);
        assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn'), ['train-2', 'train-1']);
      });

      it('draws of the runs only those that the active run makes read otherwise', async () => {
        const { data, at, labels, runs, fired } = treeOf(server);
        server.keep(experiment, 'train-2');
        await labels('Local', 'ada', 'Runs', 'churn');
        const { id } = await at(...path);
        await runs.select({ ...change, run: 'r-1', name: 'train-1' }, 'local');
        data.redraw(({ kind }) => kind === 'run');
        assert.deepEqual(fired, [id]);
      });
    });
  });

  describe('where a branch cannot be read', () => {
    it('says why in a row, and reads again on demand', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { data, at } = treeOf(provider);
      const workspace = await at('Local', 'ada');
      provider.failure = new ArtifactError('offline', 'mlflow.example');
      const [row, ...others] = await data.getChildren(workspace);
      assert.ok(row?.kind === 'failed' && others.length === 0);
      const item = data.getTreeItem(row);
      assert.deepEqual([item.contextValue, item.label, item.description, item.command?.command], ['failed', 'Not reachable', 'Retry', 'artifacts.retry']);
      provider.failure = undefined;
      await data.reload(row.parent);
      assert.deepEqual((await data.getChildren(workspace)).map(({ kind }) => kind), ['runs', 'artifact']);
    });

    it('keeps the rows that were read before', async () => {
      provider.log('ada/big', '1.0.0', many(300));
      const { data, at } = treeOf(provider);
      const version = await at('Local', 'ada', 'big', '1.0.0');
      assert.ok(version.kind === 'version');
      await data.getChildren(version);
      provider.failure = new ArtifactError('offline', 'mlflow.example');
      await data.loadMore(version);
      const rows = await data.getChildren(version);
      assert.ok(rows.length > 200);
      assert.equal(rows.at(-1)?.kind, 'failed');
    });

    it('shows the files of a run when it cannot be told what it made', async () => {
      const server = new MemoryServer();
      server.keep(server.experiment('churn'), 'train', { files: { 'a.txt': 'a' } });
      server.lineage = () => Promise.reject(new ArtifactError('offline', 'mlflow.example'));
      const { labels } = treeOf(server);
      assert.deepEqual(await labels('Local', 'ada', 'Runs', 'churn', 'train'), ['a.txt', 'Not reachable']);
    });

    it('draws the connection on Refresh that could not be opened before', async () => {
      const { data, connections, labels, at, fired } = treeOf(provider);
      provider.log('ada/churn', '1.0.0', {});
      const get = connections.get.bind(connections);
      connections.get = () => Promise.reject(new ArtifactError('offline', 'mlflow.example'));
      assert.deepEqual(await labels('Local'), ['Not reachable']);
      connections.get = get;
      await data.reload();
      assert.deepEqual(fired, [(await at('Local')).id]);
      assert.deepEqual(await labels('Local'), ['ada']);
    });

    it('shows the other connections', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const broken = new MemoryProvider('team');
      broken.failure = new ArtifactError('offline', 'team');
      const { labels } = treeOf(provider, broken);
      assert.deepEqual(await labels('team'), ['Not reachable']);
      assert.deepEqual(await labels('Local'), ['ada']);
    });
  });

  describe('that is filtered', () => {
    it('shows artifacts whose name contains the text, and the workspaces that have some', async () => {
      provider.log('ada/churn-data', '1.0.0', {});
      provider.log('ada/resnet', '1.0.0', {});
      provider.log('bob/other', '1.0.0', {});
      const { data, labels } = treeOf(provider);
      await labels('Local', 'ada');
      data.reset('CHURN');
      assert.deepEqual(await labels('Local'), ['ada']);
      assert.deepEqual(await labels('Local', 'ada'), ['churn-data']);
    });

    it('says so when there is none', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { data, labels } = treeOf(provider);
      let looks = 0;
      data.onDidLook(() => looks++);
      data.reset('zebra');
      assert.equal(data.findsNothing, false);
      await labels('Local');
      assert.deepEqual([data.findsNothing, looks > 0], [true, true]);
      data.reset('chu');
      await labels('Local');
      assert.equal(data.findsNothing, false);
    });

    it('is whole again without the filter', async () => {
      provider.log('ada/churn-data', '1.0.0', {});
      provider.log('bob/other', '1.0.0', {});
      const { data, labels } = treeOf(provider);
      data.reset('churn');
      await labels('Local');
      data.reset('');
      assert.deepEqual(await labels('Local'), ['ada', 'bob']);
    });
  });

  describe('as a card', () => {
    async function card(node: Node, data: TreeData): Promise<vscode.MarkdownString> {
      const item = await data.resolveTreeItem(data.getTreeItem(node), node, new vscode.CancellationTokenSource().token);
      return item.tooltip as vscode.MarkdownString;
    }

    it('tells reference, aliases, metadata, run and commit of a version', async () => {
      const run = await provider.startRun({ connection: 'local', workspace: 'ada', name: 'train' });
      provider.log('ada/churn', '1.0.0', {}, { aliases: ['prod'], run: run.run, metadata: { rows: 120, git: { commit: '3f2c1ab9d0e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4', branch: 'main', dirty: true } } });
      const { data, at } = treeOf(provider);
      const { value } = await card(await at('Local', 'ada', 'churn', '1.0.0'), data);
      for (const part of ['ada&#47;churn&#58;1&#46;0&#46;0', 'Latest · prod', 'rows: 120', 'train', '3f2c1ab main &#40;dirty&#41;']) {
        assert.ok(value.includes(part), `${part} is not in ${value}`);
      }
    });

    it('tells what other clients keep beside an artifact and a version', async () => {
      provider.log('ada/churn', '1.0.0', {});
      provider.others = { serverTags: { owner: 'bob' }, description: 'for the *board*' };
      const { data, at } = treeOf(provider);
      for (const names of [['Local', 'ada', 'churn'], ['Local', 'ada', 'churn', '1.0.0']]) {
        const { value } = await card(await at(...names), data);
        assert.match(value, /for the &#42;board&#42;[^]*owner: bob/u);
      }
    });

    it('names a version as its server does, and its run by the name that the list does not tell', async () => {
      const server = new MemoryServer();
      const { run, connection, workspace } = server.keep(server.experiment('churn'), 'train 0412');
      server.log('ada/model', '1.0.0', {});
      server.others = { serverName: 'models:/model/1' };
      const versions = server.versions.bind(server);
      server.versions = async function* (ref) {
        for await (const version of versions(ref)) {
          yield { ...version, producer: { connection, workspace, run, name: run } };
        }
      };
      const { data, at } = treeOf(server);
      const { value } = await card(await at('Local', 'ada', 'model', '1.0.0'), data);
      assert.match(value, /models&#58;&#47;model&#47;1[^]*train 0412/u);
    });

    it('shows the first lines of a long description as lines', async () => {
      provider.log('ada/churn', '1.0.0', {});
      provider.others = { description: 'Churn\n\none\r\ntwo\nthree\nfour' };
      const { data, at } = treeOf(provider);
      const { value } = await card(await at('Local', 'ada', 'churn'), data);
      assert.match(value, /Churn {2}\none {2}\ntwo {2}\nthree {2}\n…/u);
      assert.ok(!value.includes('\ufffd') && !value.includes('&#65533;'), value);
    });

    it('shows the last values of the first metrics of a run, and does without where they cannot be read', async () => {
      const server = new MemoryServer();
      server.keep(server.experiment('churn'), 'train', { history: { auc: [0.9132456], loss: [3, NaN] } });
      const { at, data } = treeOf(server);
      const node = await at('Local', 'ada', 'Runs', 'churn', 'train');
      assert.match((await card(node, data)).value, /auc: 0&#46;913246 {2}\nloss: NaN/u);
      server.run = () => Promise.reject(new Error('gone'));
      assert.match((await card(node, data)).value, /train/u);
    });

    it('links to three commands only', async () => {
      provider.log('ada/churn', '1.0.0', {});
      const { data, at } = treeOf(provider);
      const { value, isTrusted } = await card(await at('Local', 'ada', 'churn', '1.0.0'), data);
      const linked = [...value.matchAll(/\(command:([\w.]+)\?/gu)].map(([, command]) => command);
      assert.deepEqual(linked, ['artifacts.showDetails', 'artifacts.downloadVersion', 'artifacts.copyReference']);
      assert.deepEqual(isTrusted, { enabledCommands: linked });
    });

    it('tells of a run how it stands, and links to its page and its files where there are any', async () => {
      const server = new MemoryServer();
      server.keep(server.experiment('churn'), 'train', { status: 'failed', started: 1_700_000_000_000, ended: 1_700_000_125_000 });
      const tree = treeOf(server);
      const { value } = await card(await tree.at('Local', 'ada', 'Runs', 'churn', 'train'), tree.data);
      assert.match(value, /failed · took 2 min 5 sec/u);
      assert.deepEqual([...value.matchAll(/\(command:([\w.]+)\?/gu)].map(([, command]) => command), ['artifacts.showDetails', 'artifacts.downloadVersion', 'artifacts.copyReference']);
      await provider.startRun({ connection: 'local', workspace: 'ada', name: 'here' });
      const { data, at } = treeOf(provider);
      assert.deepEqual([...(await card(await at('Local', 'ada', 'Runs', 'here'), data)).value.matchAll(/\(command:([\w.]+)\?/gu)].map(([, command]) => command), ['artifacts.copyReference']);
    });

    it('shows what strangers wrote as text', async () => {
      const evil = '[click](command:workbench.action.quit) <img src=x> $(alert) https://evil.example `code`';
      provider.log('ada/churn', '1.0.0', {}, { metadata: { [evil]: evil }, aliases: ['$(alert)'] });
      const { data, at } = treeOf(provider);
      const { value } = await card(await at('Local', 'ada', 'churn', '1.0.0'), data);
      assert.ok(!/command:workbench|<img|\$\(alert\)|https:\/\/|`/u.test(value), value);
    });
  });

  it('shows a name of several lines in one', async () => {
    provider.log('ada/two\nlines\u202e', '1.0.0', {});
    const { labels } = treeOf(provider);
    assert.deepEqual(await labels('Local', 'ada'), ['Runs', 'two\ufffdlines\ufffd']);
  });
});
