import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { fileError } from '../../src/store/fileErrors';
import { freeSpace } from '../../src/store/freeing';
import { Store } from '../../src/store/store';
import { verifyStore } from '../../src/store/verification';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, CHURN, commitIn, largeBytes, readIn, storeIn } from '../support/stores';
import { failure } from './harness/refusing';
import { memoryFolder } from './harness/memoryFolder';
import { onMountedDisk } from './harness/mountedDisk';
import { standingIn } from './harness/standIn';

describe('a disk that is read-only', () => {
  const folder = memoryFolder();
  const twoVersions = (root: string): void => {
    commitIn(storeIn(root), { files: { a: largeBytes(1), b: 'small' } });
    commitIn(storeIn(root), { files: { a: largeBytes(2) } });
  };

  function assertTold(root: string): void {
    const store = (): Store => new Store(root).opened();
    assert.equal(readIn(store(), '1.0.0', 'b').toString(), 'small');
    assert.deepEqual(verifyStore(store(), UNWATCHED).findings, []);
    const changes: Readonly<Record<string, () => void>> = {
      log: () => void beginIn(store()),
      remove: () => void store().remove({ ...CHURN, version: '1.0.0' }, UNWATCHED),
      free: () => void freeSpace(store(), UNWATCHED),
      label: () => store().label({ ...CHURN, version: '1.0.0' }, { tags: ['x'] }),
    };
    for (const [name, change] of Object.entries(changes)) {
      assert.throws(() => {
        try {
          change();
        } catch (error) {
          throw fileError(error, root);
        }
      }, (error) => isArtifactError(error, 'noAccess'), name);
    }
  }

  it('is read and verified; what would change it is told as a lack of rights', function () {
    const disk = path.join(folder(), 'disk');
    onMountedDisk(this, disk, () => {
      twoVersions(path.join(disk, 'store'));
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      assertTold(path.join(disk, 'store'));
    });
  });

  it('is told so where Node says that there is no such folder', () => {
    const root = path.join(folder(), 'store');
    twoVersions(root);
    standingIn((name, args, original) => {
      if (name === 'mkdirSync') {
        const isRecursive = (args[1] as { readonly recursive?: boolean } | undefined)?.recursive === true;
        if (!fs.existsSync(String(args[0]))) {
          throw failure(isRecursive ? 'ENOENT' : 'EROFS', name, args[0]);
        }
      } else if (/^(?:write|rename|rm|unlink|link)\w*Sync$/.test(name) || (name === 'openSync' && /[wa+]/.test(String(args[1])))) {
        throw failure('EROFS', name, args[0]);
      }
      return original(...args);
    }, () => assertTold(root));
  });
});
