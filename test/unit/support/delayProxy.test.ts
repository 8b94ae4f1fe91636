import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type DelayProxy, startDelayProxy } from '../../support/delayProxy';

describe('the delaying proxy', () => {
  let server: Server;
  let proxy: DelayProxy;

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    proxy = await startDelayProxy((server.address() as AddressInfo).port, 25);
  });
  afterEach(async () => {
    await proxy.stop();
    server.close();
  });

  async function roundTrip(socket: Socket): Promise<number> {
    const started = performance.now();
    socket.write('ping');
    await once(socket, 'data');
    return performance.now() - started;
  }

  it('takes a round trip for each answer and one more for a new connection', async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    try {
      assert.ok(await roundTrip(socket) >= 95);
      const second = await roundTrip(socket);
      assert.ok(second >= 48, `${second} ms`);
    } finally {
      socket.destroy();
    }
  });

  it('passes on all bytes in their order, then the end', async () => {
    const bytes = randomBytes(20_000_000);
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(bytes);
    const received: Buffer[] = [];
    for await (const chunk of socket) {
      received.push(chunk as Buffer);
    }
    assert.ok(Buffer.concat(received).equals(bytes));
  });
});
