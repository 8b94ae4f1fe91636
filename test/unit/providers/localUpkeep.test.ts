import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Progress } from '../../../src/model/call';
import { isArtifactError } from '../../../src/model/errors';
import type { Provider } from '../../../src/providers/provider';
import type { OpenArchive } from '../../../src/providers/upkeep';
import { all, localProvider, logVersion, textOf } from '../../support/providers';
import { largeBytes } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('the upkeep of an embedded store', () => {
  const folder = temporaryFolder();
  const file = (): string => path.join(folder(), 'churn.tar');
  let there: Provider;
  let here: Provider;
  beforeEach(async () => {
    there = await localProvider(path.join(folder(), 'there'));
    here = await localProvider(path.join(folder(), 'here'), 'team');
  });
  afterEach(async () => {
    await there.dispose();
    await here.dispose();
  });

  const churn = (connection: string, version = 'Latest') => ({ connection, workspace: 'ada', artifact: 'churn', version });
  const opened = async <T>(work: (archive: OpenArchive) => Promise<T>): Promise<T> => {
    const archive = await here.upkeep!.openArchive(file());
    try {
      return await work(archive);
    } finally {
      await archive.close();
    }
  };

  it('carries versions from one store to the other, and tells how far it is', async () => {
    await logVersion(there, { files: { 'a.csv': 'one', 'model.bin': largeBytes(1, 3_000_000) } });
    await logVersion(there, { files: { 'a.csv': 'two' }, draft: { aliases: ['prod'] } });
    const heard: Record<string, Progress[]> = { export: [], verify: [], bring: [] };
    const hear = (what: string) => ({ onProgress: (progress: Progress) => void heard[what]!.push(progress) });
    assert.deepEqual(await there.upkeep!.export([{ connection: 'local', workspace: 'ada' }], file(), {}, hear('export')), { versions: 2, files: 3, bytes: 3_000_006 });
    const archive = await here.upkeep!.openArchive(file(), hear('verify'));
    const imported = await archive.bring(hear('bring'));
    await archive.close();
    assert.deepEqual(imported, { versions: [churn('team', '1.0.0'), churn('team', '2.0.0')], healed: [], keptAliases: [] });
    assert.equal(await textOf(here.read({ ...churn('team', 'prod'), path: 'a.csv' })), 'two');
    assert.deepEqual(heard['bring']!.at(-1), { bytes: 3_000_006, files: 3, totalBytes: 3_000_006, totalFiles: 3 });
    assert.deepEqual(heard['verify']!.at(-1)?.totalBytes, 3_000_006);
    assert.ok(heard['export']!.every(({ totalBytes }) => totalBytes === 3_000_006));
  });

  it('says what an import would do before it does it', async () => {
    await logVersion(there, { files: { a: 'one' } });
    await there.upkeep!.export([churn('local')], file());
    const { versions } = await opened(async ({ plan }) => plan);
    assert.deepEqual(versions.map(({ version, state, assets, bytes }) => [version, state, assets, bytes]), [['1.0.0', 'new', 1, 3]]);
    assert.equal(fs.existsSync(path.join(folder(), 'here')), false);
  });

  it('leaves no file when an export is cancelled', async () => {
    await logVersion(there, { files: { 'model.bin': largeBytes(1, 30_000_000) } });
    const abort = new AbortController();
    await assert.rejects(there.upkeep!.export([churn('local')], file(), {}, { signal: abort.signal, onProgress: () => abort.abort() }), { name: 'AbortError' });
    // The worker tidies up behind the caller; whoever asks it next comes after that.
    await there.upkeep!.verify();
    assert.deepEqual(fs.readdirSync(folder()), ['there']);
  });

  it('stops between versions when an import is cancelled; importing again brings the rest', async () => {
    for (const name of ['one', 'two', 'three']) {
      await logVersion(there, { files: { name, 'model.bin': largeBytes(name.length, 2_000_000 + name.length) } });
    }
    await there.upkeep!.export([{ connection: 'local', workspace: 'ada', artifact: 'churn' }], file());
    const abort = new AbortController();
    const cancelled = opened(({ bring }) => bring({ signal: abort.signal, onProgress: ({ bytes }) => bytes > 3_000_000 && abort.abort() }));
    await assert.rejects(cancelled, { name: 'AbortError' });
    const before = (await all(here.versions(churn('team')))).length;
    assert.ok(before >= 1 && before < 3, String(before));
    assert.equal((await here.upkeep!.verify()).findings.length, 0);
    assert.equal((await opened(({ bring }) => bring())).versions.length, 3 - before);
    assert.deepEqual((await all(here.versions(churn('team')))).map(({ version }) => version), ['3.0.0', '2.0.0', '1.0.0']);
  });

  it('refuses what is no archive, and works on', async () => {
    fs.writeFileSync(file(), 'hello');
    await assert.rejects(here.upkeep!.openArchive(file()), (error) => isArtifactError(error, 'invalid'));
    await assert.rejects(here.upkeep!.openArchive(`${file()}.none`), (error) => isArtifactError(error, 'notFound'));
    assert.deepEqual(await here.upkeep!.verify(), { versions: 0, files: 0, bytes: 0, findings: [] });
  });

  it('verifies and frees', async () => {
    await logVersion(there, { files: { 'model.bin': largeBytes(1) } });
    const objects = path.join(folder(), 'there', 'objects', 'sha256', 'ab');
    fs.mkdirSync(objects, { recursive: true });
    fs.writeFileSync(path.join(objects, 'c'.repeat(62)), 'nobody needs it');
    assert.deepEqual((await there.upkeep!.verify()).findings, [{ problem: 'damaged', file: `objects/sha256/ab/${'c'.repeat(62)}`, assets: [] }]);
    assert.deepEqual(await there.upkeep!.reclaimable(), { files: 1, bytes: 15, damaged: undefined });
    assert.deepEqual(await there.upkeep!.free(), { files: 1, bytes: 15, damaged: undefined });
    assert.deepEqual((await there.upkeep!.verify()).findings, []);
  });
});
