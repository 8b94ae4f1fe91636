import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as net from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { alreadyExists } from '../../../src/model/errors';
import { createHttp, type Http, type HttpOptions, type SendBody } from '../../../src/providers/http';
import { faultServer, type FaultServer, type FaultServerOptions } from '../../support/faultServer';
import { keepingLog } from '../../support/keepingLog';
import { until } from '../../support/until';

describe('requests to a server', () => {
  let server: FaultServer;
  let http: Http;
  const log = keepingLog();

  async function start(options: FaultServerOptions = {}, more: Partial<HttpOptions> = {}): Promise<void> {
    server = await faultServer({ answer: () => ({ headers: { 'content-type': 'application/json' }, body: '{"a":1}' }), ...options });
    http = createHttp({ base: `${server.url}/prefix`, headers: async () => ({ Authorization: 'Bearer secret-token' }), log, pause: 5, ...more });
  }
  const extra: FaultServer[] = [];
  async function another(options: FaultServerOptions): Promise<FaultServer> {
    const made = await faultServer(options);
    extra.push(made);
    return made;
  }

  afterEach(async () => {
    http.dispose();
    await server.close();
    await Promise.all(extra.splice(0).map((one) => one.close()));
  });

  it('asks below the base with headers, query and a JSON body', async () => {
    await start();
    const answer = await http.json('POST', '/api/x', { query: { many: ['a', 'b'], none: undefined, flag: true }, body: { name: 'ü' }, headers: { 'X-MLFLOW-WORKSPACE': 'w' } });
    assert.deepEqual(answer, { a: 1 });
    const seen = server.requests[0]!;
    assert.equal(`${seen.method} ${seen.path}`, 'POST /prefix/api/x?many=a&many=b&flag=true');
    assert.equal(seen.headers.authorization, 'Bearer secret-token');
    assert.equal(seen.headers['content-type'], 'application/json');
    assert.equal(seen.headers['x-mlflow-workspace'], 'w');
    assert.equal(String(seen.body), '{"name":"ü"}');
  });

  it('asks again where a refusal breaks off before it says what it is', async () => {
    const refusal = JSON.stringify({ error_code: 'RESOURCE_ALREADY_EXISTS' });
    await start({ answer: () => ({ status: 400, body: refusal }) }, { errorOf: ({ body }) => (body === refusal ? alreadyExists('it') : undefined) });
    server.script({ kind: 'truncated', after: 5 }, { kind: 'resetDown', after: 5 });
    await assert.rejects(http.json('POST', '/x'), { code: 'alreadyExists' });
    assert.equal(server.requests.length, 3);
    server.script({ kind: 'truncated', after: 5 });
    await assert.rejects(http.json('POST', '/x', { retry: false }), { code: 'offline' });
  });

  it('takes an empty body for an empty object', async () => {
    await start({ answer: () => ({ body: '' }) });
    assert.deepEqual(await http.json('DELETE', '/x'), {});
  });

  it('reports an HTML page where JSON was expected as a fault of the server', async () => {
    await start({ answer: () => ({ body: '<html>Welcome</html>' }) });
    await assert.rejects(http.json('GET', '/x'), { code: 'serverFault' });
  });

  for (const [status, code] of [[400, 'invalid'], [401, 'signInNeeded'], [403, 'forbidden'], [404, 'notFound'], [409, 'alreadyExists'], [413, 'invalid'], [500, 'serverFault'], [501, 'unsupported'], [507, 'noSpace']] as const) {
    it(`turns ${status} into ${code}, at once`, async () => {
      await start({ faults: () => ({ kind: 'status', status, body: '<html>' }) });
      await assert.rejects(http.json('GET', '/x'), { code });
      assert.equal(server.requests.length, 1);
    });
  }

  it('lets the caller read the errors of its own server', async () => {
    await start({}, { errorOf: ({ body }) => Object.assign(new Error(body), { code: 'alreadyExists' }) as never });
    server.script({ kind: 'status', status: 400, body: 'RESOURCE_ALREADY_EXISTS' });
    await assert.rejects(http.json('POST', '/x'), { code: 'alreadyExists' });
  });

  it('tries again after 429, 502, 503, 504 and a reset, and gets the answer', async () => {
    await start();
    server.script({ kind: 'status', status: 429 }, { kind: 'status', status: 502 }, { kind: 'status', status: 503 }, { kind: 'resetUp', after: 0 }, { kind: 'status', status: 504 });
    assert.deepEqual(await http.json('GET', '/x'), { a: 1 });
    assert.equal(server.requests.length, 6);
  });

  it('tries again when the body of an answer breaks off', async () => {
    await start();
    server.script({ kind: 'truncated', after: 3 }, { kind: 'resetDown', after: 2 });
    assert.deepEqual(await http.json('GET', '/x'), { a: 1 });
  });

  it('gives up after six tries with what the server said last', async () => {
    await start({ faults: () => ({ kind: 'status', status: 503 }) });
    await assert.rejects(http.json('GET', '/x'), { code: 'serverFault' });
    assert.equal(server.requests.length, 6);
  });

  it('asks once for what must not happen twice', async () => {
    await start();
    server.script({ kind: 'status', status: 503 });
    await assert.rejects(http.json('POST', '/x', { body: {}, retry: false }), { code: 'serverFault' });
    assert.equal(server.requests.length, 1);
  });

  it('waits as many seconds as the server asks for', async () => {
    await start();
    server.script({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    await http.json('GET', '/x');
    const waited = server.requests[1]!.at - server.requests[0]!.at;
    assert.ok(waited >= 990 && waited <= 1_150, `${waited} ms`);
  });

  it('waits until the date that the server names', async () => {
    await start();
    const until = Math.ceil((Date.now() + 1_000) / 1000) * 1000;
    server.script({ kind: 'status', status: 503, headers: { 'retry-after': new Date(until).toUTCString() } });
    await http.json('GET', '/x');
    assert.ok(server.requests[1]!.at >= until - 5 && server.requests[1]!.at <= until + 250);
  });

  it('reports a wait of ten minutes to who looks at something', async () => {
    await start();
    server.script({ kind: 'status', status: 503, headers: { 'retry-after': '600' } });
    await assert.rejects(http.json('GET', '/x'), { code: 'rateLimited', message: /10 minutes/u });
  });

  it('honours ten minutes within a transfer, and a cancel ends the wait at once', async () => {
    await start();
    server.script({ kind: 'status', status: 503, headers: { 'retry-after': '600' } });
    const controller = new AbortController();
    const sending = http.send('PUT', '/f', bytesOf('abc'), { call: { signal: controller.signal } });
    sending.catch(() => {});
    await after(300);
    const cancelled = Date.now();
    controller.abort();
    await assert.rejects(sending, { name: 'AbortError' });
    assert.ok(Date.now() - cancelled < 200);
    assert.equal(server.requests.length, 1);
  });

  it('lands 200 files through a storm of errors with at most 1.6 requests each', async () => {
    const stored = new Map<string, string>();
    let turn = 0;
    await start({
      answer: ({ path, body }) => { stored.set(path, String(body)); return {}; },
      faults: () => ((turn = (turn + 7) % 10) < 3 ? { kind: 'status', status: turn === 0 ? 429 : 503 } : undefined),
    });
    await Promise.all(Array.from({ length: 200 }, (_, index) => http.send('PUT', `/f${index}`, bytesOf(`content ${index}`))));
    assert.equal(stored.size, 200);
    assert.equal(stored.get('/prefix/f42'), 'content 42');
    assert.ok(server.requests.length <= 320, `${server.requests.length} requests`);
  });

  it('says offline when nobody listens', async () => {
    await start();
    await server.close();
    await assert.rejects(http.json('GET', '/x'), { code: 'offline' });
    server = await faultServer();
  });

  it('gives up a server that is silent', async () => {
    await start({ faults: () => ({ kind: 'silence' }) }, { silence: 100 });
    const began = Date.now();
    await assert.rejects(http.json('POST', '/x', { retry: false }), { code: 'offline', message: /silent/u });
    assert.ok(Date.now() - began < 1_000);
  });

  it('gives up a body that stops, while another goes on', async () => {
    await start({ answer: () => ({ body: 'x'.repeat(1_000) }) }, { silence: 150 });
    server.script({ kind: 'silence', after: 10 }, { kind: 'drip', bytes: 100, ms: 60 });
    const [silent, slow] = await Promise.allSettled([readAll(http, '/a'), readAll(http, '/b')]);
    assert.equal(silent.status === 'rejected' ? (silent.reason as { code: string }).code : 'read', 'offline');
    assert.equal(slow.status === 'fulfilled' ? slow.value.length : 'broken', 1_000);
  });

  it('gives up a server that takes no more bytes', async () => {
    await start({ faults: () => ({ kind: 'deaf' }) }, { silence: 150 });
    const body: SendBody = { size: 200_000_000, async *open() { for (let sent = 0; sent < 200; sent += 1) { yield new Uint8Array(1_000_000); } } };
    await assert.rejects(http.send('PUT', '/f', body, { retry: false }), { code: 'offline', message: /silent/u });
  });

  it('does not take its own reader for a silent server', async () => {
    await start({ answer: () => ({ body: Buffer.alloc(4_000_000) }) }, { silence: 100 });
    let length = 0;
    for await (const chunk of (await http.open('/x')).body) {
      if (length === 0) {
        await after(400);
      }
      length += chunk.length;
    }
    assert.equal(length, 4_000_000);
  });

  it('refuses a head that does not end', async () => {
    await start({ faults: () => ({ kind: 'endlessHead' }) });
    await assert.rejects(http.json('GET', '/x'), { code: 'serverFault' });
  });

  it('follows a redirect on the same origin with all headers', async () => {
    await start();
    server.script({ kind: 'status', status: 302, headers: { location: '/elsewhere' } });
    await http.json('GET', '/x');
    assert.equal(server.requests[1]!.path, '/elsewhere');
    assert.equal(server.requests[1]!.headers.authorization, 'Bearer secret-token');
  });

  it('sends none of its headers to another origin', async () => {
    await start();
    const other = await another({ answer: () => ({ body: '{"b":2}' }) });
    server.script({ kind: 'status', status: 302, headers: { location: `${other.url}/taken` } });
    assert.deepEqual(await http.json('GET', '/x', { headers: { 'X-MLFLOW-WORKSPACE': 'w' } }), { b: 2 });
    assert.equal(other.requests[0]!.headers.authorization, undefined);
    assert.equal(other.requests[0]!.headers['x-mlflow-workspace'], undefined);
  });

  it('names the address that the server has moved to, where that asks for the sign-in which it did not get', async () => {
    await start();
    const other = await another({ answer: () => ({ status: 401 }) });
    server.script(...['/prefix/x', '/login'].map((path) => ({ kind: 'status' as const, status: 301, headers: { location: `${other.url}${path}` } })));
    await assert.rejects(http.json('GET', '/x'), { code: 'invalid', message: `The server redirects to ${other.url}/prefix/x: use the address that it stands for in the connection.` });
    await assert.rejects(http.json('GET', '/x'), { code: 'signInNeeded' });
  });

  it('asks another origin by absolute address without the credentials', async () => {
    await start();
    const other = await another({ answer: () => ({ body: 'bytes' }) });
    assert.equal(String(await readAll(http, `${other.url}/o?X-Amz-Signature=s3cret`)), 'bytes');
    assert.equal(other.requests[0]!.headers.authorization, undefined);
  });

  it('stops after five redirects', async () => {
    await start({ faults: () => ({ kind: 'status', status: 302, headers: { location: '/again' } }) });
    await assert.rejects(http.json('GET', '/x'), { code: 'serverFault' });
    assert.equal(server.requests.length, 6);
  });

  it('follows no redirect of a request that changes something', async () => {
    await start();
    server.script({ kind: 'status', status: 307, headers: { location: 'https://elsewhere.example/x' } });
    await assert.rejects(http.json('POST', '/x', { body: {} }), { code: 'invalid', message: /elsewhere\.example/u });
  });

  it('begins where it was asked to when the server gives ranges', async () => {
    await start({ answer: () => ({ body: '0123456789' }), ranges: true });
    const { start: from, size, body } = await http.open('/x', { start: 4 });
    assert.deepEqual([from, size, String(await collected(body))], [4, 10, '456789']);
  });

  it('says that the body begins at 0 when the server ignores ranges', async () => {
    await start({ answer: () => ({ body: '0123456789' }) });
    const { start: from, size } = await http.open('/x', { start: 4 });
    assert.deepEqual([from, size], [0, 10]);
  });

  it('refuses another range than the one asked for', async () => {
    await start({ answer: () => ({ body: '0123456789' }), ranges: true });
    server.script({ kind: 'wrongRange' });
    await assert.rejects(http.open('/x', { start: 4 }), { code: 'serverFault' });
  });

  it('fails where the connection ends before the length in the head', async () => {
    await start({ answer: () => ({ body: '0123456789' }) });
    for (const fault of [{ kind: 'truncated', after: 5 }, { kind: 'cutChunks', after: 5 }, { kind: 'resetDown', after: 5 }] as const) {
      server.script(fault);
      await assert.rejects(readAll(http, '/x'), { code: 'offline' }, fault.kind);
    }
  });

  it('hands out stored bytes as they are, and no unpacked ones', async () => {
    await start({ answer: () => ({ body: 'plain' }) });
    server.script({ kind: 'gzipLie' });
    assert.equal(String(await readAll(http, '/x')), 'plain');
  });

  it('takes JSON that says gzip and is none for a fault of the server', async () => {
    await start();
    server.script({ kind: 'gzipLie' });
    await assert.rejects(http.json('GET', '/x'), { code: 'serverFault' });
  });

  it('opens the source again for a second try, and counts its bytes once', async () => {
    await start();
    server.script({ kind: 'resetUp', after: 3 });
    const counted: number[] = [];
    let opened = 0;
    const body: SendBody = { size: 6, async *open() { opened += 1; yield Buffer.from('abc'); await after(20); yield Buffer.from('def'); } };
    await http.send('PUT', '/f', body, { call: { onProgress: ({ bytes }) => counted.push(bytes) } });
    assert.equal(opened, 2);
    assert.equal(String(server.requests.at(-1)?.body), 'abcdef');
    assert.deepEqual([...counted].sort((a, b) => a - b), counted);
    assert.equal(counted.at(-1), 6);
  });

  it('does not believe an answer that came before everything was sent', async () => {
    await start();
    const body: SendBody = { size: 6, async *open() { yield Buffer.from('abc'); await after(100); yield Buffer.from('def'); } };
    server.script({ kind: 'early', status: 200 });
    await http.send('PUT', '/f', body);
    assert.equal(String(server.requests.at(-1)?.body), 'abcdef');
    assert.equal(server.requests.length, 2);
  });

  it('sends a body that is at hand again after a reset, counts its bytes once, and opens nothing', async () => {
    await start();
    server.script({ kind: 'resetUp', after: 3 });
    const bytes = Buffer.alloc(300_000, 'abc');
    const counted: number[] = [];
    const body: SendBody = { size: bytes.length, bytes, open: () => { throw new Error('opened'); } };
    await http.send('PUT', '/f', body, { call: { onProgress: ({ bytes: sent }) => counted.push(sent) } });
    assert.ok(server.requests.at(-1)?.body.equals(bytes));
    assert.deepEqual(counted, [bytes.length]);
  });

  it('does not believe an answer that came before a body at hand was through', async () => {
    await start();
    const bytes = Buffer.alloc(64 * 2 ** 20, 'abc');
    server.script({ kind: 'early', status: 200 });
    await http.send('PUT', '/f', { size: bytes.length, bytes, open: () => { throw new Error('opened'); } });
    assert.equal(server.requests.at(-1)?.body.length, bytes.length);
    assert.equal(server.requests.length, 2);
  });

  it('says what the server refused before everything was sent', async () => {
    await start();
    server.script({ kind: 'early', status: 413 });
    const body: SendBody = { size: 50_000_000, async *open() { for (let sent = 0; sent < 50; sent += 1) { yield new Uint8Array(1_000_000); } } };
    await assert.rejects(http.send('PUT', '/f', body), { code: 'invalid' });
  });

  it('sends nothing of a source that changed its size', async () => {
    await start();
    for (const content of ['abcde', 'abcdefg']) {
      await assert.rejects(http.send('PUT', '/f', { ...bytesOf(content), size: 6 }), { code: 'invalid', message: /changed/u });
    }
    assert.equal(server.requests.filter(({ body }) => body.length === 6).length, 0);
  });

  it('closes the source of an upload that fails', async () => {
    await start();
    let closed = false;
    const body: SendBody = { size: 50_000_000, async *open() { try { for (let sent = 0; sent < 50; sent += 1) { yield new Uint8Array(1_000_000); } } finally { closed = true; } } };
    server.script({ kind: 'resetUp', after: 10 });
    await assert.rejects(http.send('PUT', '/f', body, { retry: false }), { code: 'offline' });
    await after(20);
    assert.equal(closed, true);
  });

  it('cancels an upload with a reset, so that no server takes the part for the whole', async () => {
    let ended = 'still open';
    const arrived = Promise.withResolvers<undefined>();
    const raw = net.createServer((socket) => {
      // Of what nothing has arrived nothing can be stored, however it ends.
      socket.once('data', () => { arrived.resolve(undefined); });
      socket.on('error', (error: NodeJS.ErrnoException) => { ended = error.code ?? 'error'; });
      socket.on('end', () => { ended = 'clean close'; });
      socket.resume();
    }).listen(0, '127.0.0.1');
    await once(raw, 'listening');
    await start();
    const controller = new AbortController();
    const body: SendBody = { size: 1_000_000, async *open() { yield new Uint8Array(1000); await arrived.promise; controller.abort(); await after(1_000); yield new Uint8Array(999_000); } };
    try {
      await assert.rejects(http.send('PUT', `http://127.0.0.1:${(raw.address() as net.AddressInfo).port}/f`, body, { call: { signal: controller.signal } }), { name: 'AbortError' });
      await until(() => ended !== 'still open', 'the server hears of it');
      assert.equal(ended, 'ECONNRESET');
    } finally {
      raw.close();
    }
  });

  it('cancels a download within 200 ms', async () => {
    await start({ answer: () => ({ body: 'x'.repeat(1_000) }) });
    server.script({ kind: 'drip', bytes: 1, ms: 50 });
    const controller = new AbortController();
    const reading = readAll(http, '/x', controller.signal);
    reading.catch(() => {});
    await after(100);
    const at = Date.now();
    controller.abort();
    await assert.rejects(reading, { name: 'AbortError' });
    assert.ok(Date.now() - at < 200);
  });

  it('uses a connection for each small answer on plain http, and keeps those of uploads', async () => {
    await start();
    for (let index = 0; index < 3; index += 1) {
      await http.json('GET', '/x');
    }
    assert.equal(server.connections(), 3);
    for (let index = 0; index < 3; index += 1) {
      await http.send('PUT', '/f', bytesOf('abc'));
    }
    assert.equal(server.connections(), 4);
  });

  it('keeps them all where the server answers as fast on those', async () => {
    await start({}, { reuses: true });
    for (let index = 0; index < 3; index += 1) {
      await http.json('GET', '/x');
      await readAll(http, '/x');
    }
    assert.equal(server.connections(), 1);
  });

  it('sends again at once where a kept connection was closed meanwhile', async () => {
    await start({}, { pause: 60_000 });
    await http.send('PUT', '/f', bytesOf('abc'));
    server.script({ kind: 'resetUp', after: 0 });
    await http.send('PUT', '/f', bytesOf('abc'));
    assert.equal(server.requests.length, 3);
  });

  it('writes no secret into its log or its errors', async () => {
    await start();
    server.script({ kind: 'status', status: 401, body: 'secret-token' });
    const error: unknown = await http.json('GET', '/x', { query: { token: 's3cret' } }).catch((reason: unknown) => reason);
    await http.json('GET', '/y', { query: { signature: 's3cret' } });
    const text = [...log.lines, String(error), JSON.stringify(error), String((error as Error).cause)].join('\n');
    assert.ok(log.lines.some((line) => /^GET \/prefix\/y 200 \d+ ms$/u.test(line)));
    assert.doesNotMatch(text, /s3cret|secret-token/u);
  });

  it('waits for nothing and asks for nothing after it was disposed', async () => {
    await start();
    server.script({ kind: 'status', status: 503, headers: { 'retry-after': '60' } });
    const sending = http.send('PUT', '/f', bytesOf('abc'));
    sending.catch(() => {});
    await after(50);
    http.dispose();
    await assert.rejects(sending, { code: 'offline' });
    await assert.rejects(http.json('GET', '/x'), { code: 'offline' });
    assert.equal(server.requests.length, 1);
  });

  it('ends what is under way when it is disposed', async () => {
    await start({ faults: () => ({ kind: 'silence' }) });
    const asking = http.json('GET', '/x');
    asking.catch(() => {});
    await after(50);
    http.dispose();
    await assert.rejects(asking, { code: 'offline' });
  });
});

const bytesOf = (text: string): SendBody => ({ size: Buffer.byteLength(text), async *open(start = 0) { yield Buffer.from(text).subarray(start); } });

async function collected(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const readAll = async (http: Http, target: string, signal?: AbortSignal): Promise<Buffer> => collected((await http.open(target, { call: { signal } })).body);
