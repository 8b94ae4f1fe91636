import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { Socket } from 'node:net';
import { createAgents, type Agents } from '../../../src/providers/http/agents';
import { faultServer, type FaultServer } from '../../support/faultServer';

/** Milliseconds after which uvicorn closes a connection that nobody uses, while a request may be on its way to it. */
const UVICORN = 5_000;

describe('connections that are kept', () => {
  let server: FaultServer;
  let agents: Agents;

  beforeEach(async () => {
    server = await faultServer({ answer: () => ({ body: 'x' }) });
    agents = createAgents();
  });
  afterEach(async () => {
    agents.dispose();
    await server.close();
  });

  async function ask(): Promise<Socket> {
    const request = http.get(server.url, { agent: agents.kept.http });
    const [answer] = await once(request, 'response') as [http.IncomingMessage];
    assert.equal(request.socket?.timeout ?? 0, 0, 'one that is at work is not closed');
    const { socket } = answer;
    answer.resume();
    await once(socket, 'free');
    return socket;
  }

  it('are closed when they are idle, before the server does it', async () => {
    const socket = await ask();
    assert.ok(socket.timeout !== undefined && socket.timeout > 0 && socket.timeout < UVICORN, String(socket.timeout));
    // As the clock of the socket would say it.
    socket.emit('timeout');
    assert.ok(socket.destroyed);
    await ask();
    assert.equal(server.connections(), 2);
  });

  it('are used again until then, with all the time that an answer takes', async () => {
    assert.equal(await ask(), await ask());
    assert.equal(server.connections(), 1);
  });
});
