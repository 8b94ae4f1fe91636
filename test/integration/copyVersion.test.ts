import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { LogResult } from '../../src/ui/commands/logFlow';
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

  it('takes another workspace, name and bump on the same connection, without the aliases', async () => {
    const { reference } = await log({ version: '2.1.0', aliases: ['prod'] });
    const result = await call('copyVersion', reference, { to: 'local', artifact: 'renamed', version: 'minor', aliases: false, confirm: false });
    assert.deepEqual([result.reference, result.connection], [`${workspace}/renamed:1.0.0`, 'local']);
    assert.deepEqual((await call('listVersions', `${workspace}/renamed`))[0]!.aliases, []);
  });

  it('says that a connection is missing, and refuses misspelt answers', async () => {
    const { reference } = await log();
    await fails('notFound', call('copyVersion', reference, { to: 'nowhere', confirm: false }));
    await fails('invalid', call('copyVersion', reference, { too: other, confirm: false }));
  });
});
