import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ArtifactVersion } from '../../../src/model/artifact';
import { isAbort, isArtifactError } from '../../../src/model/errors';
import { listAssets, listVersions } from '../../../src/operations/inspect';
import { logArtifact, type LogPlan, planLog } from '../../../src/operations/logArtifact';
import type { Provider } from '../../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../../src/store/localFiles';
import { draftOf, localProvider, textOf, workerFile } from '../../support/providers';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';
import { watched } from '../../support/watchedProvider';

describe('logging files', () => {
  const folder = temporaryFolder();
  let provider: Provider;
  let files: LocalFiles;
  let project: string;

  beforeEach(async () => {
    provider = await localProvider(path.join(folder(), 'store'));
    files = createLocalFiles({ workerFile });
    project = path.join(folder(), 'data');
    writeFiles(project, { 'a.csv': 'one', 'train/b.csv': 'two', 'train/c.csv': 'three' });
  });
  afterEach(async () => {
    await provider.dispose();
    await files.dispose();
  });

  const plan = (back: Provider = provider, base?: string): Promise<LogPlan> =>
    planLog({ provider: back, files }, { targets: [project], exclude: ['*.tmp'], artifact: draftOf(back), base });
  const log = async (back: Provider = provider, draft = {}): Promise<ArtifactVersion> => logArtifact(back, draftOf(back, draft), await plan(back));
  const paths = async (version: ArtifactVersion): Promise<string[]> => (await listAssets(provider, version)).map((asset) => asset.path);

  it('makes a first version of everything in the folder', async () => {
    const version = await log();
    assert.deepEqual([version.version, await paths(version)], ['1.0.0', ['a.csv', 'train/b.csv', 'train/c.csv']]);
  });

  it('tells before anything is written how many files there are and how much of it is new', async () => {
    await log();
    writeFiles(project, { 'a.csv': 'ONE!', 'new.csv': '1', 'noise.tmp': 'x' });
    fs.rmSync(path.join(project, 'train/c.csv'));
    const { scan, base } = await plan();
    assert.deepEqual(scan.files.map(({ path: name, state }) => [name, state]), [['a.csv', 'changed'], ['new.csv', 'added'], ['train/b.csv', 'same']]);
    assert.deepEqual([scan.newBytes, scan.removed, base?.version.version], [5, ['train/c.csv'], '1.0.0']);
    assert.equal((await listVersions(provider, draftOf(provider))).length, 1);
  });

  it('moves no bytes of files that are the same', async () => {
    await log();
    writeFiles(project, { 'a.csv': 'changed' });
    const written: string[] = [];
    const version = await log(watched(provider, { onPut: (assets) => written.push(...assets.map((asset) => asset.path)) }));
    assert.deepEqual(written, ['a.csv']);
    assert.deepEqual(await paths(version), ['a.csv', 'train/b.csv', 'train/c.csv']);
  });

  it('takes the bytes from the disk again where the back end cannot keep them', async () => {
    await log();
    const reads: string[] = [];
    const version = await log(watched(provider, { canKeep: false, onRead: (name) => reads.push(name) }));
    assert.deepEqual([reads, version.assets], [[], 3]);
  });

  it('compares with the version that is named', async () => {
    await log();
    writeFiles(project, { 'a.csv': 'changed' });
    await log();
    assert.equal((await plan(provider, '1.0.0')).scan.files[0]?.state, 'changed');
    assert.equal((await plan()).scan.files[0]?.state, 'same');
  });

  it('takes a file anew that was touched after the look at it', async () => {
    await log();
    const found = await plan();
    fs.writeFileSync(path.join(project, 'a.csv'), 'eno');
    const version = await logArtifact(provider, draftOf(provider), found);
    assert.equal(await textOf(provider.read({ ...version, path: 'a.csv' })), 'eno');
  });

  it('refuses to log nothing', async () => {
    fs.rmSync(project, { recursive: true });
    fs.mkdirSync(project);
    await assert.rejects(log(), (error) => isArtifactError(error, 'invalid'));
  });

  it('leaves no version behind when it is cancelled halfway', async () => {
    const controller = new AbortController();
    const back = watched(provider, { onPut: () => controller.abort() });
    await assert.rejects(plan(back).then((found) => logArtifact(back, draftOf(back), found, { signal: controller.signal })), isAbort);
    await assert.rejects(listVersions(provider, draftOf(provider)), (error) => isArtifactError(error, 'notFound'));
  });

  it('tells how much there is to move in all', async () => {
    const totals = new Set<number | undefined>();
    await logArtifact(provider, draftOf(provider), await plan(), { onProgress: ({ totalBytes }) => totals.add(totalBytes) });
    assert.deepEqual([...totals], [11]);
  });

  it('says that the number exists and changes nothing when it does', async () => {
    await log(provider, { version: '2.0.0' });
    await assert.rejects(log(provider, { version: '2.0.0' }), (error) => isArtifactError(error, 'alreadyExists'));
  });
});
