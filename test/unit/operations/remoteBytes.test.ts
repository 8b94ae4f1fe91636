import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { corrupt, isArtifactError, unsupported } from '../../../src/model/errors';
import { type ConflictPolicy, type Downloaded, downloadVersion } from '../../../src/operations/downloadVersion';
import type { RemoteBytes } from '../../../src/operations/remoteBytes';
import { createLocalFiles, type LocalFiles } from '../../../src/store/localFiles';
import { workerFile } from '../../support/providers';
import { Shelf, shelfVersion } from '../../support/shelf';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('far');
  throw corrupt('far/b.csv was changed since');
}

describe('downloading what is elsewhere', () => {
  const folder = temporaryFolder();
  let files: LocalFiles;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());

  /** Holds the objects of one bucket. */
  const bucket = (objects: Readonly<Record<string, string>>, more: Partial<RemoteBytes> = {}): RemoteBytes => ({
    size: async ({ link = '' }) => objects[link]?.length,
    async *read({ link = '' }, start = 0) {
      yield Buffer.from(objects[link]!).subarray(start);
    },
    ...more,
  });
  const shelf = (): Shelf => new Shelf({ files: [['a', '1']], links: [['far/b.csv', 's3://bkt/b'], ['note', 'some words']] });
  const download = (remote: RemoteBytes | undefined, conflicts: ConflictPolicy = 'fail'): Promise<Downloaded> =>
    downloadVersion({ provider: shelf().provider, files, remote }, { version: shelfVersion, folder: folder(), conflicts });
  const content = (name: string): string => fs.readFileSync(path.join(folder(), name), 'utf8');

  it('brings what can be reached beside the rest, and names the other links', async () => {
    const { written, remote } = await download(bucket({ 's3://bkt/b': 'far away' }));
    assert.deepEqual([[...written].sort(), remote.map(({ path: name }) => name)], [['a', 'far/b.csv'], ['note']]);
    assert.equal(content('far/b.csv'), 'far away');
  });

  it('writes nothing when it cannot be told how much it is', async () => {
    const nobody = bucket({}, { size: async () => { throw unsupported('No AWS credentials were found for s3://bkt.'); } });
    await assert.rejects(download(nobody), (error: unknown) => isArtifactError(error, 'unsupported'));
    assert.deepEqual(fs.readdirSync(folder()), []);
  });

  it('leaves no file of an object that was changed since', async () => {
    const changed = bucket({ 's3://bkt/b': 'far away' }, { read: () => failing() });
    await assert.rejects(download(changed), (error: unknown) => isArtifactError(error, 'corrupt'));
    assert.ok(!fs.existsSync(path.join(folder(), 'far/b.csv')));
  });

  it('takes a file that is there for the same where its content is', async () => {
    writeFiles(folder(), { 'far/b.csv': 'far away' });
    const { written, kept } = await download(bucket({ 's3://bkt/b': 'far away' }));
    assert.deepEqual([written, kept], [['a'], ['far/b.csv']]);
  });

  it('follows each policy where its content is another', async () => {
    writeFiles(folder(), { 'far/b.csv': 'nearby..' });
    const remote = bucket({ 's3://bkt/b': 'far away' });
    await assert.rejects(download(remote, 'fail'), (error: unknown) => isArtifactError(error, 'alreadyExists'));
    assert.deepEqual([(await download(remote, 'keep')).kept, content('far/b.csv')], [['far/b.csv'], 'nearby..']);
    assert.deepEqual([(await download(remote, 'overwrite')).written, content('far/b.csv')], [['far/b.csv'], 'far away']);
  });
});
