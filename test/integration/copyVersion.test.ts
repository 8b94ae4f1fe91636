import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import { lookAtPlace, readOriginal } from '../../src/operations/copyVersion';
import { reviewRows } from '../../src/ui/commands/copySteps';
import type { LogResult } from '../../src/ui/commands/logFlow';
import { readSettings } from '../../src/ui/settings';
import { localProvider } from '../support/providers';
import { call } from './verbs';

describe('artifacts.copyVersion', () => {
  let folder: string;
  let workspace: string;
  let other: string;
  let count = 0;

  beforeEach(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'copy-')));
    workspace = `copy-${Date.now()}-${count++}`;
    other = `team-${workspace}`;
    fs.writeFileSync(path.join(folder, 'a.csv'), 'x,y\n1,2\n');
    await call('addConnection', { kind: 'local', name: other, path: path.join(folder, 'team') });
  });
  afterEach(async () => {
    await call('removeConnection', other);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const log = (answers: object = {}): Thenable<LogResult> =>
    call('logArtifact', vscode.Uri.file(path.join(folder, 'a.csv')), { workspace, artifact: 'churn', version: 'major', confirm: false, ...answers });
  const fails = async (code: string, work: Thenable<unknown>): Promise<void> =>
    assert.rejects(async () => work, (error: Error & { code?: string }) => error.code === code);

  it('takes a version to another connection under its number', async () => {
    const { reference } = await log({ version: '2.1.0', aliases: ['prod'], metadata: { rows: 1 } });
    const result = await call('copyVersion', reference, { to: other, workspace: 'lab', confirm: false });
    assert.deepEqual(result, { reference: 'lab/churn:2.1.0', connection: other, workspace: 'lab', artifact: 'churn', version: '2.1.0', assets: 1, bytes: 8 });
    const [version] = await call('listVersions', 'lab/churn', { connection: other });
    assert.deepEqual([version!.aliases, version!.metadata['copiedFrom']], [['prod'], { reference, connection: 'local' }]);
  });

  it('copies nothing where the same content has the number already', async () => {
    const { reference } = await log();
    const first = await call('copyVersion', reference, { to: other, confirm: false });
    assert.deepEqual(await call('copyVersion', reference, { to: other, confirm: false }), first);
    assert.equal((await call('listVersions', `${first.workspace}/churn`, { connection: other })).length, 1);
  });

  it('takes the next number where another version has this one, and refuses it when it is asked for', async () => {
    const { reference } = await log();
    await log({ connection: other });
    fs.writeFileSync(path.join(folder, 'a.csv'), 'changed');
    const changed = await log({ artifact: 'changed' });
    const place = { to: other, workspace, artifact: 'churn', confirm: false };
    await fails('alreadyExists', call('copyVersion', changed.reference, { ...place, version: '1.0.0' }));
    assert.equal((await call('copyVersion', changed.reference, place)).version, '2.0.0');
    assert.equal((await call('copyVersion', reference, place)).version, '1.0.0');
  });

  it('takes the next number where this one was used once and deleted', async () => {
    const { reference } = await log();
    await log({ connection: other });
    await call('deleteVersion', `${workspace}/churn:1.0.0`, { connection: other, confirm: false });
    assert.equal((await call('copyVersion', reference, { to: other, workspace, confirm: false })).version, '2.0.0');
  });

  it('says before it copies which aliases move, and from where', async () => {
    const { reference } = await log({ version: '2.1.0', aliases: ['prod', 'eu'] });
    await log({ connection: other, aliases: ['prod'] });
    const { store, team } = { store: await localProvider(readSettings().storePath, 'local'), team: await localProvider(path.join(folder, 'team'), other) };
    try {
      const original = await readOriginal(store, { connection: 'local', workspace, artifact: 'churn', version: reference.replace(/.*:/u, '') });
      const place = { connection: other, workspace, artifact: 'churn' };
      const seen = await lookAtPlace(original, team, place, '2.1.0');
      const choice = { provider: team, workspace, artifact: 'churn', version: '2.1.0', aliases: true };
      const texts = reviewRows(choice, original, seen).map(({ label, description }) => [label, description]);
      assert.deepEqual(texts, [
        [`$(copy) Copy 1 file, 8 B to ${other}`, `${workspace}/churn`], ['Change', undefined], ['$(tag) Aliases', 'prod moves here from 1.0.0, eu'],
      ]);
      assert.equal(reviewRows({ ...choice, aliases: false }, original, seen).at(-1)?.description, 'none');
    } finally {
      await Promise.all([store.dispose(), team.dispose()]);
    }
  });

  it('takes another workspace, name and bump on the same connection, without the aliases', async () => {
    const { reference } = await log({ version: '2.1.0', aliases: ['prod'] });
    const result = await call('copyVersion', reference, { to: 'local', artifact: 'renamed', version: 'minor', aliases: false, confirm: false });
    assert.deepEqual([result.reference, result.connection], [`${workspace}/renamed:1.0.0`, 'local']);
    assert.deepEqual((await call('listVersions', `${workspace}/renamed`))[0]!.aliases, []);
  });

  it('records the active run of where it goes as the producer, and makes none', async () => {
    const { reference } = await log();
    const place = { to: other, workspace, confirm: false };
    await call('copyVersion', reference, { ...place, artifact: 'before' });
    const run = await call('selectRun', { connection: other, workspace, name: 'carry' });
    await call('copyVersion', reference, { ...place, artifact: 'after' });
    const producers = async (artifact: string): Promise<string[]> =>
      (await call('lineage', `${workspace}/${artifact}:1.0.0`, { connection: other })).nodes.flatMap((node) => (node.kind === 'run' ? [node.ref.run] : []));
    assert.deepEqual([await producers('before'), await producers('after')], [[], [run.run]]);
  });

  it('refuses the files of a run', () => fails('unsupported', call('copyVersion', `${workspace}/@run:r1`, { to: other, confirm: false })));

  it('says that a connection is missing, and refuses misspelt answers', async () => {
    const { reference } = await log();
    await fails('notFound', call('copyVersion', reference, { to: 'nowhere', confirm: false }));
    await fails('invalid', call('copyVersion', reference, { too: other, confirm: false }));
  });

  describe('as a person is asked', () => {
    const press = async (command: string): Promise<void> => {
      await call('listArtifacts');
      await after(800);
      await vscode.commands.executeCommand(command);
    };
    const enter = (): Promise<void> => press('workbench.action.acceptSelectedQuickOpenItem');

    afterEach(() => vscode.commands.executeCommand('workbench.action.closeQuickOpen'));

    it('goes to the other connection under its name and number by Enter alone', async () => {
      const { reference } = await log({ version: '2.1.0' });
      const copying = call('copyVersion', reference);
      // Connection, workspace, artifact, number, and the line that says what is copied.
      for (let step = 0; step < 5; step++) {
        await enter();
      }
      const result = await copying;
      assert.deepEqual([result.connection, result.artifact, result.version], [other, 'churn', '2.1.0']);
    });

    it('offers the next number where another version has this one', async () => {
      await log({ connection: other });
      fs.writeFileSync(path.join(folder, 'a.csv'), 'changed');
      const changed = await log({ artifact: 'changed' });
      const copying = call('copyVersion', changed.reference, { to: other, workspace, artifact: 'churn' });
      await enter();
      await enter();
      assert.equal((await copying).version, '2.0.0');
    });

    it('writes nothing when it is left', async () => {
      const { reference } = await log();
      const copying = call('copyVersion', reference, { to: other, workspace });
      await enter();
      await press('workbench.action.closeQuickOpen');
      assert.equal(await copying, undefined);
      await fails('notFound', call('listVersions', `${workspace}/churn`, { connection: other }));
    });
  });
});
