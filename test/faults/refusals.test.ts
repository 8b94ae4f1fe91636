import assert from 'node:assert/strict';
import * as path from 'node:path';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import { fileError } from '../../src/store/fileErrors';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, commitIn, filesBelow, largeBytes, readIn, storeIn } from '../support/stores';
import { writeFiles } from '../support/temporaryFolder';
import { memoryFolder } from './harness/memoryFolder';
import { scaled, tell } from './harness/scale';
import { standingIn } from './harness/standIn';
import { inspect } from './harness/storeInspector';

const PERMANENT: Readonly<Record<string, ErrorCode>> = { EACCES: 'noAccess', EROFS: 'noAccess', EMFILE: 'diskFault', EIO: 'diskFault', EDQUOT: 'noSpace' };
const ACTS = /^(?:open|write|writeFile|appendFile|fsync|fdatasync|mkdir|rename|link|copyFile|readdir|read|statfs)Sync$/;

describe('a system that refuses', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  const failure = (code: string, name: string, file: unknown): Error =>
    Object.assign(new Error(`${code}: ${name}`), { code, syscall: name.replace('Sync', ''), ...(typeof file === 'string' ? { path: file } : undefined) });

  function log(): void {
    const files = writeFiles(path.join(folder(), 'source'), { 'a.bin': largeBytes(2), 'b.txt': 'small' });
    const writing = beginIn(storeIn(root()), { aliases: ['best'] });
    try {
      writing.put(files.map((file) => ({ path: path.basename(file), file })), UNWATCHED);
      writing.commit(UNWATCHED);
    } finally {
      writing.abandon();
    }
  }

  for (const [code, expected] of Object.entries(PERMANENT)) {
    it(`(${code}) at any call is told as ${expected}, not tried again, and leaves no version`, function () {
      this.timeout(3_600_000);
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1), b: 'small' } });
      writeFiles(path.join(folder(), 'source'), { 'a.bin': largeBytes(2), 'b.txt': 'small' });
      let failures = 0;
      let survived = 0;
      for (let n = 1; ; n += scaled(4, 1)) {
        let calls = 0;
        const same = { name: '', file: '', count: 0 };
        let error: unknown;
        standingIn((name, args, original) => {
          if (ACTS.test(name) && ++calls >= n && (calls === n || (name === same.name && args[0] === same.file && name === 'renameSync'))) {
            Object.assign(same, { name, file: args[0], count: same.count + 1 });
            throw failure(code, name, args[0]);
          }
          return original(...args);
        }, () => {
          try {
            log();
          } catch (thrown) {
            error = fileError(thrown, root());
          }
        });
        if (calls < n) {
          break;
        }
        const seen = inspect(root());
        assert.deepEqual(seen.problems, []);
        assert.equal(readIn(storeIn(root()), '1.0.0', 'b').toString(), 'small');
        if (error === undefined) {
          // Nothing depended on it, or it could be done in another way.
          survived++;
        } else {
          failures++;
          assert.ok(isArtifactError(error, expected), `call ${n} (${same.name} ${same.file}): ${error instanceof Error ? error.stack : ''}`);
          assert.equal(same.count, 1, `${same.name} was tried ${same.count} times`);
        }
        storeIn(root()).catalog.numbers({ workspace: 'ada', artifact: 'churn' }).live.filter((version) => version !== '1.0.0')
          .forEach((version) => {
            assert.equal(error, undefined, `call ${n}: told as failed, and ${version} is there`);
            storeIn(root()).remove({ workspace: 'ada', artifact: 'churn', version }, UNWATCHED);
          });
      }
      assert.ok(failures > 5, String(failures));
      tell(`${code} at ${failures + survived} calls: ${failures} told as ${expected}, ${survived} without harm`);
    });
  }

  describe('on Windows, where somebody else holds a file', () => {
    const { platform } = process;
    const { wait } = Atomics;
    let waited = 0;
    beforeEach(() => {
      waited = 0;
      Object.defineProperty(process, 'platform', { value: 'win32' });
      Atomics.wait = ((_array: unknown, _index: unknown, _value: unknown, milliseconds: number) => {
        waited += milliseconds;
        return 'timed-out';
      });
    });
    afterEach(() => {
      Object.defineProperty(process, 'platform', { value: platform });
      Atomics.wait = wait;
    });

    for (const code of ['EPERM', 'EACCES', 'EBUSY']) {
      it(`(${code}) for a moment, waits and goes on`, () => {
        let refused = 0;
        standingIn((name, args, original) => {
          if (name === 'renameSync' && refused % 4 !== 3) {
            refused++;
            throw failure(code, name, args[0]);
          }
          refused += name === 'renameSync' ? 1 : 0;
          return original(...args);
        }, log);
        assert.ok(refused > 8 && waited > 0 && waited < 60_000, `${refused} refusals, ${waited} ms`);
        assert.deepEqual(inspect(root()).visible, ['ada/churn:1.0.0']);
        tell(`${code}: ${refused} renames refused, all done after ${waited} ms of waiting`);
      });

      it(`(${code}) for good, gives up within a minute and says so`, () => {
        let error: unknown;
        standingIn((name, args, original) => {
          if (name === 'renameSync') {
            throw failure(code, name, args[0]);
          }
          return original(...args);
        }, () => {
          try {
            log();
          } catch (thrown) {
            error = fileError(thrown, root());
          }
        });
        assert.ok(isArtifactError(error, 'noAccess'), String(error));
        assert.ok(waited > 1_000 && waited <= 60_000, `${waited} ms`);
        assert.deepEqual(filesBelow(root()).filter((file) => file.includes('versions/')), []);
      });
    }
  });
});
