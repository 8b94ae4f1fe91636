import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Asset, RunDetails, RunRef, VersionRef } from '../../src/model/artifact';
import { notFound, offline, signInNeeded } from '../../src/model/errors';
import { type Lineage, runNodeId, versionNodeId } from '../../src/model/lineage';
import { DetailsPage } from '../../src/ui/details/panelPage';
import { MemoryProvider } from '../support/memoryProvider';
import { pageStand } from './pageStand';
import { until } from './world';

const ref = (version = '1.0.0', artifact = 'churn'): VersionRef => ({ connection: 'local', workspace: 'ada', artifact, version });
const query = { filter: '', sort: 'name', descending: false } as const;

/** `train` used each version it is asked about; nobody made it. `huge` has 100,000 files. */
class TracingProvider extends MemoryProvider {
  /** Thrown when files are listed. */
  trouble: Error | undefined;

  override async* assets(of: VersionRef): AsyncGenerator<Asset, void, undefined> {
    if (this.trouble) {
      throw this.trouble;
    }
    if (of.artifact !== 'huge') {
      yield* super.assets(of);
      return;
    }
    for (let index = 0; index < 100_000; index++) {
      yield { kind: 'asset', ...of, path: `train/part-${String(index).padStart(6, '0')}.csv`, size: index, type: 'data' };
    }
  }

  override async lineage(of: VersionRef | RunRef): Promise<Lineage> {
    if ('run' in of) {
      const made = ref('1.0.0', 'model');
      return {
        focus: runNodeId(of), edges: [{ from: runNodeId(of), to: versionNodeId(made), relation: 'produced' }],
        nodes: [{ kind: 'run', id: runNodeId(of), ref: of, name: 'train' }, { kind: 'version', id: versionNodeId(made), ref: made, type: 'model', aliases: [] }],
        expanded: [runNodeId(of)], cut: { upstream: [], downstream: [] },
      };
    }
    const user = { connection: 'local', workspace: 'ada', run: 'r1' };
    return {
      focus: versionNodeId(of), edges: [{ from: versionNodeId(of), to: runNodeId(user), relation: 'consumed' }],
      nodes: [{ kind: 'version', id: versionNodeId(of), ref: of, type: 'dataset', aliases: [] }, { kind: 'run', id: runNodeId(user), ref: user, name: 'train' }],
      expanded: [versionNodeId(of)], cut: { upstream: [], downstream: [runNodeId(user)] },
    };
  }
}

describe('a details page', () => {
  let provider: TracingProvider;
  const pages: DetailsPage[] = [];

  function open(of = ref(), from: MemoryProvider = provider) {
    const opened = pageStand(from, (panel, services) => new DetailsPage(panel, of, services));
    pages.push(opened.page);
    return { ...opened, shown: () => opened.shown('version') };
  }

  beforeEach(() => {
    provider = new TracingProvider();
    provider.log('ada/churn', '1.0.0', { 'a.csv': 'x', 'b.csv': 'yy' }, { metadata: { git: { commit: '3f2c1ab9', dirty: true } }, aliases: ['prod'] });
  });

  afterEach(() => {
    pages.splice(0).forEach((page) => page.dispose());
  });

  it('admits one script by its nonce and nothing inline', () => {
    const { webview } = open();
    const [, nonce] = /script-src 'nonce-([\w-]{20,})'/u.exec(webview.html)!;
    assert.match(webview.html, /default-src 'none'/u);
    assert.equal(webview.html.match(/<script/gu)?.length, 1);
    assert.ok(webview.html.includes(`<script defer nonce="${nonce}" src="`));
    assert.doesNotMatch(webview.html, /unsafe|style=|<style|\son\w+=/u);
    assert.notEqual(open().webview.html, webview.html);
  });

  it('loads from dist and media alone', () => {
    const { webview } = open();
    const { localResourceRoots = [] } = webview.options as vscode.WebviewOptions;
    assert.deepEqual(localResourceRoots.map((root) => root.path), ['/extension/dist', '/extension/media']);
  });

  it('waits for its script, then says everything at once', async () => {
    const { received, say, shown } = open();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(received, []);
    say({ kind: 'ready' });
    const view = await shown();
    assert.equal(view.reference, 'ada/churn:1.0.0');
    assert.deepEqual(view.version.aliases, ['prod']);
    assert.deepEqual(view.git, { commit: '3f2c1ab9', dirty: true });
  });

  it('says everything again to a page that was hidden', async () => {
    const { received, say, shown } = open();
    say({ kind: 'ready' });
    await shown();
    received.length = 0;
    say({ kind: 'ready' });
    assert.equal((await shown()).reference, 'ada/churn:1.0.0');
  });

  it('counts the runs that used the version', async () => {
    const { say, state } = open();
    say({ kind: 'ready' });
    await until(() => {
      const page = state();
      return page?.status === 'shown' && page.value.kind === 'version' && page.value.usedBy?.runs === 1;
    }, 'the runs are counted');
  });

  it('offers only what the back end has a method for', async () => {
    const poor = new MemoryProvider();
    poor.log('ada/churn', '1.0.0', {});
    Object.assign(poor, { label: undefined, lineage: undefined });
    const { say, shown } = open(ref(), poor);
    say({ kind: 'ready' });
    assert.deepEqual((await shown()).can, { log: true, label: false, remove: false, python: false, lineage: false, openRuns: false, web: false });
  });

  it('changes in place when its artifact does', async () => {
    const { page, say, state } = open();
    say({ kind: 'ready' });
    await provider.label(ref(), { aliases: ['champion'] });
    page.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
    await until(() => {
      const now = state();
      return now?.status === 'shown' && now.value.kind === 'version' && now.value.version.aliases.join() === 'champion';
    }, 'the alias is shown');
  });

  it('leaves the version alone when another artifact changes', async () => {
    const { page, received, say, shown } = open();
    say({ kind: 'ready' });
    await shown();
    await new Promise((resolve) => setTimeout(resolve, 50));
    received.length = 0;
    page.changed({ connection: 'local', workspace: 'ada', artifact: 'other' });
    page.changed({ connection: 'elsewhere' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(received, []);
  });

  it('shows a sentence in the place of a version that was deleted', async () => {
    const { page, say, shown, state } = open();
    say({ kind: 'ready' });
    await shown();
    provider.artifactsByName.delete('ada/churn');
    page.changed({ connection: 'local' });
    await until(() => state()?.status === 'gone', 'the page says so');
    const gone = state();
    assert.match(gone?.status === 'gone' ? gone.sentence : '', /ada\/churn:1\.0\.0/u);
  });

  it('shows what failed, and tries again', async () => {
    provider.failure = new Error('no cable');
    const { say, shown, state } = open();
    say({ kind: 'ready' });
    await until(() => state()?.status === 'failed', 'the failure is shown');
    provider.failure = undefined;
    say({ kind: 'verb', verb: 'retry' });
    await shown();
  });

  it('offers to sign in where the server asks who it is, and only there', async () => {
    provider.failure = signInNeeded('team');
    const { page, say, state } = open();
    say({ kind: 'ready' });
    await until(() => state()?.status === 'failed', 'the failure is shown');
    const refused = state();
    assert.deepEqual(refused?.status === 'failed' && refused.signIn, true);
    provider.failure = offline('team');
    page.reconnected();
    await until(() => {
      const now = state();
      return now?.status === 'failed' && !now.signIn;
    }, 'the other failure is shown');
  });

  it('signs in where a person wants to, and reads on', async () => {
    provider.failure = signInNeeded('team');
    const { say, shown, state } = open();
    say({ kind: 'ready' });
    await until(() => state()?.status === 'failed', 'the failure is shown');
    const { executeCommand } = vscode.commands;
    const called: unknown[] = [];
    const instead = (value: unknown) => Object.defineProperty(vscode.commands, 'executeCommand', { value, configurable: true, writable: true });
    instead(async (...args: readonly unknown[]) => {
      called.push(args);
      provider.failure = undefined;
      return { connection: 'local' };
    });
    try {
      say({ kind: 'verb', verb: 'signIn' });
      await shown();
    } finally {
      instead(executeCommand);
    }
    assert.deepEqual(called, [['artifacts.signIn', { connection: 'local' }]]);
  });

  it('keeps showing what was true when reading again fails', async () => {
    const { page, say, shown, state } = open();
    say({ kind: 'ready' });
    await shown();
    provider.failure = new Error('no cable');
    page.changed({ connection: 'local' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(state()?.status, 'shown');
  });

  it('goes to the tab that somebody asked for', async () => {
    const { page, say, last } = open();
    page.show('lineage');
    say({ kind: 'ready' });
    assert.equal(last('tab')?.tab, 'lineage');
  });

  it('shows the tab that was asked for while it was hidden, once its script is back', async () => {
    const { page, say, hide, received, last } = open();
    say({ kind: 'ready' });
    hide();
    received.length = 0;
    page.show('lineage');
    assert.equal(last('tab'), undefined);
    say({ kind: 'ready' });
    assert.equal(last('tab')?.tab, 'lineage');
  });

  it('answers a page of files', async () => {
    const { say, last } = open();
    say({ kind: 'ready' });
    say({ kind: 'assets', query: { ...query, descending: true }, first: 0 });
    await until(() => last('assets')?.assets.status === 'shown', 'files are shown');
    const answer = last('assets')!.assets;
    assert.deepEqual(answer.status === 'shown' && answer.value.rows.map((row) => row.path), ['b.csv', 'a.csv']);
  });

  it('shows the first of 100,000 files before it knows all of them, and never more than 500 at once', async function () {
    this.timeout(60_000);
    provider.log('ada/huge', '1.0.0', {});
    const { say, received, last } = open(ref('1.0.0', 'huge'));
    say({ kind: 'ready' });
    const start = performance.now();
    let first: number | undefined;
    say({ kind: 'assets', query, first: 0 });
    await until(() => {
      const answer = last('assets')?.assets;
      if (answer?.status === 'shown' && answer.value.rows.length > 0 && !answer.value.complete) {
        first ??= performance.now() - start;
      }
      return answer?.status === 'shown' && answer.value.complete;
    }, 'all files are known', 30_000);
    const sizes = received.map((message) => (message.kind === 'assets' && message.assets.status === 'shown' ? message.assets.value.rows.length : 0));
    console.log(`      first rows of 100,000 after ${Math.round(first ?? Number.NaN)} ms, all after ${Math.round(performance.now() - start)} ms, ${sizes.filter((size) => size > 0).length} pages`);
    assert.ok(Math.max(...sizes) <= 500);
    assert.notEqual(first, undefined);
  });

  it('says when the files cannot be listed, and tries again', async () => {
    provider.trouble = new Error('no cable');
    const { say, last, shown } = open();
    say({ kind: 'ready' });
    await shown();
    say({ kind: 'assets', query, first: 0 });
    await until(() => last('assets')?.assets.status === 'failed', 'the failure is shown');
    provider.trouble = undefined;
    say({ kind: 'verb', verb: 'retry' });
    await until(() => last('assets')?.assets.status === 'shown', 'files are shown');
  });

  it('opens the lineage node by node', async () => {
    const { say, last } = open();
    const nodes = (): number => {
      const answer = last('lineage')?.lineage;
      return answer?.status === 'shown' ? answer.value.lineage.nodes.length : 0;
    };
    say({ kind: 'ready' });
    say({ kind: 'lineage', expand: [] });
    await until(() => nodes() === 2, 'neighbours are shown');
    say({ kind: 'lineage', expand: [{ connection: 'local', workspace: 'ada', run: 'r1' }] });
    await until(() => nodes() === 3, 'their neighbours are shown');
  });

  it('never asks another connection than its own', async () => {
    const { say, connections, last } = open();
    say({ kind: 'ready' });
    say({ kind: 'lineage', expand: [{ connection: 'secret', workspace: 'ada', run: 'r1' }] });
    await until(() => last('lineage')?.lineage.status === 'shown', 'the lineage is shown');
    assert.ok(!connections.asked.includes('secret'));
  });

  it('works out what changed in the versions that are looked at', async () => {
    provider.log('ada/churn', '2.0.0', { 'a.csv': 'xx', 'c.csv': 'z' });
    provider.log('ada/churn', '3.0.0', { 'a.csv': 'xx', 'c.csv': 'z' });
    const { say, last } = open();
    say({ kind: 'ready' });
    const changes = (): unknown[] => {
      const answer = last('history')?.history;
      return answer?.status === 'shown' ? answer.value.rows.map((row) => row.change) : [];
    };
    say({ kind: 'history', from: 1, to: 2 });
    await until(() => changes()[1] !== undefined, 'the change is known');
    assert.deepEqual(changes(), [undefined, { added: 1, removed: 1, changed: 1, bytes: 3 }, 'first']);
  });

  it('names the runs that made the versions that are looked at, where the list tells their ids', async () => {
    const { run } = await provider.startRun({ connection: 'local', workspace: 'ada', name: 'train 0412' });
    provider.log('ada/churn', '2.0.0', {}, { run });
    const named = provider.runsById.get(run)!;
    const versions = provider.versions.bind(provider);
    provider.versions = async function* (of) {
      for await (const version of versions(of)) {
        yield { ...version, producer: version.producer && { ...version.producer, name: run } };
      }
    };
    const asked: string[] = [];
    const from = Object.assign(provider, {
      run: async (wanted: RunRef): Promise<RunDetails> => {
        asked.push(wanted.run);
        return { ...named, metrics: [], parameters: {}, tags: {} };
      },
    });
    const { say, last } = open(ref(), from);
    say({ kind: 'ready' });
    const names = (): unknown[] => {
      const answer = last('history')?.history;
      return answer?.status === 'shown' ? answer.value.rows.map((row) => row.producer?.name) : [];
    };
    say({ kind: 'history', from: 1, to: 1 });
    await until(() => names().length > 0, 'the list is shown');
    assert.deepEqual([names(), asked], [[run, undefined], []]);
    say({ kind: 'history', from: 0, to: 1 });
    await until(() => names()[0] === 'train 0412', 'the run is named');
    say({ kind: 'history', from: 0, to: 1 });
    assert.deepEqual(asked, [run]);
  });

  it('copies the name of the version on its server', async () => {
    provider.others = { serverName: 'models:/churn/1' };
    const { say, shown } = open();
    say({ kind: 'ready' });
    assert.equal((await shown()).version.serverName, 'models:/churn/1');
    say({ kind: 'copyServerName' });
    await until(async () => await vscode.env.clipboard.readText() === 'models:/churn/1', 'it is in the clipboard');
  });

  it('opens another version on its own connection', async () => {
    const { say, opened } = open();
    say({ kind: 'ready' });
    say({ kind: 'openVersion', ref: { ...ref('2.0.0'), connection: 'secret' } });
    await until(() => opened.length > 0, 'it is opened');
    assert.deepEqual(opened, [ref('2.0.0')]);
  });

  it('copies a digest', async () => {
    const { say } = open();
    const digest = 'ab'.repeat(32);
    say({ kind: 'copyDigest', sha256: digest });
    await until(async () => await vscode.env.clipboard.readText() === digest, 'it is in the clipboard');
  });

  it('believes nothing that is not in the protocol', async () => {
    const { sayAnything, warnings, opened } = open();
    for (const message of [undefined, 'ready', { kind: 'eval' }, { kind: 'openVersion', ref: {} }]) {
      sayAnything(message);
    }
    assert.equal(warnings.length, 4);
    assert.deepEqual(opened, []);
  });

  it('says nothing after it was closed', async () => {
    const { page, say, received, shown } = open();
    say({ kind: 'ready' });
    await shown();
    say({ kind: 'assets', query, first: 0 });
    say({ kind: 'lineage', expand: [] });
    page.dispose();
    await new Promise((resolve) => setTimeout(resolve, 30));
    received.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(received, []);
  });
});

describe('details pages in the window', () => {
  const tabs = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('artifacts.details'))
    .map((tab) => tab.label);
  const workspace = 'details-pages';
  const reference = (version: string): string => `${workspace}/letters:${version}`;
  const folder = (): vscode.Uri => vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'details-pages');

  before(async function () {
    this.timeout(60_000);
    for (const letter of ['a', 'b']) {
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder(), `${letter}.txt`), Buffer.from(letter));
      await vscode.commands.executeCommand('artifacts.logArtifact', folder(), { workspace, artifact: 'letters', confirm: false });
    }
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder(), { recursive: true });
  });

  it('stand side by side, one a version', async () => {
    await vscode.commands.executeCommand('artifacts.showDetails', reference('1.0.0'), {});
    await vscode.commands.executeCommand('artifacts.showDetails', reference('2.0.0'), {});
    await until(() => tabs().length === 2, 'both are open');
    assert.deepEqual(tabs().sort(), ['letters 1.0.0', 'letters 2.0.0']);
  });

  it('come forward when their version is opened again, under whatever name', async () => {
    await vscode.commands.executeCommand('artifacts.showDetails', reference('1.0.0'), {});
    await vscode.commands.executeCommand('artifacts.showDetails', reference('Latest'), { tab: 'assets' });
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'letters 2.0.0', 'the page is in front');
    assert.equal(tabs().length, 2);
  });

  it('are not opened for what does not exist', async () => {
    await assert.rejects(async () => vscode.commands.executeCommand('artifacts.showDetails', reference('9.9.9'), {}), { code: notFound('').code });
    assert.equal(tabs().length, 2);
  });
});
