import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { invalid, isAbort, offline } from '../../src/model/errors';
import { chooseRun } from '../../src/ui/commands/chooseRun';
import { chooseVersion } from '../../src/ui/commands/chooseVersion';
import type { Invocation } from '../../src/ui/commands/invocation';
import { editAliases, editTags } from '../../src/ui/commands/labelPicks';
import { openAsset } from '../../src/ui/commands/openAsset';
import { DetailsPage } from '../../src/ui/details/panelPage';
import { RunPage } from '../../src/ui/details/runPage';
import { showError } from '../../src/ui/messages';
import { BACK, Prompts } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { createStatusBar } from '../../src/ui/statusBar';
import type { Node } from '../../src/ui/tree/nodes';
import { TreeData } from '../../src/ui/tree/treeData';
import { faultyMlflow } from '../support/faultyMlflow';
import { MemoryServer } from '../support/memoryServer';
import { MlflowDouble } from '../support/mlflowDouble';
import { logVersion } from '../support/providers';
import { pageStand } from './pageStand';
import { LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { silent, TestConnections, TestKeys, testRuns, until } from './world';

/** All that a stranger may try, in one name. */
const EVIL = '<img src=x onerror=y> [pay](command:workbench.action.quit) [see](https://evil.example) $(trash) `code`\n\r**bold** cat\u202egnp.exe\u2067 \u0000';
const HUGE = `${EVIL}${'x'.repeat(1_000_000)}`;
const MOST = 1200;

/** What a label, a row or a sentence may say: one line, in order, as long as somebody may read. */
function isLine(text: string, what: string): void {
  assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u, what);
  assert.ok(text.length <= MOST, `${what} has ${text.length} characters`);
}

const hasIcon = (text: string): boolean => /(?<!\\)\$\([\w~-]+\)/u.test(text.replace(/^\$\([\w~-]+\) /u, ''));

describe('text of strangers', () => {
  let server: MemoryServer;
  let connections: TestConnections;
  let services: Services;
  const found: vscode.Disposable[] = [];

  /** In the place of a function of the window until the test has ended. */
  function replace(name: keyof typeof vscode.window, by: unknown): void {
    const before: unknown = vscode.window[name];
    Object.defineProperty(vscode.window, name, { value: by, configurable: true, writable: true });
    found.push(new vscode.Disposable(() => Object.defineProperty(vscode.window, name, { value: before, configurable: true, writable: true })));
  }

  beforeEach(() => {
    server = new MemoryServer();
    const run = server.keep(server.experiment(HUGE), HUGE, {
      status: 'running', user: HUGE, description: HUGE, parameters: { [EVIL]: HUGE }, tags: { [EVIL]: HUGE }, history: { [HUGE]: [1, 2] }, files: { [`${EVIL}.txt`]: 'x' },
    });
    server.keep(server.experiment('models'), HUGE, { kind: 'model' });
    server.log(`ada/${EVIL.replaceAll('/', '')}`, '1.0.0', { [`deep/${EVIL.replaceAll('/', '')}`]: 'x', 'link.csv': { elsewhere: HUGE } }, { aliases: [EVIL, HUGE], metadata: { [EVIL]: HUGE }, run: run.run, type: HUGE });
    connections = new TestConnections(server);
    services = { connections, log: { ...silent, show: () => {} }, panels: { active: undefined } } as unknown as Services;
  });

  afterEach(() => {
    found.splice(0).forEach((each) => each.dispose());
  });

  /** Looks at every row and card, and counts the rows. */
  async function rowsOf(of: TestConnections): Promise<number> {
    const data = new TreeData({ connections: of, runs: testRuns(of), contextKeys: new TestKeys(), log: silent, explain: () => HUGE });
    found.push(data);
    let rows = 0;
    const look = async (node?: Node): Promise<void> => {
      for (const row of await data.getChildren(node)) {
        rows++;
        const item = data.getTreeItem(row);
        for (const [part, text] of Object.entries({ label: item.label, description: item.description ?? '', spoken: item.accessibilityInformation?.label ?? '' })) {
          assert.ok(typeof text === 'string');
          // Of several parts each may be as long as a line.
          text.split(/ · |, /u).forEach((each) => isLine(each, `${part} of ${row.kind}`));
        }
        const card = (await data.resolveTreeItem(item, row, new vscode.CancellationTokenSource().token)).tooltip;
        if (card instanceof vscode.MarkdownString) {
          assert.equal(card.supportHtml ?? false, false);
          assert.ok(card.value.length < 20_000, `the card of ${row.kind} has ${card.value.length} characters`);
          assert.doesNotMatch(card.value, /<img|command:workbench|https:|\$\(trash\)|`|\u202e|\*\*bold/u);
        }
        if (row.kind !== 'asset') {
          await look(row);
        }
      }
    };
    await look();
    return rows;
  }

  it('stays one line in each row of the tree, its card included', async function () {
    this.timeout(30_000);
    const rows = await rowsOf(connections);
    assert.ok(rows >= 14, `${rows} rows were looked at`);
  });

  it('stays one line in each row of an MLflow, its card included', async function () {
    this.timeout(60_000);
    const double = new MlflowDouble();
    const mlflow = await faultyMlflow({ double });
    try {
      const provider = await mlflow.open();
      const run = await provider.startRun!({ connection: 'mlflow', workspace: 'default', name: 'train' });
      await logVersion(provider, { draft: { workspace: 'default', producer: run, aliases: ['v1'] }, files: { 'a.txt': 'a' }, links: [{ path: 'link.csv', link: HUGE }] });
      double.runs.forEach((each) => {
        each.fields = { ...each.fields, run_name: HUGE };
        each.tags.set('mlflow.note.content', HUGE).set(EVIL, HUGE).set('mlflow.user', HUGE);
      });
      const theirs = double.models.get('churn')!;
      theirs.tags.set('mlartifacts.type', HUGE).set(EVIL, HUGE);
      theirs.aliases.set(EVIL, '1').set(HUGE, '1');
      theirs.versions[0]!.tags.set('mlartifacts.tags', JSON.stringify([EVIL, HUGE])).set('mlartifacts.metadata', JSON.stringify({ [EVIL]: HUGE })).set('mlartifacts.source_run_name', HUGE).set(EVIL, HUGE);
      const before = mlflow.requests.length;
      const rows = await rowsOf(new TestConnections(provider));
      assert.ok(rows >= 8 && mlflow.requests.length > before, `${rows} rows were looked at`);
    } finally {
      await mlflow.close();
    }
  });

  it('stays one line in the row of what failed', async () => {
    server.failure = offline(HUGE);
    const data = new TreeData({ connections, runs: testRuns(connections), contextKeys: new TestKeys(), log: silent, explain: () => HUGE });
    found.push(data);
    const [root] = await data.getChildren();
    const [row] = await data.getChildren(root);
    const item = data.getTreeItem(row!);
    assert.equal(row?.kind, 'failed');
    isLine(item.label as string, 'label');
    isLine(item.tooltip as string, 'tooltip');
  });

  it('makes no icons and no lines in lists to choose from', async () => {
    const artifact = { connection: 'local', workspace: 'ada', artifact: EVIL.replaceAll('/', '') };
    const prompts = new ScriptedPrompts(BACK, '\ufffd', BACK, LEAVE, LEAVE, LEAVE, BACK, LEAVE);
    const invocation = { prompts, subjects: [], subject: undefined, answers: undefined, byCode: false } as unknown as Invocation;
    const left = async (work: Promise<unknown>): Promise<void> => assert.rejects(work, isAbort);
    // A list is filled before it is left by going back.
    await chooseRun(prompts, server, 'ada', undefined);
    await left(chooseVersion(services, invocation, { title: EVIL, ofArtifact: 'ask' }));
    await left(editAliases(prompts, { title: EVIL }, server, artifact, [EVIL, HUGE], '2.0.0'));
    await left(editTags(prompts, { title: EVIL }, [EVIL, HUGE], []));
    await left(openAsset(services, { ...invocation, subject: { ...artifact, version: '1.0.0' }, subjects: [{ ...artifact, version: '1.0.0' }] }));
    assert.ok(prompts.isDone);
    // A run, an artifact, its version's aliases, two aliases, two tags, a folder and its link.
    assert.ok(prompts.said.filter((text) => text.includes('[pay]')).length >= 8, String(prompts.said.length));
    for (const text of prompts.said) {
      assert.ok(!hasIcon(text), text.slice(0, 200));
      isLine(text, 'a row');
    }
  });

  it('makes no links and no lines around lists and inputs', async () => {
    const made: (vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox)[] = [];
    const { createQuickPick, createInputBox } = vscode.window;
    const kept = <T extends (typeof made)[number]>(input: T): T => {
      made.push(input);
      return input;
    };
    replace('createQuickPick', () => kept(createQuickPick()));
    replace('createInputBox', () => kept(createInputBox()));
    const prompts = new Prompts();
    const frame = { title: HUGE, placeholder: HUGE, prompt: HUGE };
    const asked = [
      prompts.pick(frame, (pick) => {
        pick.title = HUGE;
        pick.placeholder = HUGE;
      }),
      prompts.pickMany(frame, []),
      prompts.input({ ...frame, problem: () => HUGE }),
    ];
    const ended = Promise.allSettled(asked);
    for (const input of made) {
      for (const text of [input.title, input.placeholder, input.prompt]) {
        isLine(text ?? '', 'a question');
      }
      assert.doesNotMatch(input.prompt ?? '', /\]\(/u);
    }
    assert.equal(made.length, 3);
    made.forEach((input) => input.hide());
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    made.forEach((input) => input.dispose());
    await ended;
  });

  it('makes no links and no lines in notifications', async () => {
    const told: string[] = [];
    replace('showErrorMessage', async (text: string) => void told.push(text));
    let detail = '';
    replace('showWarningMessage', async (text: string, options: vscode.MessageOptions) => {
      told.push(text);
      detail = options.detail ?? '';
    });
    await showError(offline(HUGE), { showLog: () => {} });
    await showError(invalid(HUGE), { showLog: () => {} });
    await showError(new Error(HUGE), { showLog: () => {} });
    await assert.rejects(new Prompts().confirm(HUGE, [HUGE, 'This cannot be undone.'], 'Delete'), isAbort);
    assert.equal(told.length, 4);
    for (const text of told) {
      isLine(text, 'a notification');
    }
    const [names = '', ...others] = detail.split('\n');
    isLine(names, 'what goes');
    assert.deepEqual(others, ['This cannot be undone.']);
    told.slice(0, 3).forEach((text) => assert.doesNotMatch(text, /\]\(/u));
  });

  it('makes no icon in the status bar, and leaves room beside it', async () => {
    const items: { text: string }[] = [];
    const { createStatusBarItem } = vscode.window;
    replace('createStatusBarItem', (...args: Parameters<typeof createStatusBarItem>) => {
      const item = createStatusBarItem(...args);
      items.push(item);
      return item;
    });
    const runs = testRuns(connections);
    await runs.select({ connection: 'local', workspace: 'ada', run: 'r-1', name: `$(trash) ${HUGE}` }, 'local');
    found.push(createStatusBar({ connections, runs }));
    const [item] = items;
    assert.ok(item !== undefined && !hasIcon(item.text), item?.text);
    isLine(item.text, 'the status bar');
    assert.ok(item.text.length < 100);
  });

  it('stays one short line on the tab of a page', async () => {
    const ref = { connection: 'local', workspace: 'ada', run: 'r-1' };
    const { page, panel, say, shown } = pageStand(server, (window, pageServices) => new RunPage(window, ref, pageServices));
    found.push(page);
    say({ kind: 'ready' });
    await shown('run');
    isLine(panel.title, 'the tab');
    assert.ok(panel.title.length <= 100);
  });

  it('stays a sentence on a page that cannot be read', async () => {
    server.failure = offline(HUGE);
    const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
    const { page, say, state } = pageStand(server, (window, pageServices) => new DetailsPage(window, ref, pageServices));
    found.push(page);
    say({ kind: 'ready' });
    await until(() => state()?.status === 'failed' || state()?.status === 'gone', 'the page says so');
    const told = state();
    isLine(told !== undefined && 'sentence' in told ? told.sentence : HUGE, 'the sentence');
  });
});
