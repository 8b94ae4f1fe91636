import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers, freePort, startServer } from '../../support/serverProcess';
import { temporaryFolder } from '../../support/temporaryFolder';

const SERVER = 'require("node:http").createServer((_, answer) => answer.end("fine")).listen(Number(process.argv[1]), "127.0.0.1")';

describe('a server for tests', () => {
  const folder = temporaryFolder();

  async function start(): Promise<{ readonly url: string; stop(): Promise<void> }> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = await startServer({
      name: 'server', command: process.execPath, args: ['-e', SERVER, String(port)], folder: folder(), environment: process.env, isReady: () => answers(url),
    });
    return { url, stop: () => server.stop() };
  }

  async function isGone(url: string): Promise<boolean> {
    for (let waited = 0; waited < 50 && await answers(url); waited++) {
      await sleep(20);
    }
    return !await answers(url);
  }

  it('answers until it is stopped, which may be said twice', async () => {
    const { url, stop } = await start();
    assert.ok(await answers(url));
    await stop();
    await stop();
    assert.ok(await isGone(url));
  });

  it('ends with the process that started it, even where that is killed', async () => {
    const port = await freePort();
    const owner: ChildProcess = fork(path.join(__dirname, '../../support/servingProcess.js'), [folder(), String(port), SERVER]);
    await once(owner, 'message');
    const url = `http://127.0.0.1:${port}`;
    assert.ok(await answers(url));
    owner.kill('SIGKILL');
    assert.ok(await isGone(url));
  });

  it('that ends before it answers is told with the end of its log', async () => {
    const failing = startServer({
      name: 'server', command: process.execPath, args: ['-e', 'console.error("no room"); process.exit(3)'], folder: folder(), environment: process.env, isReady: async () => false,
    });
    await assert.rejects(failing, /server did not start.*no room/s);
  });
});
