import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import { fileError } from '../../src/store/fileErrors';
import { Store } from '../../src/store/store';
import { UNWATCHED } from '../../src/store/work';
import { exportTo, importFrom } from '../support/archives';
import { CHURN, commitIn, filesBelow, largeBytes, readIn, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { refusingFrom } from './harness/refusing';
import { scaled, tell } from './harness/scale';
import { inspect } from './harness/storeInspector';

const CODES: Readonly<Record<string, ErrorCode>> = { EACCES: 'noAccess', EIO: 'diskFault', ...scaled({}, { EROFS: 'noAccess', EMFILE: 'diskFault', EDQUOT: 'noSpace' }) };
const CONTENTS = { 'a.bin': largeBytes(1), 'b.txt': 'small', 'c/d.txt': 'other' };
const FIRST = { ...CHURN, version: '1.0.0' };

describe('a system that refuses', () => {
  const folder = memoryFolder();
  const at = (...names: readonly string[]): string => path.join(folder(), ...names);
  const store = (): Store => new Store(at('store')).opened();
  const holds = (place: string, files: readonly string[]): void => {
    for (const name of files) {
      assert.ok(fs.readFileSync(path.join(place, name)).equals(Buffer.from(CONTENTS[name as keyof typeof CONTENTS])), name);
    }
  };

  beforeEach(() => {
    const first = storeIn(at('before'));
    commitIn(first, { draft: { aliases: ['prod'], tags: ['first'] }, files: CONTENTS });
    commitIn(first, { files: { 'a.bin': largeBytes(2) } });
    const others = storeIn(at('others'));
    commitIn(others, { draft: { artifact: 'other', aliases: ['best'] }, files: { 'x.bin': largeBytes(3), y: 'y' } });
    exportTo(others, at('others.tar'), [{ workspace: 'ada' }]);
  });

  const isDeleted = (): boolean => !inspect(at('store')).visible.includes('ada/churn:1.0.0');

  interface Operation {
    readonly name: string;
    readonly run: () => void;
    /** What holds when it was told as failed, and when it was not. */
    readonly check: (failed: boolean, shown: string) => void;
    /** Whether there is nothing left to do. */
    readonly isDone?: () => boolean;
  }
  const operations: readonly Operation[] = [
    {
      name: 'reading',
      run: () => Object.entries(CONTENTS).forEach(([name, content]) => assert.ok(readIn(store(), 'prod', name).equals(Buffer.from(content)))),
      check: () => {},
    },
    {
      name: 'a download',
      run: () => {
        fs.mkdirSync(at('out', 'c'), { recursive: true });
        const files = Object.keys(CONTENTS).map((name) => ({ path: name, part: at('out', `${name}.part`), file: at('out', name) }));
        assert.deepEqual(store().copyAll(FIRST, files, true, UNWATCHED), []);
      },
      check: (failed) => {
        const came = fs.existsSync(at('out')) ? filesBelow(at('out')).filter((name) => !name.endsWith('.part')) : [];
        holds(at('out'), came);
        assert.ok(failed || came.length === 3);
      },
    },
    {
      name: 'deleting',
      run: () => void store().remove(FIRST, UNWATCHED),
      check: (failed, shown) => assert.ok(failed || isDeleted(), shown),
      isDone: isDeleted,
    },
    {
      name: 'labelling',
      run: () => void store().label(FIRST, { tags: ['second'], aliases: ['prod', 'new'] }),
      check: (failed) => {
        const { tags, aliases } = store().catalog.version(FIRST);
        assert.ok(['first', 'second'].includes(tags.join()) && aliases.includes('prod'));
        assert.ok(failed || `${tags.join()} ${aliases.join()}` === 'second new,prod', `${tags.join()} ${aliases.join()}`);
      },
    },
    {
      name: 'an export',
      run: () => void exportTo(store(), at('out.tar'), [{ workspace: 'ada' }]),
      check: (failed, shown) => {
        assert.equal(fs.existsSync(at('out.tar')), !failed, shown);
        assert.deepEqual(fs.readdirSync(folder()).filter((name) => name.endsWith('.part')), []);
      },
      isDone: () => fs.existsSync(at('out.tar')),
    },
    {
      name: 'an import',
      run: () => void importFrom(storeIn(at('store')), at('others.tar')),
      check: (failed) => assert.ok(failed || inspect(at('store')).visible.includes('ada/other:1.0.0')),
    },
  ];

  for (const { name, run, check, isDone = () => false } of operations) {
    it(`at any call of ${name} is told as such, not tried again, and leaves what was there; it is done once the system lets it`, function () {
      this.timeout(3_600_000);
      const told: string[] = [];
      for (const [code, expected] of Object.entries(CODES)) {
        let failures = 0;
        for (let n = 1, isOver = false; !isOver; n += scaled(4, 1)) {
          fs.cpSync(at('before'), at('store'), { recursive: true });
          const refusal = refusingFrom(n, code, run);
          const error = refusal?.error === undefined ? undefined : fileError(refusal.error, at('store'));
          const shown = `call ${n} (${refusal?.call}): ${error instanceof Error ? error.stack : ''}`;
          assert.ok(error === undefined || isArtifactError(error, expected), shown);
          assert.ok(error === undefined || refusal?.tries === 1, `tried ${refusal?.tries} times: ${shown}`);
          assert.deepEqual(inspect(at('store')).problems, [], shown);
          check(error !== undefined, shown);
          // Whoever waits for a lock that could not be given back does so until its holder is gone.
          if (!isDone() && !/^renameSync .*locks/u.test(refusal?.call ?? '')) {
            run();
          }
          failures += error === undefined ? 0 : 1;
          isOver = refusal === undefined;
          ['store', 'out', 'out.tar'].forEach((left) => fs.rmSync(at(left), { recursive: true, force: true }));
        }
        assert.ok(failures > 2, String(failures));
        told.push(`${failures} of ${code} told as ${expected}`);
      }
      tell(`${name}: ${told.join(', ')}`);
    });
  }
});
