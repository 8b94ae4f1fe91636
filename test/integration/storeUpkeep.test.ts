import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Provider } from '../../src/providers/provider';
import { exportVersions } from '../../src/ui/commands/exportVersions';
import { freeUpSpace } from '../../src/ui/commands/freeUpSpace';
import { importVersions } from '../../src/ui/commands/importVersions';
import { invocationOf } from '../../src/ui/commands/invocation';
import type { LogResult } from '../../src/ui/commands/logFlow';
import { verificationReport } from '../../src/ui/commands/verificationReport';
import { assetUri } from '../../src/ui/documents/uris';
import type { Services } from '../../src/ui/services';
import { MemoryProvider } from '../support/memoryProvider';
import { localProvider, logVersion } from '../support/providers';
import { largeBytes } from '../support/stores';
import { type Answer, LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { call } from './verbs';
import { silent, TestConnections, TestMemento } from './world';

const fails = async (code: string, work: Thenable<unknown>): Promise<void> =>
  assert.rejects(async () => work, (error: Error & { code?: string }) => error.code === code);

describe('the upkeep of a store', () => {
  let folder: string;
  let count = 0;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'upkeep-')));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = (): string => path.join(folder, 'churn.tar');

  describe('by arguments', () => {
    let workspace: string;
    let team: string;

    beforeEach(async () => {
      workspace = `upkeep-${Date.now()}-${count++}`;
      team = `team-${workspace}`;
      fs.writeFileSync(path.join(folder, 'a.csv'), 'x,y\n1,2\n');
      await call('addConnection', { kind: 'local', name: team, path: path.join(folder, 'team') });
    });
    afterEach(() => call('removeConnection', team));

    const log = (answers: object = {}): Thenable<LogResult> =>
      call('logArtifact', vscode.Uri.file(path.join(folder, 'a.csv')), { workspace, artifact: 'churn', version: 'major', confirm: false, ...answers });

    it('carries an artifact to another store, and changes nothing the second time', async () => {
      await log({ aliases: ['prod'], metadata: { rows: 1 } });
      fs.writeFileSync(path.join(folder, 'a.csv'), 'changed');
      await log();
      assert.deepEqual(await call('exportVersions', { artifacts: [`${workspace}/churn`], file: file() }), { versions: 2, files: 2, bytes: 15, file: file() });
      const references = [`${workspace}/churn:1.0.0`, `${workspace}/churn:2.0.0`];
      const nothing = { connection: team, imported: [], same: [], healed: [], conflicts: [], keptLabels: [], keptAliases: [] };
      assert.deepEqual(await call('importVersions', { file: file(), connection: team, confirm: false }), { ...nothing, imported: references });
      assert.deepEqual(await call('importVersions', { file: file(), connection: team, confirm: false }), { ...nothing, same: references });
      const [, first] = await call('listVersions', `${workspace}/churn`, { connection: team });
      assert.equal(first!.version, '1.0.0');
      assert.deepEqual(first!.aliases, ['prod']);
      assert.equal(first!.metadata['rows'], 1);
    });

    it('tells of numbers and aliases that stand for something else, and brings the rest', async () => {
      await log({ aliases: ['prod'] });
      await log({ version: '2.0.0', aliases: ['prod'], metadata: { from: 'here' } });
      await log({ connection: team, aliases: ['prod'] });
      await log({ connection: team, version: '2.0.0', metadata: { from: 'team' } });
      await call('exportVersions', { versions: [`${workspace}/churn:prod`, `${workspace}/churn:1.0.0`], file: file() });
      const { imported, conflicts } = await call('importVersions', { file: file(), connection: team, confirm: false });
      assert.deepEqual([imported, conflicts.map(({ reference, reason }) => [reference, reason])], [[], [[`${workspace}/churn:2.0.0`, 'taken']]]);
    });

    it('tells of aliases, tags and metadata that stay as they are here, where no version comes', async () => {
      const { reference } = await log({ metadata: { at: 'start' } });
      await log({ version: '2.0.0', metadata: { from: 'here' } });
      await call('exportVersions', { artifacts: [`${workspace}/churn`], file: file() });
      await call('importVersions', { file: file(), connection: team, confirm: false });
      for (const [place, tag, version] of [[{}, 'theirs', '2.0.0'], [{ connection: team }, 'ours', '1.0.0']] as const) {
        await call('setTags', `${workspace}/churn:1.0.0`, { ...place, tags: [tag] });
        await call('setAliases', `${workspace}/churn:${version}`, { ...place, aliases: ['prod'] });
      }
      await call('exportVersions', { artifacts: [`${workspace}/churn`], file: file(), overwrite: true });
      const { imported, keptLabels, keptAliases } = await call('importVersions', { file: file(), connection: team, confirm: false });
      assert.deepEqual([imported, keptLabels, keptAliases], [[], [reference], [{ reference: `${workspace}/churn:2.0.0`, alias: 'prod', standsOn: '1.0.0' }]]);
    });

    it('replaces no file unless it may', async () => {
      const { reference } = await log();
      fs.writeFileSync(file(), 'mine');
      await fails('alreadyExists', call('exportVersions', { versions: [reference], file: file() }));
      assert.equal((await call('exportVersions', { versions: [reference], file: file(), overwrite: true })).versions, 1);
    });

    it('says what is wrong with arguments and archives', async () => {
      const { reference } = await log();
      await fails('invalid', call('exportVersions', { artifacts: [reference], file: file() }));
      await fails('invalid', call('exportVersions', { file: file() }));
      await fails('notFound', call('exportVersions', { versions: [`${workspace}/churn:9.0.0`], file: file() }));
      await fails('invalid', call('importVersions', { file: path.join(folder, 'a.csv'), confirm: false }));
      await fails('invalid', call('importVersions', { files: file() }));
      await fails('notFound', call('importVersions', { file: file(), confirm: false }));
    });

    it('names what is damaged, which nobody gets to read, and frees what nobody needs', async () => {
      fs.writeFileSync(path.join(folder, 'a.csv'), largeBytes(1));
      const { reference } = await log({ connection: team });
      assert.deepEqual((await call('verifyStore', { connection: team })).findings, []);
      const objects = path.join(folder, 'team', 'objects', 'sha256');
      const [start = ''] = fs.readdirSync(objects);
      const [rest = ''] = fs.readdirSync(path.join(objects, start));
      const object = path.join(objects, start, rest);
      fs.chmodSync(object, 0o600);
      fs.writeFileSync(object, largeBytes(2));
      fs.writeFileSync(path.join(objects, start, 'c'.repeat(62)), 'nobody needs it');
      const { findings, ...rests } = await call('verifyStore', { connection: team });
      assert.deepEqual(findings, [
        { problem: 'damaged', file: `objects/sha256/${start}/${rest}`, reference, assets: ['a.csv'] },
        { problem: 'damaged', file: `objects/sha256/${start}/${'c'.repeat(62)}`, assets: [] },
      ].sort((a, b) => (a.file < b.file ? -1 : 1)));
      assert.deepEqual(rests, { versions: 1, files: 2, bytes: 100_015 });
      await assert.rejects(async () => vscode.workspace.fs.readFile(assetUri({ connection: team, workspace, artifact: 'churn', version: '1.0.0', path: 'a.csv' })), /Damaged data/u);
      await fails('corrupt', call('downloadVersion', reference, { connection: team, to: path.join(folder, 'out'), conflicts: 'fail' }));
      assert.equal(fs.existsSync(path.join(folder, 'out', 'a.csv')), false);
      assert.deepEqual(await call('freeUpSpace', { connection: team, confirm: false }), { files: 1, bytes: 15 });
      assert.deepEqual(await call('freeUpSpace', { connection: team, confirm: false }), { files: 0, bytes: 0 });
    });

    it('means the embedded store where none is named', async () => {
      await log();
      assert.ok((await call('verifyStore', {})).versions > 0);
    });
  });

  describe('with prompts', () => {
    let there: Provider;
    let here: Provider;
    beforeEach(async () => {
      there = await localProvider(path.join(folder, 'there'), 'there');
      here = await localProvider(path.join(folder, 'here'), 'here');
    });
    afterEach(async () => {
      await there.dispose();
      await here.dispose();
    });

    const services = (provider: Provider): Services => {
      const memory = new TestMemento();
      return {
        connections: new TestConnections(provider),
        transfers: { running: [], run: (_title: string, work: (call: object) => Promise<unknown>) => work({}) },
        context: { workspaceState: memory, globalState: memory, logUri: vscode.Uri.file(path.join(folder, 'log')) },
        tree: { reveal: async () => undefined, selection: [] },
        panels: { active: undefined },
        log: silent,
      } as unknown as Services;
    };
    const asking = (subject: unknown, ...script: readonly Answer[]) => {
      const prompts = new ScriptedPrompts(...script);
      return { prompts, invocation: { ...invocationOf(subject === undefined ? [] : [subject], 'answers'), prompts } };
    };

    it('proposes a name for the archive, by what is in it', async () => {
      const version = await logVersion(there, { files: { a: 'a' } });
      const { connection, workspace, artifact } = version;
      for (const [subject, name] of [
        [{ kind: 'version', ref: version }, 'churn-1.0.0.tar'], [{ kind: 'artifact', ref: { connection, workspace, artifact } }, 'churn.tar'], [{ kind: 'workspace', ref: { connection, workspace } }, 'ada.tar'],
      ] as const) {
        const { prompts, invocation } = asking({ ...subject, id: subject.kind, parent: undefined, value: {} }, path.join(folder, `${subject.kind}.tar`));
        assert.equal((await exportVersions(services(there), invocation)).versions, 1);
        assert.deepEqual(prompts.said, [name]);
      }
    });

    it('shows what an import brings and what stays, and imports on Enter', async () => {
      for (const content of ['one', 'two']) {
        await logVersion(there, { files: { a: content }, draft: { aliases: ['prod'] } });
      }
      await there.upkeep!.export([{ connection: 'there', workspace: 'ada' }], file());
      await logVersion(here, { files: { a: 'mine' }, draft: { aliases: ['prod'] } });
      const left = asking(undefined, file(), LEAVE);
      await assert.rejects(importVersions(services(here), left.invocation), { name: 'AbortError' });
      const { prompts, invocation } = asking(undefined, file(), 'Import 1 version, 3 B');
      const result = await importVersions(services(here), invocation);
      assert.deepEqual(result.imported, ['ada/churn:2.0.0']);
      assert.deepEqual(prompts.lists, [['Import 1 version, 3 B', 'New', 'ada/churn:2.0.0', 'Stays as It Is', 'ada/churn:1.0.0', 'prod']]);
      assert.ok(prompts.said.includes('stays on 1.0.0, where ada/churn:2.0.0 has it'));
      assert.ok(prompts.said.includes('other content here, which is not overwritten'));
    });

    it('asks nothing where an archive brings nothing new', async () => {
      await logVersion(there, { files: { a: 'a' } });
      await there.upkeep!.export([{ connection: 'there', workspace: 'ada' }], file());
      const { invocation } = asking(undefined, file());
      assert.deepEqual((await importVersions(services(there), invocation)).same, ['ada/churn:1.0.0']);
    });

    it('says how much will be freed before it frees it', async () => {
      await logVersion(there, { files: { a: 'a' } });
      const objects = path.join(folder, 'there', 'objects', 'sha256', 'ab');
      fs.mkdirSync(objects, { recursive: true });
      fs.writeFileSync(path.join(objects, 'c'.repeat(62)), 'nobody needs it');
      const left = asking(undefined, LEAVE);
      await assert.rejects(freeUpSpace(services(there), left.invocation), { name: 'AbortError' });
      assert.deepEqual(fs.readdirSync(objects).length, 1);
      const { prompts, invocation } = asking(undefined, 'yes');
      assert.deepEqual(await freeUpSpace(services(there), invocation), { files: 1, bytes: 15 });
      assert.deepEqual(prompts.questions, ['Free 15 B of there?']);
      assert.match(prompts.said.join(), /needs is deleted for good: 1 file\./u);
    });

    it('is not offered for a server', async () => {
      const { invocation } = asking(undefined);
      await assert.rejects(freeUpSpace(services(new MemoryProvider('server')), invocation), { code: 'unsupported' });
    });

    it('reports damage version by version', () => {
      const findings = [
        { problem: 'damaged' as const, file: 'objects/sha256/ab/c', of: { workspace: 'ada', artifact: 'churn', version: '1.0.0' }, assets: ['a\u202e.csv', 'b.csv'] },
        { problem: 'missing' as const, file: 'packs/d.pack', of: { workspace: 'ada', artifact: 'churn', version: '1.0.0' }, assets: ['c.csv'] },
        { problem: 'damaged' as const, file: 'runs/r.json', assets: [] },
      ];
      const report = verificationReport({ connection: 'local', upkeep: { folder: '/stores/local' } }, { versions: 2, files: 3, bytes: 100, findings }, 0);
      assert.match(report, /^Verification of local\n\/stores\/local\n.*: 2 versions, 100 B in 3 files read\.\n/u);
      assert.ok(report.endsWith(
        '\nada/churn:1.0.0\n  damaged: objects/sha256/ab/c\n    a\ufffd.csv\n    b.csv\n  missing: packs/d.pack\n    c.csv\n\nOf no version\n  damaged: runs/r.json\n',
      ), report);
    });
  });
});
