import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What goes wrong with one request. Without one it is answered as it should be. */
export type Fault =
  /** Another answer than the right one. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string }
  /** The same before anything of the request was read. */
  | { readonly kind: 'early'; readonly status: number; readonly body?: string }
  | { readonly kind: 'delay'; readonly ms: number }
  /** A TCP reset after so many bytes of the request's body. */
  | { readonly kind: 'resetUp'; readonly after: number }
  /** A TCP reset after so many bytes of the answer's body. */
  | { readonly kind: 'resetDown'; readonly after: number }
  /** The connection ends cleanly after so many bytes, fewer than the head said. */
  | { readonly kind: 'truncated'; readonly after: number }
  /** The same without a length in the head. */
  | { readonly kind: 'cutChunks'; readonly after: number }
  /** All of it, without saying how much it is. */
  | { readonly kind: 'unsaidLength' }
  | { readonly kind: 'wrongBytes' }
  | { readonly kind: 'ignoredRange' }
  | { readonly kind: 'wrongRange' }
  /** Says gzip and sends what it is. */
  | { readonly kind: 'gzipLie' }
  | { readonly kind: 'drip'; readonly bytes: number; readonly ms: number }
  /** Nothing more after so many bytes of the answer's body; without a number no answer at all. */
  | { readonly kind: 'silence'; readonly after?: number }
  /** Stops reading the request's body. */
  | { readonly kind: 'deaf' }
  | { readonly kind: 'endlessHead' };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly at: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface FaultServerOptions {
  /** The right answers; ranges are made of them where `ranges` is set. */
  readonly answer?: (seen: Seen) => Reply | Promise<Reply>;
  /** Stands before this server instead of answering by itself. */
  readonly before?: string;
  /** Where it listens; anywhere, unless it is given. */
  readonly port?: number;
  /** Whether ranges of the answers are given. */
  readonly ranges?: boolean;
  /** The fault of each request, in the order in which they come. */
  readonly faults?: (seen: Pick<Seen, 'method' | 'path' | 'headers'>, index: number) => Fault | undefined;
}

export interface FaultServer {
  readonly url: string;
  readonly requests: readonly Seen[];
  /** Faults of the next requests; what is undefined goes well. */
  script(...faults: readonly (Fault | undefined)[]): void;
  /** How many connections were made. */
  connections(): number;
  /** How many of them are open. */
  open(): number;
  /** Goes away with all that is under way, and is there again after so many milliseconds. */
  restart(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function faultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const requests: Seen[] = [];
  const scripted: (Fault | undefined)[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let count = 0;
  const server = http.createServer((request, response) => {
    const head = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    const fault = scripted.length > 0 ? scripted.shift() : options.faults?.(head, count);
    count += 1;
    request.on('error', () => {});
    response.on('error', () => {});
    void serve(request, response, fault, options, requests).catch(() => response.destroy());
  });
  server.requestTimeout = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => { server.close(resolve); });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script: (...faults) => { scripted.push(...faults); },
    connections: () => connections,
    open: () => sockets.size,
    async restart(ms) {
      await close();
      await new Promise((resolve) => { setTimeout(resolve, ms); });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close,
  };
}

async function serve(request: http.IncomingMessage, response: http.ServerResponse, fault: Fault | undefined, options: FaultServerOptions, requests: Seen[]): Promise<void> {
  const at = Date.now();
  if (fault?.kind === 'early') {
    requests.push(seen(request, Buffer.alloc(0), at));
    response.writeHead(fault.status).end(fault.body ?? '');
    return;
  }
  if (fault?.kind === 'deaf') {
    requests.push(seen(request, Buffer.alloc(0), at));
    return;
  }
  const body = await bodyOf(request, fault?.kind === 'resetUp' ? fault.after : undefined);
  const now = seen(request, body, at);
  requests.push(now);
  if (fault?.kind === 'resetUp') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === 'status') {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    return;
  }
  if (fault?.kind === 'delay') {
    await new Promise((resolve) => { setTimeout(resolve, fault.ms); });
  }
  const whole = options.before === undefined ? await options.answer?.(now) ?? {} : await forwarded(options.before, now);
  send(response, fault?.kind === 'ignoredRange' || options.ranges !== true ? whole : ranged(whole, now.headers.range), fault);
}

const seen = (request: http.IncomingMessage, body: Buffer, at: number): Seen => ({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body, at });

async function bodyOf(request: http.IncomingMessage, limit = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= limit) {
      break;
    }
  }
  return Buffer.concat(chunks);
}

async function forwarded(target: string, { method, path, headers, body }: Seen): Promise<Reply> {
  const request = http.request(`${target}${path}`, { method, headers: { ...headers, host: new URL(target).host, connection: 'close' }, agent: false });
  request.end(body);
  const [answer] = await once(request, 'response') as [http.IncomingMessage];
  const { 'transfer-encoding': _chunked, connection: _connection, ...kept } = answer.headers;
  return { status: answer.statusCode ?? 500, headers: kept, body: await bodyOf(answer) };
}

function ranged(reply: Reply, range: string | undefined): Reply {
  const [, first, end] = /^bytes=(\d+)-(\d*)$/u.exec(range ?? '') ?? [];
  const bytes = Buffer.from(reply.body ?? '');
  if (first === undefined || (reply.status ?? 200) !== 200) {
    return { ...reply, headers: { 'accept-ranges': 'bytes', ...reply.headers } };
  }
  if (Number(first) >= bytes.length) {
    return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
  }
  const last = Math.min(end === undefined || end === '' ? Infinity : Number(end), bytes.length - 1);
  return { ...reply, status: 206, headers: { ...reply.headers, 'content-range': `bytes ${first}-${last}/${bytes.length}` }, body: bytes.subarray(Number(first), last + 1) };
}

function send(response: http.ServerResponse, reply: Reply, fault: Fault | undefined): void {
  const bytes = Buffer.from(reply.body ?? '');
  const headers: http.OutgoingHttpHeaders = { 'content-length': bytes.length, ...reply.headers };
  const status = reply.status ?? 200;
  switch (fault?.kind) {
    case 'resetDown':
      response.writeHead(status, headers);
      response.write(bytes.subarray(0, fault.after), () => setTimeout(() => response.socket?.resetAndDestroy(), 20));
      response.flushHeaders();
      return;
    case 'truncated':
      response.writeHead(status, headers);
      response.write(bytes.subarray(0, fault.after), () => response.socket?.end());
      return;
    case 'cutChunks': {
      const { 'content-length': _length, ...rest } = headers;
      response.writeHead(status, rest);
      response.write(bytes.subarray(0, fault.after), () => response.socket?.end());
      return;
    }
    case 'unsaidLength': {
      const { 'content-length': _length, ...rest } = headers;
      response.writeHead(status, rest).end(bytes);
      return;
    }
    case 'wrongBytes':
      response.writeHead(status, headers).end(bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte)));
      return;
    case 'wrongRange':
      response.writeHead(206, { ...headers, 'content-range': `bytes 1-${bytes.length}/${bytes.length + 1}` }).end(bytes);
      return;
    case 'gzipLie':
      response.writeHead(status, { ...headers, 'content-encoding': 'gzip' }).end(bytes);
      return;
    case 'drip':
      response.writeHead(status, headers);
      drip(response, bytes, fault);
      return;
    case 'silence':
      if (fault.after !== undefined) {
        response.writeHead(status, headers);
        response.flushHeaders();
        response.write(bytes.subarray(0, fault.after));
      }
      return;
    case 'endlessHead': {
      const socket = response.socket;
      socket?.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket?.write(`X-Line-${Math.random()}: ${'x'.repeat(1000)}\r\n`), 1);
      socket?.on('close', () => clearInterval(timer));
      return;
    }
    default:
      response.writeHead(status, headers).end(bytes);
  }
}

function drip(response: http.ServerResponse, bytes: Buffer, { bytes: step, ms }: { readonly bytes: number; readonly ms: number }): void {
  let position = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(position, position + step));
    position += step;
    if (position >= bytes.length) {
      clearInterval(timer);
      response.end();
    }
  }, ms);
  response.on('close', () => clearInterval(timer));
}
