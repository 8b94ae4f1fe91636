import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Ahead, createAhead } from '../../../src/providers/ahead';
import { createHttp, type Http } from '../../../src/providers/http';
import type { Opener } from '../../../src/providers/resumed';
import { type Fault, faultServer, type FaultServer, type FaultServerOptions } from '../../support/faultServer';
import { silentLog } from '../../support/providers';
import { until } from '../../support/until';

const PART = 40_000;
const bytes = randomBytes(10 * PART + 7);

describe('reading ahead', () => {
  let server: FaultServer;
  let http: Http;
  let ahead: Ahead;
  /** What the server calls its content. */
  let tag: (range: string) => string;
  let givesParts: boolean;

  async function start(options: FaultServerOptions = {}): Promise<void> {
    server = await faultServer({ answer: ({ headers }) => ({ body: bytes, headers: { etag: tag(headers.range ?? '') } }), ranges: true, ...options });
    http = createHttp({ base: server.url, log: silentLog, pause: 2, silence: 1_000 });
  }

  beforeEach(() => {
    ahead = createAhead({ large: 2 * PART, part: PART });
    tag = () => 'one';
    givesParts = true;
  });
  afterEach(async () => {
    http.dispose();
    await server.close();
  });

  const open: Opener = async (from, call, end) => {
    const answer = await http.open('/file.bin', { start: from, end, call });
    givesParts &&= answer.start === from;
    return answer;
  };

  async function* read({ from = 0, signal, passing = true }: { readonly from?: number | undefined; readonly signal?: AbortSignal; readonly passing?: boolean } = {}): AsyncGenerator<Uint8Array, void, undefined> {
    yield* ahead(open, { path: 'file.bin', start: from, size: bytes.length }, { call: { signal, ...(passing ? { passing } : undefined) }, goesOn: () => givesParts });
  }

  async function gathered(from?: number): Promise<Buffer> {
    const copies: Buffer[] = [];
    for await (const piece of read({ from })) {
      copies.push(Buffer.from(piece));
    }
    return Buffer.concat(copies);
  }

  const asked = (): readonly (string | undefined)[] => server.requests.map(({ headers }) => headers.range);

  it('gives exactly the bytes from where it begins, in their order', async () => {
    await start();
    for (const from of [0, 1, PART - 1, PART, 5 * PART + 3]) {
      assert.ok((await gathered(from)).equals(bytes.subarray(from)), String(from));
    }
  });

  it('asks for the next part while one is handed on, and for no more', async () => {
    await start();
    const pieces = read();
    await pieces.next();
    await until(() => server.requests.length === 2, 'the next part is asked for');
    assert.deepEqual(asked(), [`bytes=0-${PART - 1}`, `bytes=${PART}-${2 * PART - 1}`]);
    await pieces.return();
  });

  it('asks once for a small file, for whoever keeps the pieces, and while another is read', async () => {
    await start();
    const other = read();
    await other.next();
    const before = server.requests.length;
    assert.ok((await gathered(7)).equals(bytes.subarray(7)));
    await other.return();
    ahead = createAhead({ large: bytes.length + 1, part: PART });
    await gathered();
    ahead = createAhead({ large: 1, part: PART });
    await read({ passing: false }).next();
    assert.deepEqual(asked().slice(before).filter((range) => range !== `bytes=${PART}-${2 * PART - 1}`), ['bytes=7-', undefined, undefined]);
  });

  it('goes on within a part whose connection broke', async () => {
    await start({ faults: (_, index): Fault | undefined => (index % 3 === 1 ? { kind: 'resetDown', after: 9_000 } : undefined) });
    assert.ok((await gathered()).equals(bytes));
    assert.ok(asked().some((range) => !/^bytes=\d*0000-/u.test(range ?? '')), String(asked()));
  });

  it('reads the rest in one go where the server gives parts no more', async () => {
    let count = 0;
    await start({ faults: () => (count++ >= 3 ? { kind: 'ignoredRange' } : undefined) });
    assert.ok((await gathered()).equals(bytes));
    assert.ok(server.requests.length <= 6, String(asked()));
  });

  it('refuses parts of two contents', async () => {
    tag = (range) => (range.startsWith(`bytes=${6 * PART}-`) ? 'two' : 'one');
    await start();
    await assert.rejects(gathered(), { code: 'serverFault', details: /file\.bin changed while it was being read/u });
  });

  it('fails as its part fails, after all that came before it', async () => {
    await start({ faults: ({ headers }) => (headers.range?.startsWith(`bytes=${3 * PART}-`) === true ? { kind: 'status', status: 404 } : undefined) });
    let got = 0;
    await assert.rejects(async () => {
      for await (const { length } of read()) {
        got += length;
      }
    }, { code: 'notFound' });
    assert.equal(got, 3 * PART);
  });

  it('ends both connections when it is left, and when it is cancelled', async () => {
    await start({ faults: () => ({ kind: 'drip', bytes: 100, ms: 5 }) });
    const left = read();
    await left.next();
    await left.return();
    const cancelling = new AbortController();
    const cancelled = read({ signal: cancelling.signal });
    await cancelled.next();
    const waiting = (async () => { while ((await cancelled.next()).done !== true) { /* Until it is cancelled. */ } })();
    cancelling.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/u);
    // The next one finds the way free.
    await until(() => server.open() === 0, 'all connections are closed');
    givesParts = true;
    const again = read();
    await again.next();
    await until(() => asked().length === 6, 'two parts are asked for again');
    await again.return();
  });
});
