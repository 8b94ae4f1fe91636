import assert from 'node:assert/strict';
import type { Asset } from '../../../src/model/artifact';
import { assetType } from '../../../src/model/assetType';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import type { JsonObject } from '../../../src/model/json';
import { isSyncedOnGoogle, s3Place, syncedObject } from '../../../src/providers/remoteLinks';
import { openRemoteObjects, type RemoteObjects } from '../../../src/providers/remoteObjects';
import { faultServer, type FaultServer, type Reply, type Seen } from '../../support/faultServer';
import { keepingLog } from '../../support/keepingLog';
import { textOf } from '../../support/providers';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secretEXAMPLE' };
const NOWHERE = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', AWS_EC2_METADATA_DISABLED: 'true' };

const asset = (link: string | undefined, metadata?: JsonObject, size = 0): Asset => ({
  connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0', kind: 'asset', path: 'far.csv', type: assetType('far.csv'), size, link, metadata,
});

const fails = (code: ErrorCode, text: RegExp) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error, code), String(error));
  assert.match(error.message, text);
  return true;
};

describe('a link', () => {
  it('leads to an object where somebody looked it up when it was logged', () => {
    assert.deepEqual(syncedObject(asset('s3://b/a b/ü?#.csv', { synced: true, checksum: 'x', version_id: 'v1' })), { bucket: 'b', key: 'a b/ü?#.csv', version: 'v1', checksum: 'x' });
    assert.deepEqual(syncedObject(asset('s3://b/k', { synced: true, version_id: 'null' })), { bucket: 'b', key: 'k', version: undefined, checksum: undefined });
  });

  it('leads nowhere in any other case', () => {
    for (const other of [asset('s3://b/k'), asset('s3://b/k', { synced: false }), asset('s3://b/k', { synced: 'true' }), asset('s3://b/', { synced: true }), asset('gs://b/k', { synced: true }), asset('https://b/k', { synced: true }), asset(undefined, { synced: true })]) {
      assert.equal(syncedObject(other), undefined, JSON.stringify(other));
    }
    assert.equal(s3Place('s3:///k'), undefined);
    assert.ok(isSyncedOnGoogle(asset('gs://b/k', { synced: true })));
    assert.ok(!isSyncedOnGoogle(asset('gs://b/k')));
  });
});

describe('objects of one’s own buckets', () => {
  const objects = new Map<string, { readonly bytes: Buffer; readonly tag: string }>();
  let server: FaultServer;
  let remote: RemoteObjects;
  const log = keepingLog();

  beforeEach(async () => {
    objects.clear();
    server = await faultServer({ answer, ranges: true });
    remote = openRemoteObjects({ log, variables: { ...CREDENTIALS, ...NOWHERE, AWS_ENDPOINT_URL: server.url } });
  });
  afterEach(async () => {
    remote.dispose();
    await server.close();
  });

  const put = (key: string, content: string): void => {
    objects.set(key, { bytes: Buffer.from(content), tag: `tag-of-${content}` });
  };
  function answer({ path }: Seen): Reply {
    const url = new URL(path, server.url);
    const key = decodeURIComponent(url.pathname).replace(/^\/bkt\//u, '');
    if (url.searchParams.has('list-type')) {
      return listed(url.searchParams);
    }
    const found = objects.get(`${key}${url.searchParams.has('versionId') ? `@${url.searchParams.get('versionId')!}` : ''}`);
    return found === undefined ? { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' } : { body: found.bytes, headers: { etag: `"${found.tag}"` } };
  }
  function listed(query: URLSearchParams): Reply {
    const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix')!)).sort();
    const from = Number(query.get('continuation-token') ?? 0);
    const rows = keys.slice(from, from + 1000).map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>&quot;${objects.get(key)!.tag}&quot;</ETag><Size>${objects.get(key)!.bytes.length}</Size></Contents>`);
    const more = from + 1000 < keys.length;
    return { body: `<ListBucketResult>${rows.join('')}<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${from + 1000}</NextContinuationToken>` : ''}</ListBucketResult>` };
  }

  it('have a size, asked for where the link does not tell it', async () => {
    put('far.csv', 'hello');
    assert.equal(await remote.size(asset('s3://bkt/far.csv', { synced: true })), 5);
    assert.equal(await remote.size(asset('s3://bkt/far.csv', { synced: true }, 7)), 7);
    assert.equal(await remote.size(asset('s3://bkt/far.csv')), undefined);
    await assert.rejects(remote.size(asset('s3://bkt/gone', { synced: true })), fails('notFound', /s3:\/\/bkt\/gone/u));
  });

  it('are read from any byte on, signed by the user', async () => {
    put('a b/ü.csv', 'hello');
    const far = asset('s3://bkt/a b/ü.csv', { synced: true, checksum: 'tag-of-hello' }, 5);
    assert.deepEqual([await textOf(remote.read(far)), await textOf(remote.read(far, 2))], ['hello', 'llo']);
    assert.ok(server.requests.every(({ headers }) => headers.authorization!.startsWith('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/')));
  });

  it('are read in the version that was logged', async () => {
    put('far.csv', 'new words');
    put('far.csv@v1', 'old');
    assert.equal(await textOf(remote.read(asset('s3://bkt/far.csv', { synced: true, version_id: 'v1', checksum: 'anything' }, 3))), 'old');
  });

  it('that were changed since they were logged are not taken for them', async () => {
    put('far.csv', 'HELLO');
    await assert.rejects(textOf(remote.read(asset('s3://bkt/far.csv', { synced: true, checksum: 'tag-of-hello' }, 5))), fails('corrupt', /was changed since/u));
  });

  it('need credentials, and say which bucket wants them', async () => {
    const nobody = openRemoteObjects({ log, variables: { ...NOWHERE, AWS_ENDPOINT_URL: server.url } });
    await assert.rejects(nobody.size(asset('s3://bkt/far.csv', { synced: true })), fails('unsupported', /No AWS credentials were found for s3:\/\/bkt/u));
    nobody.dispose();
  });

  it('are as many assets as stand below a folder, and no more', async () => {
    for (const key of ['data/', 'data/a.csv', 'data/b/c d.csv', 'data2/z', 'data']) {
      put(key, key === 'data/' ? '' : key);
    }
    assert.deepEqual(await remote.below('s3://bkt/data', 'raw'), [
      { path: 'raw/a.csv', link: 's3://bkt/data/a.csv', size: 10, metadata: { synced: true, s3_platform: 'aws', s3_path: 's3://bkt/data/a.csv', checksum: 'tag-of-data/a.csv' } },
      { path: 'raw/b/c d.csv', link: 's3://bkt/data/b/c d.csv', size: 14, metadata: { synced: true, s3_platform: 'aws', s3_path: 's3://bkt/data/b/c d.csv', checksum: 'tag-of-data/b/c d.csv' } },
    ]);
    assert.deepEqual((await remote.below('s3://bkt/data2/', '')).map(({ path }) => path), ['z']);
    assert.deepEqual((await remote.below('s3://bkt', '')).map(({ path }) => path), ['data', 'data/a.csv', 'data/b/c d.csv', 'data2/z']);
  });

  it('are one asset where the address is that of an object', async () => {
    put('dir/train.csv', 'x');
    put('dir/train.csv.bak', 'y');
    assert.deepEqual((await remote.below('s3://bkt/dir/train.csv', '')).map(({ path, link }) => [path, link]), [['train.csv', 's3://bkt/dir/train.csv']]);
  });

  it('are as many as 10,000, and not one more', async () => {
    for (let index = 0; index < 10_000; index++) {
      put(`many/${index}`, 'x');
    }
    assert.equal((await remote.below('s3://bkt/many', '')).length, 10_000);
    put('many/more', 'x');
    await assert.rejects(remote.below('s3://bkt/many', ''), fails('invalid', /more than 10000 objects/u));
  });

  it('are told missing where there are none, and unsafe where their names are', async () => {
    await assert.rejects(remote.below('s3://bkt/nothing', ''), fails('notFound', /s3:\/\/bkt\/nothing/u));
    put('bad/../x', 'x');
    await assert.rejects(remote.below('s3://bkt/bad', ''), fails('unsafePath', /\.\./u));
  });

  it('of other stores are links and nothing else', async () => {
    await assert.rejects(remote.below('gs://bkt/data', ''), fails('unsupported', /Only s3:/u));
    assert.equal(await remote.size(asset('gs://bkt/k', { synced: true })), undefined);
  });
});
