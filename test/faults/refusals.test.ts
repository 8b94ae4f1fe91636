import assert from 'node:assert/strict';
import * as path from 'node:path';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import { fileError } from '../../src/store/fileErrors';
import type { VersionWriting } from '../../src/store/versionWriting';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, commitIn, filesBelow, largeBytes, readIn, storeIn } from '../support/stores';
import { writeFiles } from '../support/temporaryFolder';
import { memoryFolder } from './harness/memoryFolder';
import { failure, refusingFrom } from './harness/refusing';
import { scaled, tell } from './harness/scale';
import { standingIn } from './harness/standIn';
import { inspect } from './harness/storeInspector';

const PERMANENT: Readonly<Record<string, ErrorCode>> = { EACCES: 'noAccess', EROFS: 'noAccess', EMFILE: 'diskFault', EIO: 'diskFault', EDQUOT: 'noSpace' };

describe('a system that refuses', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  const begun = (): VersionWriting => beginIn(storeIn(root()), { aliases: ['best'] });
  const write = (writing: VersionWriting): void => {
    const files = ['a.bin', 'b.txt'].map((name) => ({ path: name, file: path.join(folder(), 'source', name) }));
    writing.put(files, UNWATCHED);
    writing.commit(UNWATCHED);
  };
  const log = (): void => {
    const writing = begun();
    try {
      write(writing);
    } finally {
      writing.abandon();
    }
  };
  beforeEach(() => {
    writeFiles(path.join(folder(), 'source'), { 'a.bin': largeBytes(2), 'b.txt': 'small' });
  });

  for (const [code, expected] of Object.entries(PERMANENT)) {
    it(`(${code}) at any call is told as ${expected}, not tried again, and leaves no version`, function () {
      this.timeout(3_600_000);
      const store = storeIn(root());
      commitIn(store, { files: { a: largeBytes(1), b: 'small' } });
      let failures = 0;
      let survived = 0;
      // One of them at every call: few calls open the files that are logged.
      for (let n = 1; ; n += code === 'EIO' ? 1 : scaled(5, 1)) {
        let writing: VersionWriting | undefined;
        const refusal = refusingFrom(n, code, () => {
          writing = begun();
          write(writing);
        }, () => writing?.abandon());
        if (refusal === undefined) {
          break;
        }
        const { call, tries } = refusal;
        const error = refusal.error === undefined ? undefined : fileError(refusal.error, root());
        assert.deepEqual(inspect(root()).problems, []);
        assert.equal(readIn(storeIn(root()), '1.0.0', 'b').toString(), 'small');
        if (error === undefined) {
          // Nothing depended on it, or it could be done in another way.
          survived++;
        } else {
          failures++;
          assert.ok(isArtifactError(error, expected), `call ${n} (${call}): ${error instanceof Error ? error.stack : ''}`);
          assert.equal(tries, 1, `${call} was tried ${tries} times`);
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
