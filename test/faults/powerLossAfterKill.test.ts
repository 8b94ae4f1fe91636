import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Store } from '../../src/store/store';
import { UNWATCHED } from '../../src/store/work';
import { exportTo, importFrom } from '../support/archives';
import { CHURN, commitIn, largeBytes, storeIn } from '../support/stores';
import { diskAfter } from './harness/disk';
import { memoryFolder } from './harness/memoryFolder';
import { TELLING, type Treatment } from './harness/powerCuts';
import { Recorder } from './harness/recorder';
import { said } from './harness/said';
import { scaled, tell } from './harness/scale';
import { HARMLESS, standingIn } from './harness/standIn';
import { inspect } from './harness/storeInspector';

/** Of the calls at which a writer is killed, each or some. */
const EVERY = scaled(3, 1);

const FILES = { 'a.bin': largeBytes(1), 'b.bin': largeBytes(2), 's.txt': 'small' };

/** What is promised to the one who was not killed: sound versions, and sentences of `said`. */
interface Promised {
  readonly versions: readonly string[];
  readonly sentences?: readonly string[];
  readonly gone?: readonly string[];
}

/** Room is given back before new names are kept. What goes is first moved away under its own name (holding.ts). */
const REMOVED_FIRST: Treatment = (operation) =>
  (operation.kind === 'leave' || (operation.kind === 'enter' && operation.from?.name === operation.name) ? 'done' : 'undone');

describe('a power cut after a writer was killed that had no time to flush', () => {
  const folder = memoryFolder();
  const archive = (): string => path.join(folder(), 'churn.tar');
  beforeEach(() => {
    const elsewhere = storeIn(path.join(folder(), 'elsewhere'));
    commitIn(elsewhere, { files: FILES });
    exportTo(elsewhere, archive(), [CHURN]);
  });

  const scenarios: readonly { readonly name: string; readonly before?: (store: Store) => void; readonly killed: (root: string) => void; readonly next: (root: string) => Promised }[] = [
    {
      name: 'the same files of the same artifact, in a store that the killed one began',
      killed: (root) => void commitIn(storeIn(root), { files: FILES }),
      next: (root) => logged(root, 'churn'),
    },
    {
      name: 'the same files of another artifact',
      before: (store) => void commitIn(store, { files: { first: 'first' } }),
      killed: (root) => void commitIn(storeIn(root), { files: FILES }),
      next: (root) => logged(root, 'other'),
    },
    {
      name: 'an alias, tags, and the use by a run',
      before: (store) => void commitIn(store, { files: { first: 'first' } }),
      killed: speak,
      next: (root) => {
        speak(root);
        return { versions: ['ada/churn:1.0.0'], sentences: ['best stands on 1.0.0', '1.0.0 is tagged checked', 'training is running', 'training consumed 1.0.0'] };
      },
    },
    {
      name: 'an archive of the same version',
      before: (store) => void commitIn(store, { files: { first: 'first' }, draft: { artifact: 'other' } }),
      killed: (root) => void commitIn(storeIn(root), { files: FILES }),
      next: (root) => {
        importFrom(storeIn(root), archive());
        return { versions: ['ada/churn:1.0.0'] };
      },
    },
    {
      name: 'the deletion of a version, and of one of another artifact that shares bytes with it',
      before: (store) => ['churn', 'other'].forEach((artifact) => void commitIn(store, { files: FILES, draft: { artifact } })),
      killed: (root) => remove(root, 'churn'),
      next: (root) => {
        // Its process is this one, which lives.
        fs.rmSync(path.join(root, 'locks'), { recursive: true, force: true });
        remove(root, 'other');
        return { versions: [], gone: ['ada/other:1.0.0'] };
      },
    },
  ];

  for (const { name, before, killed, next } of scenarios) {
    it(`takes nothing of what another was told to have done since: ${name}`, function () {
      this.timeout(600_000);
      let kills = 0;
      let disks = 0;
      for (let at = 1; ; at += EVERY) {
        const recorded = fs.mkdtempSync(path.join(folder(), 'recorded-'));
        const root = path.join(recorded, 'store');
        const recorder = new Recorder(recorded);
        const { isReached, promised } = recorder.during(() => {
          before?.(storeIn(root));
          return { isReached: killedAt(at, () => killed(root)), promised: next(root) };
        });
        for (const [index, treatment] of [...TELLING, REMOVED_FIRST].entries()) {
          const place = path.join(recorded, `disk-${index}`);
          diskAfter(recorder.operations, recorder.operations.length, recorder.root, recorder.isDirectory, treatment).writeTo(place);
          const when = `killed at call ${at}, treated in way ${index}`;
          const { sound, visible, problems } = inspect(path.join(place, 'store'));
          assert.deepEqual(problems, [], when);
          assert.deepEqual(promised.versions.filter((version) => !sound.has(version)), [], when);
          assert.deepEqual(promised.gone?.filter((version) => visible.includes(version)) ?? [], [], when);
          const says = said(path.join(place, 'store'));
          assert.deepEqual(promised.sentences?.filter((sentence) => !says.has(sentence)) ?? [], [], when);
          disks++;
        }
        fs.rmSync(recorded, { recursive: true });
        if (!isReached) {
          break;
        }
        kills++;
      }
      assert.ok(kills >= scaled(15, 45), `${kills} kills`);
      tell(`killed at ${kills} different calls, ${disks} disks: nothing lost that the next one was told`);
    });
  }

  function logged(root: string, artifact: string): Promised {
    return { versions: [`ada/${artifact}:${commitIn(storeIn(root), { files: FILES, draft: { artifact } }).version}`] };
  }

  function remove(root: string, artifact: string): void {
    storeIn(root).remove({ workspace: 'ada', artifact, version: '1.0.0' }, UNWATCHED);
  }

  function speak(root: string): void {
    const store = storeIn(root);
    const first = { ...CHURN, version: '1.0.0' };
    store.label(first, { tags: ['checked'], aliases: ['best'] });
    store.consume(first, store.startRun('ada', 'training'));
  }

  /** Runs `work` until it has changed the disk `at − 1` times; from then on it changes and sees nothing. Tells whether it came to that. */
  function killedAt(at: number, work: () => void): boolean {
    let calls = 0;
    standingIn((name, args, original) => {
      if (calls >= at || (!HARMLESS.test(name) && ++calls >= at)) {
        throw new Error('killed');
      }
      return original(...args);
    }, () => {
      try {
        work();
      } catch (error) {
        assert.ok(calls >= at, error instanceof Error ? error : String(error));
      }
    });
    return calls >= at;
  }
});
