import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { isArtifactError } from '../../src/model/errors';
import { freeSpace } from '../../src/store/freeing';
import type { Store } from '../../src/store/store';
import { UNWATCHED } from '../../src/store/work';
import { CHURN, commitIn, largeBytes, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { readWithPython } from './harness/reading';
import { scaled, tell } from './harness/scale';
import { standingIn } from './harness/standIn';
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

  /** What a deletion leaves that was broken off. */
  const breakOff = ({ layout }: Store): void => fs.rmSync(layout.artifact(CHURN).version('1.0.0'), { recursive: true });

  for (const { name, prepare, run } of [
    { name: 'deletes', prepare: () => {}, run: (store: Store) => void store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED) },
    { name: 'frees space', prepare: breakOff, run: (store: Store) => void freeSpace(store, UNWATCHED) },
  ]) {
    it(`takes nothing from a log that went on while who ${name} slept for too long, at whichever call`, function () {
      this.timeout(600_000);
      const root = path.join(folder(), 'store');
      const { now } = performance;
      let stopped = 0;
      let shared = 0;
      for (let n = 1, isOver = false; !isOver; n += scaled(2, 1)) {
        const store = storeIn(root);
        commitIn(store, { files: { 'a.bin': largeBytes(1), 'b.txt': 'small' } });
        commitIn(store, { files: { 'a.bin': largeBytes(2) } });
        prepare(store);
        const stored = fs.readdirSync(store.layout.objects).length;
        let calls = 0;
        let time = now.call(performance);
        standingIn((_name, args, original) => {
          if (++calls === n) {
            // Each look at the time is ten minutes and more after the one before: this process, which holds the lock, lives.
            performance.now = () => (time += 700_000);
            shared += fs.readdirSync(store.layout.objects).length === stored ? 1 : 0;
            commitIn(storeIn(root), { draft: { artifact: 'other' }, files: { 'a.bin': largeBytes(1), 'c.txt': 'small' } });
            performance.now = now;
          }
          return original(...args);
        }, () => {
          try {
            run(storeIn(root));
          } catch (error) {
            assert.ok(isArtifactError(error, 'invalid') && error.message.includes('others went on'), `call ${n}: ${error instanceof Error ? error.stack : String(error)}`);
            stopped++;
          }
        });
        const { problems, sound } = inspect(root);
        assert.deepEqual(problems, [], `call ${n}`);
        assert.ok(calls < n || sound.has('ada/other:1.0.0'), `call ${n}`);
        isOver = calls < n;
        fs.rmSync(root, { recursive: true });
      }
      assert.ok(stopped > 2, String(stopped));
      tell(`${shared} logs that shared what was to go, ${stopped} of which ended who deleted: no byte was taken`);
    });
  }
});
