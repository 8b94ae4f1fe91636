import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { VersionRef } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { localProvider, logVersion, workerFile } from '../support/providers';
import { Shelf, shelfVersion } from '../support/shelf';
import { memoryFolder } from './harness/memoryFolder';
import { scaled, tell } from './harness/scale';

const ROUNDS = scaled(60, 1_000);
const TOMORROW = Date.now() / 1_000 + 86_400;
const FILES = Array.from({ length: 6 }, (_, index) => [`data/${index}.txt`, `foreign ${index}`] as const);

describe('links', () => {
  const folder = memoryFolder();
  const opened: { files?: LocalFiles } = {};
  before(() => {
    opened.files = createLocalFiles({ workerFile });
  });
  after(() => opened.files?.dispose());

  it('that loop or lead out of a folder are named and not followed when it is logged; others are what they lead to', async () => {
    const outside = path.join(folder(), 'outside');
    const chosen = path.join(folder(), 'chosen');
    fs.mkdirSync(path.join(chosen, 'inner'), { recursive: true });
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'secret'), 'secret');
    fs.writeFileSync(path.join(chosen, 'inner', 'plain.txt'), 'plain');
    for (const [name, target] of [['loop', '.'], ['self', 'self'], ['up', '..'], ['secret', '../outside/secret'], ['folder', '../outside'], ['nothing', 'nowhere'], ['within.txt', 'inner/plain.txt']] as const) {
      fs.symlinkSync(target, path.join(chosen, name));
    }
    fs.linkSync(path.join(outside, 'secret'), path.join(chosen, 'hard'));
    const { files, skipped } = await opened.files!.scan({ targets: [chosen], exclude: [] });
    assert.deepEqual(files.map((file) => file.path), ['hard', 'inner/plain.txt', 'within.txt']);
    assert.deepEqual(skipped.map(({ path: name, reason }) => `${name} ${reason}`).sort(),
      ['folder symlinkOutside', 'loop symlinkLoop', 'nothing unreadable', 'secret symlinkOutside', 'self symlinkLoop', 'up symlinkOutside']);
  });

  // Elsewhere no folder can be held: test/unit/operations/inFolders.test.ts shows what is done instead.
  (process.platform === 'linux' ? describe : describe.skip)('that somebody puts in the place of a folder while it is downloaded to', () => {
    it('lead nothing out of it that comes over a network', async function () {
      this.timeout(3_600_000);
      await downloadAgainstSwaps(new Shelf({ files: FILES, piece: 4 }).provider, shelfVersion);
    });

    it('lead nothing out of it that the embedded store copies', async function () {
      this.timeout(3_600_000);
      const provider = await localProvider(path.join(folder(), 'store'));
      try {
        await downloadAgainstSwaps(provider, await logVersion(provider, { files: Object.fromEntries(FILES) }));
      } finally {
        await provider.dispose();
      }
    });
  });

  // Elsewhere a moment is left: test/unit/store/chosenFiles.test.ts shows what is done there.
  (process.platform === 'linux' ? describe : describe.skip)('that somebody puts in the place of something while it is logged', () => {
    it('bring in nothing from outside: a folder, with so many files that two threads read them', async function () {
      this.timeout(3_600_000);
      await logAgainstSwaps('data', 30);
    });

    it('bring in nothing from outside: one file of few', async function () {
      this.timeout(3_600_000);
      await logAgainstSwaps(path.join('data', '7.txt'), 8);
    });
  });

  async function logAgainstSwaps(swapped: string, count: number): Promise<void> {
    const chosen = path.join(folder(), 'chosen');
    const outside = path.join(folder(), 'outside');
    for (const [place, content] of [[chosen, 'mine'], [outside, 'secret']] as const) {
      fs.mkdirSync(path.join(place, 'data'), { recursive: true });
      for (let index = 0; index < count; index++) {
        const file = path.join(place, 'data', `${index}.txt`);
        fs.writeFileSync(file, `${content} ${index}`.padEnd(20));
        // So new that nobody remembers it for unchanged: it is read in each round.
        fs.utimesSync(file, TOMORROW, TOMORROW);
      }
    }
    const provider = await localProvider(path.join(folder(), 'store'));
    const artifact = { connection: provider.connection, workspace: 'ada', artifact: 'raced' };
    const swapper = new Worker(path.join(__dirname, 'harness/swappingWorker.js'), { workerData: { place: path.join(chosen, swapped), outside: path.join(outside, swapped) } });
    const sum = { rounds: 0, whole: 0, less: 0, refused: 0 };
    try {
      fs.writeFileSync(path.join(chosen, 'steady.txt'), 'mine');
      for (let round = 0; round < ROUNDS || (Math.min(sum.whole, sum.refused) === 0 && round < 20 * ROUNDS); round++, sum.rounds++) {
        try {
          const plan = await planLog({ provider, files: opened.files! }, { artifact: { ...artifact, artifact: `raced-${round}` }, targets: [chosen], exclude: [] });
          const version = await logArtifact(provider, { ...artifact, artifact: `raced-${round}`, type: 'dataset', version: 'major' }, plan);
          sum[version.assets === count + 1 ? 'whole' : 'less']++;
          for await (const { path: name, sha256 } of provider.assets(version)) {
            const own = name === 'steady.txt' ? 'mine' : `mine ${path.basename(name, '.txt')}`.padEnd(20);
            assert.equal(sha256, createHash('sha256').update(own).digest('hex'), `round ${round}: ${name} is not what was chosen`);
          }
        } catch (error) {
          if (!isArtifactError(error)) {
            throw error;
          }
          sum.refused += error.code === 'unsafePath' ? 1 : 0;
        }
      }
    } finally {
      await swapper.terminate();
      await provider.dispose();
    }
    assert.ok(sum.whole > 0 && sum.refused > 0, `${JSON.stringify(sum)}: the race was not run`);
    tell(`${sum.rounds} logs against ${swapped}, which is a link to elsewhere now and then: ${sum.whole} logged, ${sum.less} without it, ${sum.refused} refused, nothing from outside`);
  }

  async function downloadAgainstSwaps(provider: Provider, version: VersionRef): Promise<void> {
    const target = path.join(folder(), 'target');
    const outside = path.join(folder(), 'outside');
    fs.mkdirSync(target);
    fs.mkdirSync(outside);
    const swapper = new Worker(path.join(__dirname, 'harness/swappingWorker.js'), { workerData: { place: path.join(target, 'data'), outside } });
    const sum = { done: 0, refused: 0 };
    try {
      for (let round = 0; round < ROUNDS; round++) {
        try {
          await downloadVersion({ provider, files: opened.files! }, { version, folder: target, conflicts: 'overwrite' });
          sum.done++;
        } catch {
          sum.refused++;
        }
        assert.deepEqual(fs.readdirSync(outside), [], `round ${round}: something was written outside`);
      }
    } finally {
      await swapper.terminate();
    }
    assert.ok(sum.done > 0 && sum.refused > 0, `${sum.done} done, ${sum.refused} refused: the race was not run`);
    tell(`${ROUNDS} downloads against a folder that is a link now and then: ${sum.done} done, ${sum.refused} refused, nothing outside`);
  }
});
