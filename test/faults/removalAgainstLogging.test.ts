import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { memoryFolder } from './harness/memoryFolder';
import { readWithPython } from './harness/reading';
import { scaled, tell } from './harness/scale';
import { inspect } from './harness/storeInspector';

const ROUNDS = scaled(40, 200);

describe('deleting and freeing space while others log the same contents', () => {
  const folder = memoryFolder();

  it('never takes a byte that a version or a log under way needs', async function () {
    this.timeout(900_000);
    const root = path.join(folder(), 'store');
    const said: string[] = [];
    const begin = (role: string, seed: number): ChildProcess => {
      const child = spawn(process.execPath, [path.join(__dirname, 'harness/churningChild.js'), root, role, String(ROUNDS), String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
      createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
      return child;
    };
    const loggers = [1, 2, 3].map((seed) => begin('log', seed));
    const removers = [begin('remove', 4), begin('free', 5)];
    const gone = removers.map((child) => once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>);
    const ends = await Promise.all(loggers.map(async (child) => (await once(child, 'close') as [number | null])[0]));
    removers.forEach((child) => child.kill('SIGKILL'));
    assert.deepEqual((await Promise.all(gone)).map(([code]) => code).filter((code) => code !== null && code !== 0), [], 'one who removes or frees failed');
    assert.deepEqual(said.filter((line) => line.startsWith('WRONG')), []);
    assert.deepEqual(ends, [0, 0, 0]);
    const { problems, visible } = inspect(root);
    assert.deepEqual(problems, []);
    const { versions, complaints } = await readWithPython(root);
    assert.deepEqual([versions.length, complaints], [visible.length, '']);
    const freed = said.filter((line) => /^freed [1-9]/.test(line)).length;
    assert.ok(freed > 0, 'nothing was freed meanwhile');
    tell(`${said.filter((line) => line === 'logged').length} versions logged against ${said.filter((line) => line.startsWith('freed')).length} removals, ${freed} of which freed bytes: none that was needed`);
  });
});
