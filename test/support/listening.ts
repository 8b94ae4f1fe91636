import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server on this machine that answers by a function; its end closes every connection. */
export async function listening(answer: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    answer(request, response).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  // Longer than a client keeps a connection: an end in the wrong moment would be a fault of the double.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
