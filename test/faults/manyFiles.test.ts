import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import { createLocalFiles } from '../../src/store/localFiles';
import { localProvider, workerFile } from '../support/providers';
import { memoryFolder } from './harness/memoryFolder';
import { scaled, tell } from './harness/scale';

/** No round number, so that no portion of them is full. */
const FILES = scaled(10_001, 100_001);
const A_FOLDER = 500;
/** Bytes. */
const MOST_HEAP = 400 * 2 ** 20;

describe('a version of very many files', () => {
  const folder = memoryFolder();

  it('is logged, listed and downloaded whole, in little memory', async function () {
    this.timeout(3_600_000);
    const source = path.join(folder(), 'source');
    const contentOf = (name: string): string => `the content of ${name}`;
    const names = Array.from({ length: FILES }, (_, index) => `part-${Math.floor(index / A_FOLDER)}/${index}.txt`);
    for (const name of names) {
      fs.mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
      fs.writeFileSync(path.join(source, name), contentOf(name));
    }
    const provider = await localProvider(path.join(folder(), 'store'));
    const files = createLocalFiles({ workerFile });
    const artifact = { connection: provider.connection, workspace: 'ada', artifact: 'many' };
    const target = path.join(folder(), 'target');
    const heaps: number[] = [];
    const watch = setInterval(() => heaps.push(process.memoryUsage().heapUsed), 20);
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    try {
      const plan = await planLog({ provider, files }, { artifact, targets: [source], exclude: [] });
      const version = await logArtifact(provider, { ...artifact, type: 'dataset', version: 'major' }, plan);
      assert.equal(version.assets, FILES);
      const listed = new Set<string>();
      for (let part = 0; part * A_FOLDER < FILES; part++) {
        for await (const entry of provider.entries({ ...version, path: `part-${part}` })) {
          listed.add(entry.path);
        }
      }
      await downloadVersion({ provider, files }, { version, folder: target, conflicts: 'fail' });
      lag.disable();
      assert.deepEqual([...listed].sort(), [...names].sort());
    } finally {
      clearInterval(watch);
      await files.dispose();
      await provider.dispose();
    }
    for (const name of names) {
      assert.equal(fs.readFileSync(path.join(target, name), 'utf8'), contentOf(name));
    }
    const heap = Math.max(...heaps);
    assert.ok(heap < MOST_HEAP, `${heap} bytes of heap`);
    tell(`${FILES} files: ${Math.round(heap / 2 ** 20)} MiB of heap at most, 99 of 100 turns of the event loop late by less than ${(lag.percentile(99) / 1e6).toFixed(1)} ms`);
  });
});
