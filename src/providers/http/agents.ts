// Without `node:`: the editor puts its proxy and its certificates into these two names only.
import * as http from 'http';
import * as https from 'https';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { OnReadOpts, Socket } from 'node:net';

export interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Connections. MLflow's default server answers small things 40 ms late on a connection that was used before, so on plain http each of
 * them takes its own; a TLS handshake would cost more than that.
 */
export interface Agents {
  readonly alone: AgentPair;
  readonly kept: AgentPair;
  dispose(): void;
}

/** Shorter than the 5 s after which uvicorn closes an idle connection. */
const IDLE_MS = 4_000;
/** Bytes that are read at a time. */
const PIECE = 128 * 1024;

export function createAgents(): Agents {
  const alone: AgentPair = { http: readingToOnePlace(new http.Agent({ keepAlive: false })), https: new https.Agent({ keepAlive: false }) };
  const kept: AgentPair = { http: closingIdle(readingToOnePlace(new http.Agent({ keepAlive: true }))), https: closingIdle(new https.Agent({ keepAlive: true })) };
  return {
    alone,
    kept,
    dispose() {
      for (const agent of [alone.http, alone.https, kept.http, kept.https]) {
        agent.destroy();
      }
    },
  };
}

/** An agent's own `timeout` would end connections that are at work, too. */
function closingIdle<A extends http.Agent>(agent: A): A {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket: Socket): boolean => {
    keep(socket);
    if (socket.timeout === undefined || socket.timeout === 0 || socket.timeout > IDLE_MS) {
      socket.setTimeout(IDLE_MS);
    }
    return true;
  };
  agent.reuseSocket = (socket: Socket, request) => {
    socket.setTimeout(0);
    reuse(socket, request);
  };
  return agent;
}

/**
 * Node reads each piece to new memory, out of which the parser copies it. Here all plain connections of an agent read to one place,
 * where each piece is parsed before the next is read.
 */
function readingToOnePlace(agent: http.Agent): http.Agent {
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const onread: OnReadOpts = {
      buffer,
      callback(length) {
        socket?.emit('data', buffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect(Object.assign({}, options, { onread }), callback);
    return socket;
  };
  return agent;
}

/** What every request says of itself. The editor puts an agent of its own in the place of ours, which would close each connection. */
export const ownHeaders = (alone: boolean): Readonly<Record<string, string>> =>
  ({ Connection: alone ? 'close' : 'keep-alive', 'User-Agent': 'ml-artifacts', Accept: '*/*', 'Accept-Encoding': 'identity' });

export interface Transport {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
}

/** What is spoken through. The functions are looked up at each call, as the editor replaces them. */
export function transport(secure: boolean, onRequest: (request: ClientRequest) => void): Transport {
  return {
    request(options, onAnswer) {
      const request = (secure ? https : http).request(options, onAnswer);
      onRequest(request);
      return request;
    },
  };
}
