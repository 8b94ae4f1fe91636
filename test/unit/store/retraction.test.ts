import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { UNWATCHED } from '../../../src/store/work';
import { standingIn } from '../../faults/harness/standIn';
import { beginIn, commitIn, filesBelow, largeBytes, putBytes, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('a log that fails', () => {
  const folder = temporaryFolder();

  it('looks through the versions of the store before others have to wait for it, and gives back what it brought', () => {
    const store = storeIn(path.join(folder(), 'store'));
    commitIn(store, { files: { a: largeBytes(1) } });
    const late = beginIn(store, { version: '2.0.0' });
    putBytes(late, 'b', largeBytes(2));
    commitIn(store, { draft: { version: '2.0.0' } });
    assert.throws(() => late.commit(UNWATCHED), (error) => isArtifactError(error, 'alreadyExists'));
    const locks = path.join(store.layout.locks, 'freeing');
    const looks: boolean[] = [];
    standingIn((_name, args, original) => {
      if (String(args[0]).endsWith('manifest.json')) {
        looks.push(fs.existsSync(locks) && fs.readdirSync(locks).some((file) => file.endsWith('.held')));
      }
      return original(...args);
    }, () => late.abandon());
    assert.ok(looks.length > 0 && !looks.includes(true), looks.join());
    assert.equal(filesBelow(store.layout.objects).length, 1);
  });
});
