import assert from 'node:assert/strict';
import { createHash, hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createHttp, type Http } from '../../../src/providers/http';
import { createAgents } from '../../../src/providers/http/agents';
import { sendMeasured } from '../../../src/providers/measured';
import { giveUp } from '../../../src/providers/passed';
import { faultServer, type FaultServer } from '../../support/faultServer';
import { silentLog } from '../../support/providers';
import { temporaryFolder } from '../../support/temporaryFolder';

const SIZE = 4 * 2 ** 20;

describe('memory of bytes that pass', () => {
  const folder = temporaryFolder();
  const bodies = new Map<string, Buffer>();
  let server: FaultServer;
  let http: Http;

  beforeEach(async () => {
    server = await faultServer({ answer: ({ path: name }) => ({ body: bodies.get(name) ?? '' }) });
    http = createHttp({ base: server.url, log: silentLog });
  });
  afterEach(async () => {
    http.dispose();
    await server.close();
    bodies.clear();
  });

  function serve(name: string): Buffer {
    const body = randomBytes(SIZE);
    bodies.set(name, body);
    return body;
  }

  async function left(passing?: true): Promise<number> {
    const body = serve('/a');
    const { body: pieces } = await http.open('/a', { expected: SIZE, call: { passing } });
    const kept: Uint8Array[] = [];
    const seen = createHash('sha256');
    for await (const piece of pieces) {
      seen.update(piece);
      kept.push(piece);
    }
    assert.equal(seen.digest('hex'), hash('sha256', body));
    return kept.reduce((bytes, { length }) => bytes + length, 0);
  }

  it('is taken away when their reader asks for the next, if he said so', async () => {
    assert.ok(await left(true) < SIZE / 16);
  });

  it('stays where he did not', async () => {
    assert.equal(await left(), SIZE);
  });

  it('is one place for all that a plain connection reads', async () => {
    const agents = createAgents();
    try {
      const body = serve('/a');
      for (const agent of [agents.kept.http, agents.alone.http]) {
        const places = new Set<ArrayBufferLike>();
        const request = get(`${server.url}/a`, { agent }).on('socket', (socket) => socket.on('data', ({ buffer }: Buffer) => places.add(buffer)));
        const [answer] = await once(request, 'response') as [IncomingMessage];
        assert.ok(Buffer.concat(await answer.toArray() as Buffer[]).equals(body));
        assert.equal(places.size, 1);
      }
    } finally {
      agents.dispose();
    }
  });

  it('does not mix what many connections bring at a time, read fast and slowly', async () => {
    await Promise.all(Array.from({ length: 12 }, async (_, index) => {
      const body = serve(`/${index}`);
      const { body: pieces } = await http.open(`/${index}`, { expected: SIZE });
      const kept: Uint8Array[] = [];
      for await (const piece of pieces) {
        kept.push(piece);
        for (let turns = 0; turns < index; turns++) {
          await setImmediate();
        }
      }
      assert.ok(Buffer.concat(kept).equals(body), `answer ${index}`);
    }));
  });

  it('is given back by a small file that was sent', async () => {
    const file = path.join(folder(), 'small.bin');
    fs.writeFileSync(file, randomBytes(100_000));
    let sent: Uint8Array = new Uint8Array();
    const { size } = await sendMeasured({ path: 'small.bin', size: 100_000, file, open: () => fs.createReadStream(file) }, async ({ bytes = sent }) => {
      sent = bytes;
      assert.equal(sent.length, 100_000);
    }, () => {});
    assert.equal(size, 100_000);
    assert.equal(sent.length, 0);
  });

  it('is left alone where other bytes lie in it, or other threads see it', () => {
    const pooled = Buffer.alloc(1000, 'a').subarray(0, 500);
    const shared = Buffer.from(new SharedArrayBuffer(500));
    giveUp(pooled);
    giveUp(shared);
    assert.deepEqual([pooled.length, shared.length], [500, 500]);
  });
});
