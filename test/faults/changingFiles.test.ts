import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { setTimeout } from 'node:timers/promises';
import { UNWATCHED } from '../../src/store/work';
import { beginIn, CHURN, readIn, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { scaled, tell } from './harness/scale';
import { StoreInspector } from './harness/storeInspector';

const LOGS = scaled(60, 500);

describe('a file that changes while it is logged', () => {
  const folder = memoryFolder();

  it('is stored with the digest and the size of the bytes that are stored, and as it is once it has come to rest', async function () {
    this.timeout(3_600_000);
    const file = path.join(folder(), 'log.bin');
    const still = path.join(folder(), 'still.txt');
    fs.writeFileSync(file, 'first');
    fs.writeFileSync(still, 'never changes');
    const store = storeIn(path.join(folder(), 'store'));
    const inspector = new StoreInspector(store.layout.root);
    const writer = new Worker(path.join(__dirname, 'harness/changingWorker.js'), { workerData: file });
    const told = new Map<string, number>();
    const log = (): string => {
      const writing = beginIn(store);
      const { changed } = writing.put([{ path: 'log.bin', file }, { path: 'still.txt', file: still }], UNWATCHED);
      changed.forEach((each) => told.set(each, (told.get(each) ?? 0) + 1));
      return writing.commit(UNWATCHED).version;
    };
    const digests = new Set<string>();
    for (let round = 0; round < LOGS; round++) {
      const version = log();
      const { problems, sound } = inspector.look();
      assert.deepEqual(problems, []);
      const { size } = store.tree({ ...CHURN, version }).tree.asset('log.bin')!;
      assert.equal(readIn(store, version, 'log.bin').length, size);
      digests.add(sound.get(`ada/churn:${version}`)!.digests.get('log.bin')!);
      // On a busy machine the writer may not have had its turn yet.
      for (const { mtimeNs } = fs.statSync(file, { bigint: true }); fs.statSync(file, { bigint: true }).mtimeNs === mtimeNs;) {
        await setTimeout(1);
      }
    }
    writer.postMessage('enough');
    const [changes] = await once(writer, 'message') as [number];
    const version = log();
    assert.ok(readIn(store, version, 'log.bin').equals(fs.readFileSync(file)), 'the last content was taken for an earlier one');
    assert.ok(digests.size > LOGS / 3, `only ${digests.size} different contents`);
    assert.deepEqual([...told.keys()], ['log.bin'], 'nobody was told, or of the wrong file');
    tell(`logged ${LOGS} times during ${changes} changes: ${digests.size} contents, every one as its digest says, ${told.get('log.bin') ?? 0} told as changed meanwhile`);
  });
});
