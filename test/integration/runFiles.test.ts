import * as assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { RunDetails, RunRef, VersionRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import type { Verb } from '../../src/ui/commands/boundary';
import { compareVersions } from '../../src/ui/commands/compareVersions';
import { copyReference } from '../../src/ui/commands/copyReference';
import { deleteVersion } from '../../src/ui/commands/deleteVersion';
import { downloadAsset, downloadVersion } from '../../src/ui/commands/downloadVersion';
import { invocationOf } from '../../src/ui/commands/invocation';
import { setAliases, setMetadata, setTags } from '../../src/ui/commands/labels';
import { listAssets, listVersions } from '../../src/ui/commands/listings';
import { selectRun } from '../../src/ui/commands/runs';
import { showDetails } from '../../src/ui/commands/showDetails';
import { subjectsOf } from '../../src/ui/commands/subject';
import { updateVersion } from '../../src/ui/commands/updateVersion';
import type { DetailsTab, Services } from '../../src/ui/services';
import { assetUri } from '../../src/ui/documents/uris';
import { MemoryServer } from '../support/memoryServer';
import { silent, TestConnections, TestMemento, testRuns } from './world';

describe('the files of a run, by command', () => {
  let server: MemoryServer;
  let run: RunDetails;
  let services: Services;
  let folder: string;
  const opened: [VersionRef | RunRef, DetailsTab | undefined][] = [];

  const call = async (verb: Verb, ...args: readonly unknown[]): Promise<unknown> => await verb(services, invocationOf(args, 'subject'));

  beforeEach(async () => {
    server = new MemoryServer();
    run = server.keep(server.experiment('churn'), 'train', { files: { 'model/MLmodel': 'flavors', 'model/data/w.bin': 'www', 'log.txt': 'one' } });
    opened.length = 0;
    const connections = new TestConnections(server);
    const memory = new TestMemento();
    services = {
      connections, runs: testRuns(connections), tree: { selection: [] }, log: { ...silent, show: () => {} },
      context: { workspaceState: memory, globalState: memory },
      transfers: { running: [], run: async (_: string, work: (call: object) => Promise<unknown>) => await work({}) },
      panels: {
        active: undefined,
        open: async (ref: VersionRef | RunRef, tab?: DetailsTab) => {
          opened.push([ref, tab]);
        },
      },
    } as unknown as Services;
    folder = await mkdtemp(path.join(tmpdir(), 'ml-artifacts-run-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are named by workspace, @run and the id of the run', async () => {
    const expected = [{ kind: 'run', ref: { connection: 'local', workspace: 'ada', run: 'r-1' } }];
    for (const argument of ['ada/@run:r-1', 'ada/@run:r-1/', { connection: 'local', workspace: 'ada', run: 'r-1' }, runFiles(run), assetUri({ ...runFiles(run), path: '' })]) {
      assert.deepEqual(await subjectsOf(services, invocationOf([argument], 'subject')), expected, JSON.stringify(argument));
    }
    assert.equal(await call(copyReference, { connection: 'local', workspace: 'ada', run: 'r-1' }), 'ada/@run:r-1');
    assert.equal(await call(copyReference, 'ada/@run:r-1/model/MLmodel'), 'ada/@run:r-1/model/MLmodel');
  });

  it('are listed', async () => {
    const assets = await call(listAssets, 'ada/@run:r-1') as { path: string; size: number }[];
    assert.deepEqual(assets.map(({ path: each, size }) => `${each} ${size}`), ['model/MLmodel 7', 'model/data/w.bin 3', 'log.txt 3']);
    await assert.rejects(call(listVersions, 'ada/@run:r-1'), /not a run/u);
  });

  it('are downloaded as a whole, and nobody is recorded as having used them', async () => {
    let used = 0;
    Object.assign(server, { consume: async () => used++ });
    const result = await call(downloadVersion, 'ada/@run:r-1', { to: vscode.Uri.file(folder) }) as { written: number };
    assert.equal(result.written, 3);
    assert.equal(await readFile(path.join(folder, 'model', 'data', 'w.bin'), 'utf8'), 'www');
    assert.deepEqual([used, server.given.get('startRun')], [0, undefined]);
  });

  it('are downloaded folder by folder and one by one', async () => {
    await call(downloadAsset, 'ada/@run:r-1/model/data', { to: vscode.Uri.file(folder) });
    await call(downloadAsset, 'ada/@run:r-1', { path: 'log.txt', to: vscode.Uri.file(folder) });
    assert.deepEqual((await readdir(folder, { recursive: true })).sort(), ['log.txt', 'model', 'model/data', 'model/data/w.bin']);
  });

  it('are refused in one sentence where a version is expected', async () => {
    const refusing: readonly (readonly [Verb, object])[] = [
      [setAliases, { aliases: [] }], [setTags, { tags: [] }], [setMetadata, { metadata: {} }], [deleteVersion, { confirm: false }],
      [updateVersion, { confirm: false }], [compareVersions, { with: 'r-1' }],
    ];
    for (const [verb, answers] of refusing) {
      await assert.rejects(call(verb, 'ada/@run:r-1', answers), { code: 'invalid', message: 'A version is expected here, not a run.' }, verb.name);
    }
    await assert.rejects(call(setAliases, 'ada/@run:r-1/model', { aliases: [] }), /not a run/u);
  });

  it('lead to the page of the run', async () => {
    await call(showDetails, 'ada/@run:r-1', { tab: 'metrics' });
    await call(showDetails, 'ada/@run:r-1/model');
    const ref = { connection: 'local', workspace: 'ada', run: 'r-1' };
    assert.deepEqual(opened, [[ref, 'metrics'], [ref, undefined]]);
    await assert.rejects(call(showDetails, 'ada/@run:missing', {}), { code: 'notFound' });
  });

  it('are of a run that can be made active, which a logged model cannot', async () => {
    const model = server.keep({ connection: 'local', workspace: 'ada', experiment: 'e-1' }, 'forest', { kind: 'model' });
    assert.deepEqual(await call(selectRun, { connection: 'local', workspace: 'ada', run: 'r-1' }), { connection: 'local', workspace: 'ada', run: 'r-1', name: 'train' });
    await assert.rejects(call(selectRun, { connection: 'local', workspace: 'ada', run: model.run }), /not a logged model/u);
    assert.ok(!server.asked.some((question) => question.startsWith('runs')));
  });
});
