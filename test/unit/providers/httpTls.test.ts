import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import * as net from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import * as tls from 'node:tls';
import { createHttp, type Http, type SendBody } from '../../../src/providers/http';
import { makeCertificate, trust } from '../../support/certificate';
import { keepingLog } from '../../support/keepingLog';
import { until } from '../../support/until';

/** As the editor has it: an agent of its own, which puts TLS over a connection that is there already. */
const THE_EDITORS = Object.assign(new https.Agent(), {
  createConnection: (options: tls.ConnectionOptions) => tls.connect({ ...options, socket: net.connect(Number(options.port), '127.0.0.1') }),
});

for (const [name, more] of [['our own agent', {}], ['an agent of the editor', { agent: THE_EDITORS }]] as const) {
  describe(`requests over TLS, by ${name}`, () => {
    const certificate = makeCertificate();
    const uploads: IncomingMessage[] = [];
    let distrust: () => void;
    let server: https.Server;
    let http: Http;

    async function start(called: string): Promise<void> {
      server = https.createServer(certificate, (request, response) => {
        request.on('error', () => {});
        request.resume();
        if (request.method === 'PUT') {
          uploads.push(request);
        }
        request.on('end', () => response.writeHead(200, { Server: called }).end('{"a":1}'));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      http = createHttp({ base: `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`, log: keepingLog() });
    }
    beforeEach(() => {
      distrust = trust(certificate, more);
    });
    afterEach(async () => {
      distrust();
      http.dispose();
      uploads.splice(0);
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    });

    for (const [called, length] of [['gunicorn/23.0.0', undefined], ['gunicorn', undefined], ['nginx', '3']] as const) {
      it(`arrive whole at ${called}, ${length === undefined ? 'without a length' : 'with their length'}`, async () => {
        await start(called);
        assert.deepEqual(await http.json('GET', '/x'), { a: 1 });
        assert.equal((await http.send('PUT', '/f', { size: 3, async *open() { yield Buffer.from('abc'); } })).status, 200);
        assert.equal(uploads[0]!.headers['content-length'], length);
        assert.equal(uploads[0]!.headers['transfer-encoding'], length === undefined ? 'chunked' : undefined);
      });
    }

    it('break off at gunicorn in a way that it cannot take for the end', async () => {
      await start('gunicorn');
      await http.json('GET', '/x');
      const controller = new AbortController();
      const body: SendBody = { size: 1_000_000, async *open() { yield new Uint8Array(1_000); await after(50); controller.abort(); await after(1_000); yield new Uint8Array(999_000); } };
      const began = Date.now();
      await assert.rejects(http.send('PUT', '/f', body, { call: { signal: controller.signal } }), { name: 'AbortError' });
      assert.ok(Date.now() - began < 800);
      await until(() => uploads[0]?.destroyed === true, 'the server hears of it');
      assert.equal(uploads[0]!.headers['content-length'], undefined);
      assert.equal(uploads[0]!.complete, false);
    });
  });
}
