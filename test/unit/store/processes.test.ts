import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { freeSpace, planFreeing } from '../../../src/store/freeing';
import { Lock } from '../../../src/store/lock';
import { isRunning, type Maker, thisMaker } from '../../../src/store/processes';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { standingIn } from '../../faults/harness/standIn';
import { beginIn, commitIn, largeBytes, putBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const GONE = 2 ** 22 + 1;

describe('a process', () => {
  const folder = temporaryFolder();

  /** As if it were said on another machine of this host name, whose processes are not ours: Linux, or another system. */
  function elsewhere<T>(system: 'Linux' | 'other', work: () => T): T {
    return standingIn((name, args, original) => {
      if (name === 'readFileSync' && String(args[0]).endsWith('boot_id')) {
        if (system === 'other') {
          throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        }
        return '00000000-0000-4000-8000-000000000000\n';
      }
      return name === 'statSync' && args[0] === os.tmpdir() ? { ...original(...args) as fs.BigIntStats, birthtimeNs: 1n } : original(...args);
    }, work);
  }

  it('of this machine is known to run, or to be gone', () => {
    assert.equal(isRunning(thisMaker()), true);
    assert.equal(isRunning({ ...thisMaker(), pid: GONE }), false);
  });

  it('is known on systems that do not number their starts, too', () => {
    const onOther = <T>(work: () => T): T => elsewhere('other', work);
    assert.equal(onOther(() => isRunning(thisMaker())), true);
    assert.equal(onOther(() => isRunning({ ...thisMaker(), pid: GONE })), false);
  });

  for (const system of ['Linux', 'other'] as const) {
    it(`of another machine of the same name cannot be asked (${system})`, () => {
      const maker = elsewhere(system, thisMaker);
      assert.equal(isRunning(maker), undefined);
      assert.equal(isRunning({ ...maker, pid: GONE }), undefined);
    });

    it(`of another machine of the same name keeps what it is writing, and its locks (${system})`, () => {
      const store = storeIn(path.join(folder(), 'store'));
      commitIn(store, { files: { shared: largeBytes(1) } });
      const writing = beginIn(store);
      putBytes(writing, 'shared', largeBytes(1));
      const theirs: Maker = { ...elsewhere(system, thisMaker), pid: GONE };
      const [name = ''] = fs.readdirSync(store.layout.tmp);
      writeFiles(store.layout.tmp, { [`${name}/maker.json`]: JSON.stringify(theirs) });
      store.remove({ workspace: 'ada', artifact: 'churn', version: '1.0.0' }, UNWATCHED);
      assert.equal(planFreeing(store, UNWATCHED).files, 0);
      assert.equal(freeSpace(store, UNWATCHED).files, 0);
      assert.ok(readIn(store, writing.commit(UNWATCHED).version, 'shared').equals(largeBytes(1)));

      writeFiles(path.join(folder(), 'lock'), { '1.held': JSON.stringify({ ...theirs, token: 'x' }) });
      let looks = 0;
      const impatient: Work = { ...UNWATCHED, check() {
        if (++looks > 3) {
          throw new Cancelled();
        }
      } };
      assert.throws(() => new Lock(path.join(folder(), 'lock')).acquire(impatient), Cancelled);
    });
  }
});
