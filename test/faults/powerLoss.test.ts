import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { thisMaker } from '../../src/store/processes';
import { type Store } from '../../src/store/store';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, storeIn } from '../support/stores';
import { writeFiles } from '../support/temporaryFolder';
import { diskAfter, type DiskOperation, flushedBefore } from './harness/disk';
import { memoryFolder } from './harness/memoryFolder';
import { isName, TELLING, type Treatment, whileClockLeaps } from './harness/powerCuts';
import { Recorder } from './harness/recorder';
import { said } from './harness/said';
import { chance, scaled, tell } from './harness/scale';
import { inspect, type Inspection, StoreInspector } from './harness/storeInspector';

/** Power cuts of each length of the log that are left to chance; the telling ones are tried anyway. */
const BY_CHANCE = scaled(1, 30);
/** Of the moments of a cut, each or some. */
const EVERY = scaled(2, 1);
/** Of so many disks the store is used again on one. */
const USED_AGAIN = scaled(40, 20);

describe('a power cut', () => {
  const folder = memoryFolder();

  /** Twenty files, so many large ones among them. */
  const twenty = (large: number, seed: number): Record<string, string | Uint8Array> => Object.fromEntries(Array.from({ length: 20 }, (_, index) =>
    index < large ? [`large-${index}.bin`, largeBytes(seed * 100 + index, 66_000 + index)] : [`small/${index}.txt`, `${seed} small ${index}`]));

  function logFiles(store: Store, name: string, files: Readonly<Record<string, string | Uint8Array>>, run?: string): string {
    const source = path.join(folder(), `source-${name}`);
    const written = writeFiles(source, files);
    const writing = beginIn(store, { aliases: ['newest'], ...(run === undefined ? undefined : { producer: { workspace: 'ada', run } }) });
    writing.put(Object.keys(files).map((logical, index) => ({ path: logical, file: written[index]! })), UNWATCHED);
    return writing.commit(UNWATCHED).version;
  }

  const scenarios: readonly { readonly name: string; readonly work: (root: string, mark: (label: string) => void) => void }[] = [
    {
      name: 'while the first version of a new store is logged',
      work: (root, mark) => {
        const store = storeIn(root);
        const { run } = store.startRun('ada', 'training');
        mark('told training is running');
        logFiles(store, 'first', twenty(4, 1), run);
        mark('committed 1.0.0');
        mark('told newest stands on 1.0.0');
        mark('told training produced 1.0.0');
      },
    },
    {
      name: 'while versions follow each other, with so many large files that the whole disk is flushed',
      work: (root, mark) => {
        const store = storeIn(root);
        logFiles(store, 'one', twenty(18, 1));
        mark('committed 1.0.0');
        mark('told newest stands on 1.0.0');
        mark('changing newest stands on 1.0.0');
        logFiles(store, 'two', { ...twenty(18, 2), 'small/19.txt': '1 small 19', 'large-0.bin': largeBytes(100, 66_000) });
        mark('committed 2.0.0');
        mark('told newest stands on 2.0.0');
      },
    },
    {
      name: 'while a version is deleted whose bytes others need',
      work: (root, mark) => {
        const store = storeIn(root);
        commitIn(store, { files: { a: largeBytes(1), b: largeBytes(2), c: 'small' } });
        mark('committed 1.0.0');
        commitIn(store, { files: { b: largeBytes(2), c: 'small', d: 'other' } });
        mark('committed 2.0.0');
        mark('deleting 1.0.0');
        store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED);
        mark('deleted 1.0.0');
      },
    },
    {
      name: 'while versions get aliases and tags, and a run begins, uses one, and ends',
      work: (root, mark) => {
        const store = storeIn(root);
        const first = { ...CHURN, version: commitIn(store, { files: { a: 'first' } }).version };
        mark('committed 1.0.0');
        const run = store.startRun('ada', 'training');
        mark('told training is running');
        store.label(first, { tags: ['checked'], aliases: ['best'] });
        mark('told 1.0.0 is tagged checked');
        mark('told best stands on 1.0.0');
        store.consume(first, run);
        mark('told training consumed 1.0.0');
        mark('changing best stands on 1.0.0');
        commitIn(store, { files: { a: 'second' }, draft: { aliases: ['best'] } });
        mark('committed 2.0.0');
        mark('told best stands on 2.0.0');
        mark('changing training is running');
        store.endRun(run, 'finished', UNWATCHED);
        mark('told training is finished');
        mark('changing 1.0.0 is tagged checked');
        store.label(first, { tags: ['checked', 'old'] });
        mark('told 1.0.0 is tagged checked,old');
      },
    },
  ];

  for (const { name, work } of scenarios) {
    it(`${name}, loses nothing that was committed and shows nothing that was not`, async function () {
      this.timeout(1_800_000);
      const recorded = path.join(folder(), 'recorded');
      fs.mkdirSync(recorded);
      const recorder = new Recorder(recorded);
      // That what it writes lasts must not hang on how old the clock of the disk makes it look.
      recorder.during(() => whileClockLeaps(path.join(recorded, 'store', 'tmp'), () => work(path.join(recorded, 'store'), (label) => recorder.mark(label))));
      assertComplete(recorder, recorded);
      const place = path.join(folder(), 'disk');
      const root = path.join(place, 'store');
      const pool = path.join(folder(), 'pool');
      fs.mkdirSync(pool);
      // One for all disks: a file that it has read before it knows again by its links.
      const inspector = new StoreInspector(root);
      const states = new Set<string>();
      let tried = 0;
      let used = 0;
      for (let length = 0; length <= recorder.operations.length; length += EVERY) {
        const marks = recorder.operations.slice(0, length).flatMap((operation) => (operation.kind === 'mark' ? [operation.label] : []));
        for (const treatment of treatments(recorder.operations, length)) {
          tried++;
          const disk = diskAfter(recorder.operations, length, recorder.root, recorder.isDirectory, treatment);
          const state = `${marks.join()} ${disk.summary}`;
          if (states.has(state)) {
            continue;
          }
          states.add(state);
          const usedAgain = states.size % USED_AGAIN === 0;
          disk.writeTo(place, usedAgain ? undefined : pool);
          const seen = usedAgain ? inspect(root) : inspector.look();
          assertHeld(seen, said(root), marks, `after ${length} of ${recorder.operations.length} operations`);
          if (usedAgain) {
            used++;
            assertUsable(root, seen);
          }
          fs.rmSync(place, { recursive: true });
        }
      }
      assert.ok(tried >= scaled(500, 5_000) && states.size >= scaled(200, 1_500) && used >= scaled(4, 75), `${tried} power cuts, ${states.size} disks, ${used} used again`);
      tell(`${recorder.operations.length} operations, ${tried} power cuts, ${states.size} different disks, ${used} of them used again: none lost, none half`);
    });
  }

  /** The recorder's own disk at the end is the real one: nothing escaped it. */
  function assertComplete(recorder: Recorder, real: string): void {
    const place = path.join(folder(), 'complete');
    diskAfter(recorder.operations, recorder.operations.length, recorder.root, recorder.isDirectory, () => 'done').writeTo(place);
    const listing = (root: string): (readonly [string, string])[] => fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
      .map((name) => [name, fs.statSync(path.join(root, name)).isFile() ? fs.readFileSync(path.join(root, name), 'latin1') : ''] as const);
    assert.deepEqual(listing(place), listing(real));
    fs.rmSync(place, { recursive: true });
  }

  function* treatments(operations: readonly DiskOperation[], length: number): Generator<Treatment> {
    yield* TELLING;
    const flushed = flushedBefore(operations, length);
    const loose = operations.slice(0, length).flatMap((operation, index) => (isName(operation) && flushed[index] !== true ? [index] : []));
    for (const only of loose.slice(-scaled(2, 12))) {
      // One name alone overtakes all others.
      yield (operation, index) => (index === only || !isName(operation) ? 'done' : 'undone');
      yield (operation, index) => (index === only || !isName(operation) ? 'undone' : 'done');
    }
    for (let seed = 0; seed < BY_CHANCE; seed++) {
      const random = chance(length * 1_000 + seed);
      const share = random();
      yield (operation) => (random() < share ? 'done' : operation.kind === 'write' && random() < 0.5 ? 'half' : 'undone');
    }
  }

  function assertHeld({ problems, sound, visible }: Inspection, says: ReadonlySet<string>, marks: readonly string[], when: string): void {
    assert.deepEqual(problems, [], when);
    const told = (what: string): string[] => marks.flatMap((label) => (label.startsWith(`${what} `) ? [label.slice(what.length + 1)] : []));
    const committed = told('committed');
    for (const version of committed) {
      const expected = told('deleted').includes(version) ? false : told('deleting').includes(version) ? undefined : true;
      assert.ok(expected === undefined || sound.has(`ada/churn:${version}`) === expected, `${version} ${when}`);
    }
    // The commit that is under way may be seen or not.
    assert.ok(visible.filter((each) => !committed.includes(each.replace('ada/churn:', ''))).length <= 1, `${visible.join()} ${when}`);
    const changing = told('changing');
    assert.deepEqual(told('told').filter((sentence) => !changing.includes(sentence) && !says.has(sentence)), [], when);
  }

  function assertUsable(root: string, before: Inspection): void {
    // Whoever held a lock is gone with the power. Its process is this one, which is not.
    const held = filesBelow(root).filter((file) => /^locks\/.*\.held$/.test(file));
    held.forEach((file) => fs.writeFileSync(path.join(root, file), JSON.stringify({ ...thisMaker(), pid: 2 ** 30 })));
    const { version } = commitIn(storeIn(root), { files: { a: largeBytes(1), 'large-0.bin': largeBytes(100, 66_000), 'small/5.txt': '1 small 5' } });
    const after = inspect(root);
    assert.deepEqual(after.problems, []);
    assert.ok(after.sound.has(`ada/churn:${version}`));
    before.visible.forEach((each) => assert.ok(after.sound.has(each), each));
  }
});
