import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Artifact, VersionRef } from '../../src/model/artifact';
import type { Call } from '../../src/model/call';
import { ArtifactError, type ErrorCode, isAbort, notFound } from '../../src/model/errors';
import { rowsOf } from '../../src/ui/commands/artifactStep';
import { type Command, runCommand, type Verb } from '../../src/ui/commands/boundary';
import { asName } from '../../src/ui/commands/cargo';
import { invocationOf } from '../../src/ui/commands/invocation';
import { Memory } from '../../src/ui/commands/memory';
import { parsedMetadata } from '../../src/ui/commands/reviewChange';
import { subjectsOf } from '../../src/ui/commands/subject';
import { comparison } from '../../src/ui/commands/versionStep';
import { gitMetadata } from '../../src/ui/git';
import { sentenceOf, withoutLinks } from '../../src/ui/messages';
import { meantRow } from '../../src/ui/openPick';
import { cancelled } from '../../src/ui/prompts';
import { Rate } from '../../src/ui/rate';
import type { Services } from '../../src/ui/services';
import { createTransfers, describeProgress } from '../../src/ui/transfers';
import { assetUri } from '../../src/ui/documents/uris';
import { MemoryProvider } from '../support/memoryProvider';
import { silent, TestConnections, TestKeys, TestMemento, until } from './world';

const version: VersionRef = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
const node = (kind: string, ref: object): object => ({ kind, id: JSON.stringify(ref), ref, parent: undefined, value: undefined });

/** As much of the services as naming things takes. */
const services = (more: Partial<Services> = {}): Services => ({
  connections: new TestConnections(new MemoryProvider()), panels: { active: undefined }, tree: { selection: [] }, log: { ...silent, show: () => {} }, ...more,
}) as unknown as Services;

describe('the arguments of a command', () => {
  const file = vscode.Uri.file('/data/a.csv');

  it('are one file, or all that are selected, when the Explorer passes them', () => {
    const other = vscode.Uri.file('/data/b.csv');
    assert.deepEqual(invocationOf([file], 'subject').subjects, [file]);
    assert.deepEqual(invocationOf([file, [other, file]], 'subject').subjects, [file, other]);
  });

  it('are no answers when a menu passes where it was opened', () => {
    assert.equal(invocationOf([file, { groupId: 0, editorIndex: 1 }], 'subject').answers, undefined);
    assert.equal(invocationOf([file, [file]], 'subject').byCode, false);
    assert.equal(invocationOf([node('version', version), undefined], 'subject').byCode, false);
  });

  it('are subject and answers when code passes them, and when a key binding passes both as one', () => {
    const answers = { confirm: false };
    for (const args of [[file, answers], [[file, answers]]]) {
      const { subject, answers: found, byCode } = invocationOf(args, 'subject');
      assert.deepEqual([subject, found, byCode], [file, answers, true]);
    }
  });

  it('are answers alone for what is about nothing that can be selected', () => {
    assert.deepEqual(invocationOf([{ workspace: 'ada' }], 'answers').answers, { workspace: 'ada' });
    assert.equal(invocationOf([node('runs', version)], 'answers').answers, undefined);
  });
});

describe('what a command is about', () => {
  const subjects = (argument: unknown, more: Partial<Services> = {}, others?: unknown) => subjectsOf(services(more), invocationOf([argument, others], 'subject'));

  it('is read from a row, a ref, a reference and an asset that is open', async () => {
    const { version: _, ...artifact } = version;
    const expected = [{ kind: 'version', ref: version }];
    for (const argument of [node('version', version), version, 'ada/churn:1.0.0', 'churn:1.0.0', assetUri({ ...version, path: '' })]) {
      assert.deepEqual(await subjects(argument), expected, JSON.stringify(argument));
    }
    assert.deepEqual(await subjects('ada/churn'), [{ kind: 'artifact', ref: artifact }]);
    assert.deepEqual(await subjects('ada/churn:1.0.0/train/b.csv'), [{ kind: 'entry', ref: { ...version, path: 'train/b.csv' } }]);
    assert.deepEqual(await subjects(assetUri({ ...version, path: 'a b.csv' })), [{ kind: 'entry', ref: { ...version, path: 'a b.csv' } }]);
  });

  it('is the selection of the tree for its key bindings only', async () => {
    const tree = { selection: [node('version', version)] } as unknown as Services['tree'];
    assert.deepEqual(await subjects({ selection: true }, { tree }), [{ kind: 'version', ref: version }]);
    assert.deepEqual(await subjects(undefined, { tree }), []);
  });

  it('is the page that has the focus when nothing is named', async () => {
    const panels = { active: version } as unknown as Services['panels'];
    assert.deepEqual(await subjects(undefined, { panels }), [{ kind: 'version', ref: version }]);
  });

  it('is every selected row, the clicked one first', async () => {
    const [first, second] = [node('version', version), node('version', { ...version, version: '2.0.0' })];
    const found = await subjects(second, {}, [first, second]);
    assert.deepEqual(found.map((each) => 'version' in each.ref && each.ref.version), ['2.0.0', '1.0.0']);
  });
});

describe('a command that fails', () => {
  const run = (verb: Verb, args: readonly unknown[], more: Partial<Command> = {}): Promise<unknown> =>
    runCommand(services(), 'artifacts.test', { load: async () => verb, ...more }, args);
  const failing: Verb = async () => {
    throw notFound('version 1.2.0 of ada/churn');
  };

  it('rejects with the code and a sentence for who passed answers', async () => {
    await assert.rejects(run(failing, ['ada/churn', { confirm: false }]), (error: Error & { code?: string }) =>
      error.code === 'notFound' && error.message === 'Not found: version 1.2.0 of ada/churn.');
  });

  it('rejects for who only asked', () => assert.rejects(run(failing, [], { quiet: true }), { code: 'notFound' }));

  it('tells a person, and does not reject besides', async () => {
    assert.equal(await run(failing, [node('version', version)]), undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('does nothing for a row that VS Code does not know any more, whatever page is in view', async () => {
    let calls = 0;
    const verb: Verb = async () => {
      calls++;
    };
    for (const args of [[undefined, undefined], [undefined, [undefined, node('version', version)]], [node('version', version), [node('version', version), undefined]]]) {
      await run(verb, args);
    }
    assert.equal(calls, 0);
    await run(verb, []);
    await run(verb, [node('version', version), undefined]);
    await run(verb, [undefined, { connection: 'local' }]);
    assert.equal(calls, 3);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('is silent when it was cancelled, for people and for code', async () => {
    const leaving: Verb = async () => {
      throw cancelled();
    };
    assert.equal(await run(leaving, []), undefined);
    assert.equal(await run(leaving, ['x', {}]), undefined);
  });
});

describe('messages', () => {
  it('say in one sentence what happened to what, for every code', () => {
    const codes: readonly ErrorCode[] = [
      'signInNeeded', 'forbidden', 'notFound', 'alreadyExists', 'offline', 'rateLimited', 'serverFault', 'corrupt', 'unsafePath', 'noSpace', 'noAccess', 'diskFault',
    ];
    for (const code of codes) {
      assert.match(sentenceOf(new ArtifactError(code, 'ada/churn')), /^\p{Lu}.*ada\/churn.*\.$/u);
    }
    assert.equal(sentenceOf(new ArtifactError('invalid', 'A name is needed.')), 'A name is needed.');
  });

  it('never hold a link or a line break that somebody wrote into a name', () => {
    assert.doesNotMatch(withoutLinks('[click](command:artifacts.deleteVersion)\nnow'), /\]\(|\n/u);
  });
});

describe('prompts in parts', () => {
  const artifact = (name: string, type = 'dataset'): Artifact => ({ connection: 'local', workspace: 'ada', artifact: name, type, tags: [], latest: '1.0.0' });
  const labels = (...args: Parameters<typeof rowsOf>): readonly string[] => rowsOf(...args).rows.map((row) => row.label.replace(/^\$\([\w-]+\) /u, ''));

  it('offer what the files were logged to before, then what looks like them, then a new artifact, then the others', () => {
    const all = [artifact('zebra', 'model'), artifact('apple'), artifact('churn-data'), artifact('before')];
    assert.deepEqual(labels(all, 'churn', '', 'before', 'dataset'), ['before', 'churn-data', 'New artifact “churn”', 'Other Artifacts', 'apple', 'zebra']);
    assert.equal(rowsOf(all, 'churn', '', 'before', 'dataset').preferred?.value?.artifact, 'before');
  });

  it('prefer a new artifact when none has the name', () => {
    assert.equal(rowsOf([artifact('churn-data')], 'churn', '', undefined, 'dataset').preferred?.value?.artifact, 'churn');
  });

  it('take what is typed as a name, and say what is wrong with it', () => {
    assert.ok(labels([], 'churn', 'other', undefined, undefined).includes('New artifact “other”'));
    const [wrong] = rowsOf([], 'churn', 'a:b', undefined, undefined).rows;
    assert.equal(wrong?.value, undefined);
  });

  it('never make an icon of a name', () => {
    assert.ok(rowsOf([artifact('$(trash)')], 'x', '', undefined, undefined).rows.some((row) => row.label.includes('\\$(trash)')));
  });

  it('say what changed, in words', () => {
    const compared = { version: '2.1.0', changed: 3, added: 1, same: 8, removed: 0 };
    assert.equal(comparison(compared), '3 changed, 1 new, 8 the same as 2.1.0');
    assert.equal(comparison({ ...compared, changed: 0, added: 0 }), 'nothing changed since 2.1.0');
    assert.equal(comparison({ ...compared, added: 0, same: 0, removed: 2 }), '3 changed, 2 removed, compared with 2.1.0');
  });

  it('take metadata only as a JSON object', () => {
    assert.deepEqual([parsedMetadata(' '), parsedMetadata('{"a":[1]}')], [{}, { a: [1] }]);
    assert.deepEqual(['[1]', '1', 'null', '{a:1}', '"x"'].map(parsedMetadata), Array.from({ length: 5 }, () => undefined));
  });

  it('make a legal name of any file name', () => {
    assert.deepEqual(['churn', 'a:b\\c', 'x\ny', ' ', '..'].map(asName), ['churn', 'a-b-c', 'x-y', 'artifact', 'artifact']);
    assert.equal(asName('é'.repeat(300)).length, 100);
  });

  it('take what was typed with Enter, unless it only narrowed the list', () => {
    const [prod, production, fresh] = [{ label: 'prod' }, { label: 'production' }, { label: 'pro' }];
    assert.deepEqual(meantRow('pro', [fresh, prod, production], prod), []);
    assert.deepEqual(meantRow('pro', [fresh, prod, production], fresh), [fresh]);
    assert.deepEqual(meantRow('new', [{ label: 'new' }, prod], undefined), [{ label: 'new' }]);
    assert.deepEqual(meantRow('', [prod], prod), []);
  });
});

describe('what is remembered', () => {
  it('is where files were logged to and folders came from, the newest first, and not without end', async () => {
    const memory = new Memory({ workspaceState: new TestMemento(), globalState: new TestMemento() });
    for (let index = 0; index < 250; index++) {
      await memory.logged([`/data/${index}`], version);
    }
    await memory.downloaded('/down', version);
    assert.equal(memory.artifactOf(['/data/249'])?.artifact, 'churn');
    assert.equal(memory.artifactOf(['/data/0']), undefined);
    assert.deepEqual(memory.placesOf(version)[0], ['/data/249']);
    assert.deepEqual([memory.versionIn('/down'), memory.foldersOf(version), memory.workspaceOn('local')], [version, ['/down'], 'ada']);
  });

  it('is the same for the same files in any order', async () => {
    const memory = new Memory({ workspaceState: new TestMemento(), globalState: new TestMemento() });
    await memory.logged(['/b', '/a'], version);
    assert.equal(memory.artifactOf(['/a', '/b'])?.artifact, 'churn');
  });
});

describe('transfers', () => {
  it('give the result, and are listed while they last', async () => {
    const keys = new TestKeys();
    const transfers = createTransfers(keys);
    let listed: readonly string[] = [];
    const result = await transfers.run('Logging churn', async ({ onProgress }: Call) => {
      onProgress?.({ bytes: 12_300_000, totalBytes: 48_200_000 });
      listed = transfers.running.map(({ title, state }) => `${title}: ${state}`);
      assert.equal(keys.values.get('artifacts.transferring'), true);
      return 'done';
    });
    assert.deepEqual([result, listed, transfers.running], ['done', ['Logging churn: 12.3 MB of 48.2 MB'], []]);
    assert.equal(keys.values.get('artifacts.transferring'), false);
    transfers.dispose();
  });

  it('end at once when they are cancelled', async () => {
    const transfers = createTransfers(new TestKeys());
    const running = transfers.run('Logging', ({ signal }) => new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    }));
    transfers.running[0]?.cancel();
    await assert.rejects(running, isAbort);
    transfers.dispose();
  });

  it('stop when the window closes, which waits for them, and are not told that they were cancelled', async () => {
    const transfers = createTransfers(new TestKeys());
    let isAtRest = false;
    const running = transfers.run('Downloading', async ({ signal }) => {
      await new Promise((resolve) => { signal?.addEventListener('abort', resolve); });
      await after(50);
      isAtRest = true;
      signal?.throwIfAborted();
    });
    const failed = assert.rejects(running, (error) => !isAbort(error));
    await transfers.end();
    assert.ok(isAtRest);
    await failed;
    transfers.dispose();
  });

  it('pass on what went wrong, also after their notification came up', async () => {
    const transfers = createTransfers(new TestKeys());
    await assert.rejects(transfers.run('Logging', async () => {
      await after(700);
      throw notFound('x');
    }), { code: 'notFound' });
    transfers.dispose();
  });

  it('say bytes, files, rate and time left', () => {
    const progress = { bytes: 10_000_000, totalBytes: 50_000_000, files: 3, totalFiles: 12 };
    assert.equal(describeProgress(progress, 10_000_000, 'en'), '10 MB of 50 MB · 3 of 12 files · 10 MB/s · 4s left');
    assert.equal(describeProgress({ bytes: 0 }, undefined, 'en'), 'Preparing…');
  });

  it('measure the rate of the last seconds', () => {
    const rate = new Rate();
    rate.add(0, 0);
    assert.equal(rate.bytesPerSecond, undefined);
    rate.add(1000, 1000);
    assert.equal(rate.bytesPerSecond, 1000);
    rate.add(1000, 20_000);
    assert.equal(rate.bytesPerSecond, undefined);
  });
});

describe('Git', () => {
  const [root] = vscode.workspace.workspaceFolders ?? [];
  const folder = root?.uri.fsPath ?? '';
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();

  it('gives commit, branch and place of files, and the remote without its credentials', async () => {
    git('remote', 'add', 'secretive', 'https://ada:hunter2@git.example.com/team/churn.git');
    try {
      await until(async () => (await gitMetadata([path.join(folder, 'data')]))?.['remote'] !== undefined, 'Git knows the remote');
      const metadata = await gitMetadata([path.join(folder, 'data')]);
      assert.deepEqual({ ...metadata, dirty: undefined }, {
        commit: git('rev-parse', 'HEAD'), branch: git('branch', '--show-current'), dirty: undefined, remote: 'https://git.example.com/team/churn.git', path: 'data',
      });
    } finally {
      git('remote', 'remove', 'secretive');
    }
  });

  it('gives nothing for files that are in no repository', async () => assert.equal(await gitMetadata(['/']), undefined));

  it('opens a commit of a repository that is open here', async () => {
    await vscode.commands.executeCommand('artifacts.openCommit', { commit: git('rev-parse', 'HEAD') });
    await until(() => vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0), 'the commit is open');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
