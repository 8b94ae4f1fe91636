import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { commitIn, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { readWithPython } from './harness/reading';
import { chance, scaled, tell } from './harness/scale';
import { expectations, SHAPES, type Shape } from './harness/shapes';
import { type Inspection, StoreInspector } from './harness/storeInspector';

const KILLS = scaled(15, 334);
/** Kills of one store, before the next one begins empty. */
const OF_ONE_STORE = 48;
const DAY_S = 86_400;

describe('a process that is killed while it logs', () => {
  const folder = memoryFolder();

  for (const shape of SHAPES) {
    it(`loses no version that it has told of and shows none that is not whole: ${shape}`, async function () {
      this.timeout(3_600_000);
      const random = chance(SHAPES.indexOf(shape) + 1);
      const expected = expectations(shape);
      const sum = { killed: 0, told: 0, visible: 0, leftovers: 0 };
      for (let store = 0; sum.killed < KILLS; store++) {
        const root = path.join(folder(), `store-${store}`);
        const source = path.join(folder(), `source-${store}`);
        const inspector = new StoreInspector(root);
        const told = new Map<string, number>();
        let span = await untilCommit(root, source, shape, told);
        for (let kill = 0; kill < OF_ONE_STORE && sum.killed < KILLS; kill++, sum.killed++) {
          const first = 1 + kill * 100;
          span = Math.max(20, Math.min(span, 1_000));
          await killedAfter(random() * span * 2, loggingChild(root, source, shape, first), told);
          fs.rmSync(source, { recursive: true, force: true });
          const seen = inspector.look();
          assertWhole(seen, told, expected);
          assert.ok(seen.visible.length - told.size <= kill + 1, 'more versions than were begun');
        }
        // The next run works.
        await untilCommit(root, source, shape, told, 1_000_000);
        const seen = inspector.look();
        assertWhole(seen, told, expected);
        sum.told += told.size;
        sum.visible += seen.visible.length;
        sum.leftovers += seen.inTmp.length;
        assertSwept(root);
        const { versions, complaints } = await readWithPython(root);
        assert.equal(complaints, '');
        assert.equal(versions.length, seen.visible.length + 1);
        fs.rmSync(root, { recursive: true });
      }
      assert.ok(sum.leftovers > 0, 'no kill hit a log that was under way');
      tell(`killed ${sum.killed} times, ${sum.visible} versions visible (${sum.told} told), all verify; ${sum.leftovers} unfinished logs swept`);
    });
  }

  function loggingChild(root: string, source: string, shape: Shape, first: number): ChildProcess {
    return spawn(process.execPath, [path.join(__dirname, 'harness/loggingChild.js'), root, source, shape, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Kills the process so long after it has begun its first version; `told` learns what it says. */
  async function killedAfter(milliseconds: number, child: ChildProcess, told: Map<string, number>): Promise<void> {
    const ended = once(child, 'close');
    const lines = createInterface({ input: child.stdout! });
    const begun = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        listen(line, told);
        resolve();
      });
      lines.on('close', () => reject(new Error('ended before it began')));
    });
    await begun;
    await after(milliseconds);
    child.kill('SIGKILL');
    const [, signal] = await ended;
    assert.equal(signal, 'SIGKILL', 'the logging process ended by itself');
  }

  /** Lets a process log one version, and says how long that took. */
  async function untilCommit(root: string, source: string, shape: Shape, told: Map<string, number>, first = 0): Promise<number> {
    const child = loggingChild(root, source, shape, first);
    const ended = once(child, 'close');
    let begun = 0;
    for await (const line of createInterface({ input: child.stdout! })) {
      listen(line, told);
      if (line.startsWith('commit')) {
        break;
      }
      begun = performance.now();
    }
    const span = performance.now() - begun;
    child.kill('SIGKILL');
    await ended;
    return span;
  }

  function listen(line: string, told: Map<string, number>): void {
    const [, round, version] = /^commit (\d+) (.+)$/.exec(line) ?? [];
    if (version !== undefined) {
      assert.ok(!told.has(version), `${version} twice`);
      told.set(version, Number(round));
    }
  }

  function assertWhole(seen: Inspection, told: ReadonlyMap<string, number>, expected: (round: number) => ReadonlyMap<string, string>): void {
    assert.deepEqual(seen.problems, []);
    for (const [version, round] of told) {
      const whole = seen.sound.get(`ada/churn:${version}`);
      assert.ok(whole !== undefined, `${version} was told and is not there`);
      assert.equal(whole.metadata['round'], round);
    }
    for (const { metadata, digests, version } of seen.sound.values()) {
      assert.deepEqual(digests, expected(metadata['round'] as number), `${version} holds something else than what was logged`);
    }
  }

  /** A day later the next log leaves nothing of what was killed. */
  function assertSwept(root: string): void {
    const store = storeIn(root);
    for (const name of fs.readdirSync(store.layout.tmp)) {
      const old = Date.now() / 1000 - 2 * DAY_S;
      fs.utimesSync(path.join(store.layout.tmp, name), old, old);
    }
    commitIn(store, { draft: { artifact: 'later' }, files: { a: 'a day after' } });
    assert.deepEqual(fs.readdirSync(store.layout.tmp), []);
  }
});
