import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { commitIn, filesBelow, storeIn } from '../support/stores';
import { DOWNLOADED, textOfDownload } from './harness/downloads';
import { memoryFolder } from './harness/memoryFolder';
import { chance, scaled, tell } from './harness/scale';

const KILLS = scaled(8, 250);
/** Each costs two processes more. */
const KILLS_GONE_ON = scaled(2, 100);
const LARGE = 'weights.bin';
/** What may be on its way to the disk: a piece that is gathered and one that is being written. */
const ON_THE_WAY = 2 * 2 ** 20;

interface Attempt {
  /** Where each file was taken up, and how far it came. */
  readonly reads: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
}

describe('a process that is killed while it downloads', () => {
  const folder = memoryFolder();
  const target = (): string => path.join(folder(), 'target');
  const journal = (): string => path.join(folder(), 'journal');

  it('over a network, leaves whole files under final names only, and the next one goes on where it stopped', async function () {
    this.timeout(900_000);
    const { killed, finished, parts } = await killing('', 2);
    const attempts = attemptsIn(fs.readFileSync(journal(), 'utf8'));
    const { fetched, again } = refetched(attempts);
    assert.ok(parts > 0, 'no kill left a part');
    const kept = 1 - again / fetched;
    assert.ok(kept >= 0.9, `only ${Math.round(kept * 100)} % of the bytes were kept`);
    tell(`killed ${killed} times during ${finished} downloads: only whole files under final names; ${(kept * 100).toFixed(1)} % of ${Math.round(fetched / 2 ** 20)} MiB not fetched again`);
  });

  it('out of a store, leaves whole files under final names only, and the next one completes', async function () {
    this.timeout(900_000);
    const { killed, finished } = await killing(filledStore(), 2);
    tell(`killed ${killed} times during ${finished} downloads: only whole files under final names`);
  });

  it('out of a store, is gone on with in the very file that it left', async function () {
    this.timeout(900_000);
    const store = filledStore();
    const random = chance(3);
    let taken = 0;
    let bytes = 0;
    for (let kills = 0; kills < KILLS_GONE_ON; kills++) {
      const left = await run(store, random() * 20, true) === 0 ? partOf(LARGE) : undefined;
      await run(store, undefined);
      assertWhole(true);
      if (left !== undefined && left.size > 0) {
        // Memory, where this is, gives no number twice.
        assert.equal(fs.statSync(path.join(target(), LARGE)).ino, left.ino, `${left.size} bytes were thrown away`);
        taken++;
        bytes += left.size;
      }
      fs.rmSync(target(), { recursive: true });
    }
    assert.ok(taken > 0, 'no kill left a part');
    tell(`killed ${KILLS_GONE_ON} times, of which ${taken} left a part: ${Math.round(bytes / 2 ** 20)} MiB not copied again`);
  });

  function filledStore(): string {
    const store = path.join(folder(), 'store');
    commitIn(storeIn(store), { files: Object.fromEntries(DOWNLOADED.map((file) => [file.path, textOfDownload(file)])) });
    return store;
  }

  function partOf(name: string): fs.Stats | undefined {
    const part = fs.existsSync(target()) ? fs.readdirSync(target()).find((each) => each.startsWith(name) && each.endsWith('.part')) : undefined;
    return part === undefined ? undefined : fs.statSync(path.join(target(), part));
  }

  /** Kills download after download; one that was killed so often, or that ended by itself, is completed and looked at. */
  async function killing(store: string, most: number): Promise<{ readonly killed: number; readonly finished: number; readonly parts: number }> {
    const random = chance(2);
    const sum = { killed: 0, finished: 0, parts: 0 };
    const span = await run(store, undefined);
    for (let inARow = 0; sum.killed < KILLS;) {
      const lived = await run(store, inARow === most ? undefined : random() * span * 0.7);
      sum.killed += lived === 0 ? 1 : 0;
      inARow = lived === 0 ? inARow + 1 : 0;
      sum.parts += assertWhole(lived > 0);
      if (lived > 0) {
        sum.finished++;
        fs.rmSync(target(), { recursive: true });
      }
    }
    return sum;
  }

  /** How long the download took, 0 where it was killed. */
  async function run(store: string, killAfter: number | undefined, whenBegun = false): Promise<number> {
    const child = spawn(process.execPath, [path.join(__dirname, 'harness/downloadingChild.js'), target(), journal(), store], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    const begun = performance.now();
    while (whenBegun && child.exitCode === null && partOf(LARGE) === undefined) {
      await after(1);
    }
    if (killAfter !== undefined) {
      await Promise.race([after(killAfter), ended]);
      child.kill('SIGKILL');
    }
    const [code, signal] = await ended as [number | null, string | null];
    assert.ok(code === 0 || signal === 'SIGKILL', `ended with ${code ?? signal}`);
    return code === 0 ? performance.now() - begun : 0;
  }

  /** Says how many parts there are. */
  function assertWhole(complete: boolean): number {
    const found = fs.existsSync(target()) ? filesBelow(target()) : [];
    const parts = found.filter((name) => name.endsWith('.part'));
    const wanted = new Map(DOWNLOADED.map((file) => [file.path, file]));
    for (const name of found.filter((each) => !parts.includes(each))) {
      const file = wanted.get(name);
      assert.ok(file !== undefined, `${name} is none of ours`);
      assert.ok(fs.readFileSync(path.join(target(), name)).equals(Buffer.from(textOfDownload(file))), `${name} is not whole`);
    }
    if (complete) {
      assert.deepEqual(found, DOWNLOADED.map((file) => file.path).sort());
    }
    return parts.length;
  }
});

/** What was fetched in each life of the process, by the journal that it kept. */
function attemptsIn(text: string): readonly Attempt[] {
  return text.split('begin\n').slice(1).map((lines) => {
    const reads = new Map<string, { from: number; to: number }>();
    for (const line of lines.split('\n').filter((each) => each.includes(' '))) {
      const [file = '', position] = line.split(' ');
      const size = DOWNLOADED.find((each) => each.path === file)!.size;
      const read = reads.get(file) ?? { from: Number(position), to: 0 };
      read.to = Math.min(size, Number(position) + 128 * 1024);
      reads.set(file, read);
    }
    return { reads };
  });
}

/** Bytes that were fetched in all, and those that had been fetched before for the same folder. */
function refetched(attempts: readonly Attempt[]): { readonly fetched: number; readonly again: number } {
  const reached = new Map<string, number>();
  let fetched = 0;
  let again = 0;
  for (const { reads } of attempts) {
    for (const [file, { from, to }] of reads) {
      const before = reached.get(file) ?? 0;
      // A new folder begins at 0 after all was fetched.
      const lost = from === 0 && before === DOWNLOADED.find((each) => each.path === file)!.size ? 0 : Math.max(0, before - from);
      assert.ok(lost <= ON_THE_WAY, `${lost} bytes of ${file} were fetched again`);
      fetched += to - from;
      again += lost;
      reached.set(file, to);
    }
  }
  return { fetched, again };
}
