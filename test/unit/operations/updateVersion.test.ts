import assert from 'node:assert/strict';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ArtifactVersion, Asset } from '../../../src/model/artifact';
import { isArtifactError } from '../../../src/model/errors';
import { addRemoteAssets } from '../../../src/operations/addRemoteAsset';
import { listAssets } from '../../../src/operations/inspect';
import { scanAdditions } from '../../../src/operations/scanAdditions';
import { updateVersion } from '../../../src/operations/updateVersion';
import type { Provider } from '../../../src/providers/provider';
import { createLocalFiles } from '../../../src/store/localFiles';
import { draftOf, localProvider, logVersion, source, textOf, workerFile } from '../../support/providers';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';
import { watched } from '../../support/watchedProvider';

describe('updating a version', () => {
  const folder = temporaryFolder();
  let provider: Provider;
  let base: ArtifactVersion;

  beforeEach(async () => {
    provider = await localProvider(path.join(folder(), 'store'));
    base = await logVersion(provider, {
      draft: { version: '2.1.0' },
      files: { 'a.csv': 'a', 'train/b.csv': 'b', 'train/c.csv': 'c' },
      sources: [source('noted.json', '{}', { metadata: { rows: 3 } })],
      links: [{ path: 'far.parquet', link: 's3://bucket/far', size: 9, metadata: { where: 'far' } }],
    });
  });
  afterEach(() => provider.dispose());

  const assets = async (version: ArtifactVersion): Promise<readonly Asset[]> => listAssets(provider, version);
  const paths = async (version: ArtifactVersion): Promise<string[]> => (await assets(version)).map((asset) => asset.path);

  it('makes the next minor version with the file added, and leaves the base as it is', async () => {
    const version = await updateVersion(provider, { base, put: [source('new.csv', 'new')] });
    assert.equal(version.version, '2.2.0');
    assert.deepEqual(await paths(version), ['a.csv', 'far.parquet', 'new.csv', 'noted.json', 'train/b.csv', 'train/c.csv']);
    assert.equal((await paths(base)).length, 5);
  });

  it('replaces a file of the same path', async () => {
    const version = await updateVersion(provider, { base, put: [source('a.csv', 'other')] });
    assert.equal(await textOf(provider.read({ ...version, path: 'a.csv' })), 'other');
    assert.equal(version.assets, 5);
  });

  it('moves no bytes of what stays', async () => {
    const written: string[] = [];
    await updateVersion(watched(provider, { onPut: (put) => written.push(...put.map((each) => each.path)) }), { base, put: [source('a.csv', 'other')] });
    assert.deepEqual(written, ['a.csv']);
  });

  it('leaves out a file, or a folder with all in it', async () => {
    const version = await updateVersion(provider, { base, remove: ['a.csv', 'train'] });
    assert.deepEqual(await paths(version), ['far.parquet', 'noted.json']);
  });

  it('does not take a name for a folder that only begins like it', async () => {
    await assert.rejects(updateVersion(provider, { base, remove: ['tra'] }), (error) => isArtifactError(error, 'invalid'));
  });

  for (const canKeep of [true, false]) {
    it(`keeps links and the metadata of assets where the back end ${canKeep ? 'can' : 'cannot'} keep assets`, async () => {
      const version = await updateVersion(watched(provider, { canKeep }), { base, put: [source('new.csv', 'new')] });
      const found = await assets(version);
      const far = found.find((asset) => asset.path === 'far.parquet');
      assert.deepEqual([far?.link, far?.metadata], ['s3://bucket/far', { where: 'far' }]);
      assert.deepEqual(found.find((asset) => asset.path === 'noted.json')?.metadata, { rows: 3 });
      assert.equal(await textOf(provider.read({ ...version, path: 'train/b.csv' })), 'b');
    });
  }

  it('goes on from an alias', async () => {
    await provider.label?.(base, { aliases: ['prod'] });
    const version = await updateVersion(provider, { base: { ...base, version: 'prod' }, put: [source('x', '1')] });
    assert.equal(version.assets, 6);
  });

  it('does not hand on aliases, tags or metadata: they were said of other content', async () => {
    await provider.label?.(base, { aliases: ['prod'], tags: ['clean'], metadata: { rows: 1 } });
    const version = await updateVersion(provider, { base, put: [source('x', '1')] });
    assert.deepEqual([version.aliases, version.tags, version.metadata], [[], [], {}]);
  });

  describe('with a remote asset', () => {
    it('adds the link beside everything else', async () => {
      const version = await addRemoteAssets(provider, draftOf(provider, { version: 'minor' }), [{ path: 'more.parquet', link: 'any string' }], undefined);
      assert.equal(version.version, '2.2.0');
      assert.equal((await assets(version)).find((asset) => asset.path === 'more.parquet')?.link, 'any string');
      assert.equal(version.assets, 6);
    });

    it('is 1.0.0 of an artifact that is new', async () => {
      const version = await addRemoteAssets(provider, draftOf(provider, { artifact: 'fresh', version: 'minor' }), [{ path: 'x', link: 's3://x' }], undefined);
      assert.deepEqual([version.version, version.assets], ['1.0.0', 1]);
    });

    it('refuses a path that cannot be one', async () => {
      const adding = addRemoteAssets(provider, draftOf(provider), [{ path: '../x', link: 's3://x' }], undefined);
      await assert.rejects(adding, (error) => isArtifactError(error, 'unsafePath'));
    });
  });

  describe('with files of this machine', () => {
    const files = createLocalFiles({ workerFile });
    after(() => files.dispose());

    it('keeps the place of one folder, and compares what is in it', async () => {
      const [file] = writeFiles(folder(), { 'train/b.csv': 'b', 'train/d.csv': 'd' });
      const scan = await scanAdditions(files, { targets: [path.dirname(file!)], exclude: [] }, await assets(base));
      assert.deepEqual(scan.files.map(({ path: name, state }) => [name, state]), [['train/b.csv', 'same'], ['train/d.csv', 'added']]);
      assert.deepEqual(scan.removed, ['train/c.csv']);
    });

    it('takes single files at the top', async () => {
      const targets = writeFiles(folder(), { 'a.csv': 'changed', 'z.csv': 'z' });
      const scan = await scanAdditions(files, { targets, exclude: [] }, await assets(base));
      assert.deepEqual(scan.files.map(({ path: name, state }) => [name, state]), [['a.csv', 'changed'], ['z.csv', 'added']]);
    });
  });
});
