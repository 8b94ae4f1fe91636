import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A way to an MLflow server on which files are slow. */
export interface SlowServer {
  readonly url: string;
  /** Bytes a second of each file from now on; as fast as it goes without a number. */
  slow(rate?: number): void;
  /** Bytes of files with that name that were let through so far: `down` to the client, `up` to the server. */
  passed(name: string): { readonly down: number; readonly up: number };
  close(): Promise<void>;
}

const FILES = '/mlflow-artifacts/artifacts/';

/** Requests that are cut are cut behind it, too, by a reset. `target` may take its time. */
export async function slowServer(target: Promise<{ readonly url: string }>): Promise<SlowServer> {
  let rate = Infinity;
  const counts = { down: new Map<string, number>(), up: new Map<string, number>() };
  const paced = async function* (bytes: AsyncIterable<Buffer>, way: keyof typeof counts, path: string): AsyncIterable<Buffer> {
    const name = path.includes(FILES) ? path.replace(/^.*\//u, '') : '';
    for await (const chunk of bytes) {
      counts[way].set(name, (counts[way].get(name) ?? 0) + chunk.length);
      yield chunk;
      if (name !== '' && rate < Infinity) {
        await pause(chunk.length / rate * 1000);
      }
    }
  };
  const server = http.createServer((request, response) => {
    request.on('error', () => undefined);
    void forward(request, response).catch(() => response.destroy());
  });
  async function forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { url } = await target;
    const path = request.url ?? '';
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const upstream = http.request(`${url}${path}`, { method: request.method ?? '', headers: { ...request.headers, host: new URL(url).host, connection: 'close' }, agent: false });
    const answered = once(upstream, 'response') as Promise<[http.IncomingMessage]>;
    answered.catch(() => undefined);
    try {
      await pour(paced(request, 'up', path), upstream, gone.signal);
      const [answer] = await answered;
      const { 'transfer-encoding': _chunked, connection: _connection, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 500, headers);
      await pour(paced(answer, 'down', path), response, gone.signal);
    } catch (error) {
      upstream.socket?.resetAndDestroy();
      throw error;
    }
  }
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slow(next = Infinity) {
      rate = next;
    },
    passed: (name) => ({ down: counts.down.get(name) ?? 0, up: counts.up.get(name) ?? 0 }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

async function pour(bytes: AsyncIterable<Buffer>, into: http.ClientRequest | http.ServerResponse, signal: AbortSignal): Promise<void> {
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    if (!into.write(chunk)) {
      await once(into, 'drain', { signal });
    }
  }
  into.end();
}
