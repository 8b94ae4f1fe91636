import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createPace, type Pace } from '../../../src/providers/mlflow/files/pace';

/** Long enough for 32 that begin one after another to run side by side. */
const JOB_MS = 100;

describe('the pace of transfers', () => {
  let pace: Pace;
  let running: number;
  let most: number;

  beforeEach(() => {
    pace = createPace();
    running = 0;
    most = 0;
  });

  const job = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await pause(JOB_MS);
    running -= 1;
  };
  const runMany = async (count: number, bytes = 1): Promise<number> => {
    most = 0;
    await Promise.all(Array.from({ length: count }, () => pace.run(job, bytes)));
    return most;
  };

  it('begins with eight at a time', async () => {
    assert.equal(await runMany(8), 8);
  });

  it('takes one more for each that went well', async () => {
    const begun = Array.from({ length: 40 }, () => pace.run(job, 1));
    const seen: number[] = [];
    for (let look = 0; look < 2; look++) {
      await pause(JOB_MS / 2);
      seen.push(running);
      await begun[0];
    }
    await Promise.all(begun);
    const [before = 0, after = 0] = seen;
    assert.equal(before, 8);
    assert.ok(after > 8 && after <= 16, `${after}`);
  });

  it('begins those that open a connection one after another', async () => {
    const begins: number[] = [];
    await Promise.all(Array.from({ length: 8 }, () => pace.run(async () => {
      begins.push(performance.now());
      await pause(JOB_MS);
    }, 1)));
    const [first = 0, ...rest] = begins;
    rest.forEach((begin, index) => assert.ok(begin - first >= 2 * (index + 1) - 1, `${index + 1} began after ${begin - first} ms`));
  });

  it('finds within a hundred what a server bears, and asks for more slowly once it was too much', async () => {
    await runMany(100);
    assert.equal(await runMany(100), 32);
    pace.slower();
    assert.equal(await runMany(16), 16);
    assert.ok(await runMany(40) < 24);
  });

  it('grows to 32 while all goes well, and no further', async () => {
    await runMany(800);
    assert.equal(await runMany(100), 32);
  });

  it('halves at a sign of overload, and signs that come together are one', async () => {
    await runMany(800);
    pace.slower();
    pace.slower();
    assert.equal(await runMany(16), 16);
    const now = await runMany(40);
    assert.ok(now >= 16 && now <= 20, `${now}`);
  });

  it('runs few large ones at a time', async () => {
    assert.equal(await runMany(20, 20 * 1024 * 1024), 4);
  });

  it('does not begin what was cancelled while it waited', async () => {
    const controller = new AbortController();
    const others = runMany(8);
    const waiting = pace.run(job, 1, { signal: controller.signal });
    controller.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await others;
    assert.equal(most, 8);
  });
});
