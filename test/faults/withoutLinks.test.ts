import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createFile } from '../../src/store/durable';
import { UNWATCHED } from '../../src/store/work';
import { CHURN, commitIn, largeBytes, storeIn } from '../support/stores';
import { diskAfter } from './harness/disk';
import { memoryFolder } from './harness/memoryFolder';
import { Recorder } from './harness/recorder';
import { tell } from './harness/scale';
import { standingIn } from './harness/standIn';
import { inspect } from './harness/storeInspector';

const FILES = { 'large.bin': largeBytes(1), 'small.txt': 'small' };

describe('a disk that has no hard links, as exFAT', () => {
  const folder = memoryFolder();
  const at = (name: string): string => path.join(folder(), name);

  /** Runs `work` where links are refused, and shows the disk as a kill after each of its steps leaves it. */
  function killedAnywhere(work: (recorded: string) => void, look: (disk: string, when: string) => void): void {
    fs.mkdirSync(at('recorded'));
    const recorder = new Recorder(at('recorded'));
    recorder.during(() => withoutLinks(() => work(at('recorded'))));
    const { operations, root, isDirectory } = recorder;
    for (let length = 0; length <= operations.length; length++) {
      diskAfter(operations, length, root, isDirectory, () => 'done').writeTo(at('disk'));
      look(at('disk'), `after ${length} of ${operations.length} operations`);
      fs.rmSync(at('disk'), { recursive: true });
    }
    tell(`killed after each of ${operations.length} operations: no half file`);
  }

  it('never holds half a file of a store, whenever who logs is killed', () => {
    killedAnywhere((recorded) => {
      commitIn(storeIn(path.join(recorded, 'store')), { files: FILES });
    }, (disk, when) => {
      const facts = path.join(disk, 'store/workspaces/ada/churn/artifact.json');
      assert.deepEqual(inspect(path.join(disk, 'store')).problems, [], when);
      assert.ok(!fs.existsSync(facts) || fs.readFileSync(facts, 'utf8').endsWith('}\n'), when);
    });
  });

  it('never holds half of a downloaded file, whenever who downloads is killed', () => {
    const store = storeIn(at('store'));
    commitIn(store, { files: FILES });
    killedAnywhere((recorded) => {
      const files = Object.keys(FILES).map((name) => ({ path: name, part: path.join(recorded, `.${name}.part`), file: path.join(recorded, name) }));
      assert.deepEqual(store.copyAll({ ...CHURN, version: '1.0.0' }, files, false, UNWATCHED), []);
    }, (disk, when) => {
      for (const [name, content] of Object.entries(FILES).filter(([each]) => fs.existsSync(path.join(disk, each)))) {
        assert.ok(fs.readFileSync(path.join(disk, name)).equals(Buffer.from(content)), `${name} ${when}`);
      }
    });
  });

  it('keeps a file whose name is wanted', () => {
    const store = storeIn(at('store'));
    commitIn(store, { files: FILES });
    fs.writeFileSync(at('small.txt'), 'mine');
    withoutLinks(() => {
      const wanted = { path: 'small.txt', part: at('.part'), file: at('small.txt') };
      assert.deepEqual(store.copyAll({ ...CHURN, version: '1.0.0' }, [wanted], false, UNWATCHED), ['small.txt']);
      assert.equal(createFile(at('small.txt'), 'ours', at('tmp')), false);
    });
    assert.equal(fs.readFileSync(at('small.txt'), 'utf8'), 'mine');
    assert.ok(!fs.existsSync(at('.part')));
    assert.deepEqual(fs.readdirSync(at('tmp')), []);
  });

  const withoutLinks = <T>(work: () => T): T => standingIn((name, args, original) => {
    if (name === 'linkSync') {
      throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', errno: -1, syscall: 'link' });
    }
    return original(...args);
  }, work);
});
