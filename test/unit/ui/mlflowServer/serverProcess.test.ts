import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { lives } from '../../../support/lives';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';
import { until } from '../../../support/until';

const ROUNDS = process.env['FAULTS'] === 'full' ? 50 : 1;
const fake = path.resolve(__dirname, '../../../../../test/fixtures/fakeMlflow');

/** What Windows ends processes with, for a test elsewhere: it notes what it is told, and ends that process and the one that `child` names. */
const TASKKILL = '#!/bin/sh\ncd "$(dirname "$0")" && echo "$*" > told && kill -KILL "$2" $(cat child)\n';

for (const platform of ['linux', 'win32'] as const) {
  describe(`a server that a window has started, as on ${platform}`, () => {
    const folder = temporaryFolder();
    const system = (name: string): string => path.join(folder(), 'windows', 'System32', name);
    let window: ChildProcess;
    let port: number;
    let pids: readonly number[];

    async function open(): Promise<void> {
      writeFiles(folder(), { 'windows/System32/taskkill.exe': TASKKILL });
      fs.chmodSync(system('taskkill.exe'), 0o755);
      window = fork(path.join(__dirname, '../../../support/windowProcess.js'), [folder(), platform], {
        env: { ...process.env, PYTHONPATH: fake, SystemRoot: path.join(folder(), 'windows') },
      });
      [port] = await once(window, 'message') as [number];
      ({ pids } = await (await fetch(`http://127.0.0.1:${port}/started`)).json() as { pids: number[] });
      fs.writeFileSync(system('child'), String(pids[1]));
    }
    const allGone = (): Promise<void> => until(() => !pids.some(lives), 'all processes are gone', 3000);

    afterEach(() => {
      window.kill('SIGKILL');
      pids.filter(lives).forEach((pid) => process.kill(pid, 'SIGKILL'));
    });

    it(`ends with all that it started when the process of the window is killed (${ROUNDS})`, async function () {
      this.timeout(ROUNDS * 5000);
      for (let round = 0; round < ROUNDS; round++) {
        await open();
        window.kill('SIGKILL');
        await allGone();
      }
    });

    it('ends when it is told to, and is said to have ended', async () => {
      await open();
      const said = once(window, 'message');
      window.send('stop');
      assert.deepEqual((await said)[0], 'ended');
      await allGone();
      if (platform === 'win32') {
        assert.equal(fs.readFileSync(system('told'), 'utf8'), `/pid ${pids[0]} /T /F\n`);
      }
    });

    it('is said to have ended when it ends by itself', async () => {
      await open();
      const said = once(window, 'message');
      await fetch(`http://127.0.0.1:${port}/crash`).catch(() => undefined);
      assert.deepEqual((await said)[0], 'ended');
    });
  });
}
