import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createHttp, type Http, type SendBody } from '../../../src/providers/http';
import { Bucket } from '../../../src/providers/s3/bucket';
import { OwnCredentials } from '../../../src/providers/s3/credentials';
import { bucketAddress, ownEndpoint, regionOf } from '../../../src/providers/s3/endpoint';
import { signed } from '../../../src/providers/s3/signing';
import { faultServer, type FaultServer, type Reply, type Seen } from '../../support/faultServer';
import { keepingLog } from '../../support/keepingLog';

const VARIABLES = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };

describe('signatures for AWS', () => {
  const suite = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const manual = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const empty = createHash('sha256').digest('hex');

  for (const [name, method, path, signature] of [
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-vanilla-query-order-key-case', 'GET', '/?Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ] as const) {
    it(`are those of AWS's test suite: ${name}`, async () => {
      const headers = await signed({ method, url: `https://example.amazonaws.com${path}`, service: 'service', region: 'us-east-1', datetime: '20150830T123600Z' }, suite);
      assert.equal(headers['authorization'], `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`);
    });
  }

  for (const [name, query, signature] of [
    ['lifecycle', '?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['a list', '?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ] as const) {
    it(`are those of the manual of S3: ${name}`, async () => {
      const headers = await signed({
        method: 'GET', url: `https://examplebucket.s3.amazonaws.com/${query}`, headers: { 'x-amz-content-sha256': empty }, service: 's3', region: 'us-east-1', datetime: '20130524T000000Z',
      }, manual);
      assert.match(headers['authorization']!, new RegExp(`Signature=${signature}$`, 'u'));
    });
  }

  it('carry the token of temporary credentials', async () => {
    const headers = await signed({ method: 'GET', url: 'https://b.s3.us-east-1.amazonaws.com/k', service: 's3', region: 'us-east-1' }, { ...suite, sessionToken: 'the token' });
    assert.equal(headers['x-amz-security-token'], 'the token');
    assert.match(headers['authorization']!, /x-amz-security-token/u);
  });
});

describe('where a bucket is', () => {
  it('has its name before the domain, unless a certificate could not cover that', () => {
    assert.equal(bucketAddress('data', 'eu-west-1', undefined), 'https://data.s3.eu-west-1.amazonaws.com');
    assert.equal(bucketAddress('data.team', 'cn-north-1', undefined), 'https://s3.cn-north-1.amazonaws.com.cn/data.team');
    assert.equal(bucketAddress('data', 'eu-west-1', 'http://minio:9000'), 'http://minio:9000/data');
  });

  it('is nowhere for names that would lead elsewhere', () => {
    for (const bucket of ['evil.example/', 'a@b', 'a#b', 'a?b', '..', '', 'x:1']) {
      assert.throws(() => bucketAddress(bucket, 'eu-west-1', undefined), { code: 'invalid' }, bucket);
    }
  });

  it('follows the usual settings', () => {
    assert.equal(ownEndpoint({ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'http://b/' }, undefined), 'http://b');
    assert.equal(ownEndpoint({ AWS_ENDPOINT_URL_S3: 'http://b', MLFLOW_S3_ENDPOINT_URL: 'http://c' }, undefined), 'http://c');
    assert.equal(ownEndpoint({}, { endpoint_url: 'http://d' }), 'http://d');
    assert.equal(regionOf({ AWS_DEFAULT_REGION: 'eu-west-1' }, { region: 'us-west-2' }), 'eu-west-1');
    assert.equal(regionOf({}, { region: 'us-west-2' }), 'us-west-2');
    assert.equal(regionOf({ AWS_REGION: 'evil.example/' }, undefined), 'us-east-1');
  });
});

describe('a bucket', () => {
  const objects = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  let server: FaultServer;
  let http: Http;
  let bucket: Bucket;
  /** Cuts a byte off what is put. */
  let shortens = false;
  let completes: Reply | undefined;

  beforeEach(async () => {
    objects.clear();
    parts.clear();
    shortens = false;
    completes = undefined;
    server = await faultServer({ answer, ranges: true });
    http = createHttp({ base: 'http://mlflow.example', log: keepingLog(), pause: 2, headers: async () => ({ Authorization: 'Bearer mlflow' }) });
    const credentials = new OwnCredentials({ http, log: keepingLog(), variables: VARIABLES });
    bucket = new Bucket({ http, credentials, bucket: 'bkt', region: 'us-east-1', endpoint: server.url });
  });
  afterEach(async () => {
    http.dispose();
    await server.close();
  });

  function answer({ method, path, body }: Seen): Reply {
    const url = new URL(path, server.url);
    const key = decodeURIComponent(url.pathname).replace(/^\/bkt\//u, '');
    const part = url.searchParams.get('partNumber');
    switch (method) {
      case 'PUT':
        (part === null ? objects : parts).set(part ?? key, shortens ? body.subarray(1) : body);
        return { headers: { etag: `"${part ?? 'whole'}"` } };
      case 'POST':
        if (url.searchParams.has('uploads')) {
          return { body: '<InitiateMultipartUploadResult><UploadId>u&amp;1</UploadId></InitiateMultipartUploadResult>' };
        }
        objects.set(key, Buffer.concat([...String(body).matchAll(/<PartNumber>(\d+)</gu)].map(([, number]) => parts.get(number!)!)));
        return completes ?? { body: '<CompleteMultipartUploadResult/>' };
      case 'DELETE':
        if (url.searchParams.has('uploadId')) {
          return { status: 404, body: '<Error><Code>NoSuchUpload</Code></Error>' };
        }
        objects.delete(key);
        return { status: 204 };
      default:
        return key === '' ? listed(url) : objects.has(key) ? { body: objects.get(key)! } : { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
    }
  }
  function listed(url: URL): Reply {
    const keys = [...objects.keys()].filter((key) => key.startsWith(url.searchParams.get('prefix')!)).sort();
    const from = Number(url.searchParams.get('continuation-token') ?? 0);
    const rows = keys.slice(from, from + 2).map((key) => `<Contents><Key>${encodeURIComponent(key).replaceAll('%20', '+')}</Key><Size>${objects.get(key)!.length}</Size></Contents>`);
    const more = from + 2 < keys.length;
    return { body: `<ListBucketResult>${rows.join('')}<IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : ''}</ListBucketResult>` };
  }

  it('keeps an object and gives it back, signed by the user and by nobody else', async () => {
    await bucket.write('a folder/ü+&?.txt', bytesOf(Buffer.from('hello')));
    assert.equal(String(objects.get('a folder/ü+&?.txt')), 'hello');
    assert.equal(await textOf((await bucket.read('a folder/ü+&?.txt', 2)).body), 'llo');
    assert.ok(server.requests.every(({ headers }) => headers.authorization!.startsWith('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/')));
  });

  it('notices an object that did not arrive whole', async () => {
    shortens = true;
    await assert.rejects(bucket.write('k', bytesOf(Buffer.from('hello'))), { code: 'corrupt' });
  });

  it('sends a large one in parts', async () => {
    const bytes = randomBytes(65 * 1024 * 1024);
    await bucket.write('large', bytesOf(bytes));
    assert.ok(objects.get('large')!.equals(bytes));
    assert.equal(parts.size, 5);
  });

  it('does not take a late error for a success', async () => {
    completes = { body: '<?xml version="1.0"?>\n<Error><Code>InternalError</Code></Error>' };
    await assert.rejects(bucket.post('k', 'uploadId=u', '<x/>', {}), { code: 'serverFault', message: /InternalError/u });
  });

  it('has the whole object where the answer to its last part got lost', async () => {
    completes = { status: 500 };
    const bytes = randomBytes(65 * 1024 * 1024);
    await bucket.write('large', bytesOf(bytes));
    assert.ok(objects.get('large')!.equals(bytes));
  });

  it('gives up the parts of an upload that fails', async () => {
    server.script(undefined, { kind: 'status', status: 403 });
    await assert.rejects(bucket.write('large', bytesOf(randomBytes(65 * 1024 * 1024))), { code: 'forbidden' });
    assert.ok(server.requests.some(({ method, path }) => method === 'DELETE' && path.endsWith('?uploadId=u%261')));
  });

  it('lists all pages below a prefix', async () => {
    for (const key of ['p/1 a', 'p/2&b', 'p/3', 'p/4/5', 'q']) {
      objects.set(key, Buffer.from(key));
    }
    const found = [];
    for await (const each of bucket.list('p/')) {
      found.push(each);
    }
    assert.deepEqual(found, [{ key: 'p/1 a', size: 5 }, { key: 'p/2&b', size: 5 }, { key: 'p/3', size: 3 }, { key: 'p/4/5', size: 5 }]);
  });

  it('lists the uploads below a prefix that became no object, all pages of them, and gives one up, also one that is gone', async () => {
    const row = (key: string, id: string): string => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`;
    server.script(
      { kind: 'status', status: 200, body: `<R>${row('p/a+%C3%BC', 'u&amp;1')}<IsTruncated>true</IsTruncated><NextKeyMarker>p/a+%C3%BC</NextKeyMarker><NextUploadIdMarker>u&amp;1</NextUploadIdMarker></R>` },
      { kind: 'status', status: 200, body: `<R>${row('p/b', '2')}<IsTruncated>false</IsTruncated></R>` },
      undefined,
      { kind: 'status', status: 404 },
    );
    const found = [];
    for await (const each of bucket.unfinished('p/')) {
      found.push(each);
    }
    assert.deepEqual(found, [{ key: 'p/a ü', id: 'u&1' }, { key: 'p/b', id: '2' }]);
    for (const each of found) {
      await bucket.giveUp(each);
    }
    const asked = server.requests.map(({ method, path }) => `${method} ${decodeURIComponent(path.replaceAll('+', ' '))}`);
    assert.match(asked[0]!, /^GET .*prefix=p\/&uploads=$/u);
    assert.match(asked[1]!, /key-marker=p\/a ü&upload-id-marker=u&1/u);
    assert.deepEqual(asked.slice(2), ['DELETE /bkt/p/a ü?uploadId=u&1', 'DELETE /bkt/p/b?uploadId=2']);
  });

  it('lists nothing for ever, whatever the store says of further pages', async () => {
    const circling = '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken><Contents><Key>k</Key><Size>1</Size></Contents>';
    const store = await faultServer({ answer: () => ({ body: `<ListBucketResult>${circling}</ListBucketResult>` }) });
    const credentials = new OwnCredentials({ http, log: keepingLog(), variables: VARIABLES });
    const odd = new Bucket({ http, credentials, bucket: 'bkt', region: 'us-east-1', endpoint: store.url });
    const read = async (pages: AsyncIterable<unknown>): Promise<number> => {
      let count = 0;
      for await (const _ of pages) {
        count += 1;
      }
      return count;
    };
    await assert.rejects(read(odd.list('')), { code: 'serverFault', details: /does not end/u });
    assert.equal(await read(odd.unfinished('')), 0);
    await store.close();
  });

  it('has no size for a missing object', async () => {
    assert.equal(await bucket.size('missing'), undefined);
  });

  it('asks again in the region that the store names', async () => {
    objects.set('k', Buffer.from('x'));
    server.script({ kind: 'status', status: 400, body: '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>' });
    assert.equal(await textOf((await bucket.read('k', 0)).body), 'x');
    assert.match(server.requests[1]!.headers.authorization!, /\/eu-central-1\/s3\//u);
  });
});

const bytesOf = (bytes: Buffer): SendBody => ({ size: bytes.length, async *open(start = 0) { yield bytes.subarray(start); } });

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
