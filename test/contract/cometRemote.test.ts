import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { addRemoteAssets } from '../../src/operations/addRemoteAsset';
import { type Downloaded, downloadVersion } from '../../src/operations/downloadVersion';
import { createHttp, type Http } from '../../src/providers/http';
import type { Provider } from '../../src/providers/provider';
import { openRemoteObjects, type RemoteObjects } from '../../src/providers/remoteObjects';
import { ownBuckets } from '../../src/providers/s3/ownBuckets';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { cometClient } from '../support/comet/client';
import { type Comet, startComet } from '../support/comet/comet';
import { type Moto, startMoto } from '../support/moto';
import { all, cometProvider, draftOf, localProvider, silentLog, workerFile } from '../support/providers';
import type { Python } from '../support/python';
import { temporaryFolder } from '../support/temporaryFolder';

const OBJECTS = { 'data/a.csv': 'x,y\n', 'data/folder/ü 1+.txt': 'words', 'data2/z': 'no' };

describe('remote assets in a bucket of one’s own', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let moto: Moto;
  let comet: Comet;
  let python: Python;
  let http: Http;
  let buckets: ReturnType<typeof ownBuckets>;
  let remote: RemoteObjects;
  let provider: Provider;
  let files: LocalFiles;

  before(async function () {
    this.timeout(15 * 60_000);
    [moto, comet] = await Promise.all([startMoto(), startComet()]);
    files = createLocalFiles({ workerFile });
    python = await cometClient(comet, { AWS_ENDPOINT_URL: moto.url, AWS_DEFAULT_REGION: 'us-east-1' });
    const variables = { ...moto.environment, AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
    http = createHttp({ base: moto.url, log: silentLog });
    buckets = ownBuckets({ http, log: silentLog, variables });
    remote = openRemoteObjects({ log: silentLog, variables });
    provider = await cometProvider(comet);
    for (const [key, content] of Object.entries(OBJECTS)) {
      await put(key, content);
    }
  });
  after(async () => {
    remote.dispose();
    http.dispose();
    await Promise.all([python.close(), provider.dispose(), files.dispose(), moto.stop(), comet.stop()]);
    assert.deepEqual(comet.faults, []);
  });

  const put = async (key: string, content: string): Promise<void> => {
    const bytes = Buffer.from(content);
    await (await buckets(moto.bucket))!.write(key, { size: bytes.length, async* open() { yield bytes; } });
  };
  const link = (key: string): string => `s3://${moto.bucket}/${key}`;
  const download = (from: Provider, artifact: string): Promise<Downloaded> =>
    downloadVersion({ provider: from, files, remote }, { version: { connection: from.connection, workspace: 'ada', artifact, version: 'Latest' }, folder: folder(), conflicts: 'fail' });
  const content = (name: string): string => fs.readFileSync(path.join(folder(), name), 'utf8');

  it('that Comet’s client looked up are downloaded with one’s own credentials', async () => {
    await python.run('comet_log', { name: 'theirs', add: [{ text: 'here', logical_path: 'here.txt' }], links: [{ uri: link('data/'), logical_path: 'raw' }, { uri: 'any text', logical_path: 'note' }] });
    const { written, remote: links } = await download(provider, 'theirs');
    assert.deepEqual([[...written].sort(), links.map((asset) => asset.path)], [['here.txt', 'raw/a.csv', 'raw/folder/ü 1+.txt'], ['note']]);
    assert.deepEqual([content('raw/a.csv'), content('raw/folder/ü 1+.txt')], ['x,y\n', 'words']);
  });

  it('that we looked up are downloaded by Comet’s client', async () => {
    await addRemoteAssets(provider, draftOf(provider, { artifact: 'ours' }), await remote.below(link('data'), 'raw'), undefined);
    const assets = await all(provider.assets({ connection: 'comet', workspace: 'ada', artifact: 'ours', version: 'Latest' }));
    assert.deepEqual(assets.map((asset) => [asset.path, asset.size, asset.link]), [['raw/a.csv', 4, link('data/a.csv')], ['raw/folder/ü 1+.txt', 5, link('data/folder/ü 1+.txt')]]);
    const { files: theirs } = await python.run<{ readonly files: unknown }>('comet_download', { name: 'ours', folder: folder() });
    assert.deepEqual(theirs, { 'raw/a.csv': 'x,y\n', 'raw/folder/ü 1+.txt': 'words' });
  });

  it('are the same on the embedded store', async () => {
    const store = await localProvider(path.join(folder(), 'store'));
    await addRemoteAssets(store, draftOf(store, { artifact: 'ours' }), await remote.below(link('data/folder'), ''), undefined);
    const { written } = await downloadVersion({ provider: store, files, remote }, { version: { connection: 'local', workspace: 'ada', artifact: 'ours', version: 'Latest' }, folder: path.join(folder(), 'out'), conflicts: 'fail' });
    assert.deepEqual([written, content('out/ü 1+.txt')], [['ü 1+.txt'], 'words']);
    await store.dispose();
  });

  it('that were changed since are not taken for what was logged', async () => {
    await put('changing/a', 'before');
    await addRemoteAssets(provider, draftOf(provider, { artifact: 'changed' }), await remote.below(link('changing'), ''), undefined);
    await put('changing/a', 'after!');
    await assert.rejects(download(provider, 'changed'), (error: unknown) => isArtifactError(error, 'corrupt') && error.message.includes('was changed since'));
    assert.deepEqual(fs.readdirSync(folder()), []);
  });
});
