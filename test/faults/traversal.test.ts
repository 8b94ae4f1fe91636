import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { pathProblem, windowsProblem } from '../../src/model/safePath';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { hostilePaths } from '../support/hostilePaths';
import { workerFile } from '../support/providers';
import { Shelf, shelfVersion } from '../support/shelf';
import { memoryFolder } from './harness/memoryFolder';
import { scaled, tell } from './harness/scale';

const RUNS = scaled(15_000, 1_000_000);

describe('a path that leads out of the chosen folder', () => {
  const folder = memoryFolder();
  const opened: { files?: LocalFiles } = {};
  before(() => {
    opened.files = createLocalFiles({ workerFile });
  });
  after(() => opened.files?.dispose());

  it('is refused, or is a plain name: nothing is ever written beside the folder', async function () {
    this.timeout(120_000);
    const parent = path.join(folder(), 'parent');
    const target = path.join(parent, 'between', 'target');
    fs.mkdirSync(target, { recursive: true });
    fs.writeFileSync(path.join(parent, 'x'), 'mine');
    const outcomes = { refused: 0, written: 0 };
    for (const name of hostilePaths) {
      const shelf = new Shelf({ files: [[name, 'foreign'], ['harmless.txt', 'foreign']] });
      const before = fs.readdirSync(target).length;
      try {
        const { written } = await downloadVersion({ provider: shelf.provider, files: opened.files! }, { version: shelfVersion, folder: target, conflicts: 'overwrite' });
        outcomes.written++;
        assert.ok(written.includes('harmless.txt'));
      } catch {
        outcomes.refused++;
        assert.equal(fs.readdirSync(target).length, before, `${JSON.stringify(name)} was refused, and something was written`);
      }
      const beside = [...fs.readdirSync(parent), ...fs.readdirSync(path.join(parent, 'between')), ...fs.readdirSync(folder())];
      assert.deepEqual(beside, ['between', 'x', 'target', 'parent'], JSON.stringify(name));
      assert.equal(fs.readFileSync(path.join(parent, 'x'), 'utf8'), 'mine');
      fs.rmSync(target, { recursive: true });
      fs.mkdirSync(target);
    }
    assert.ok(hostilePaths.length >= 300 && outcomes.refused > 150 && outcomes.written > 10, JSON.stringify(outcomes));
    tell(`${hostilePaths.length} paths: ${outcomes.refused} refused before anything was written, ${outcomes.written} written inside, none outside`);
  });

  it('is never one that the gate lets through, on any system', function () {
    this.timeout(1_800_000);
    const piece = fc.oneof(fc.constantFrom('..', '.', '/', '\\', ':', 'C:', '%2e', '%252e', '\u0000', '//', '~', 'a', 'CON', ' ', '\n', '\u202e', '\uff0e', '\u2024'), fc.string({ unit: 'grapheme', maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 3 }));
    const counted = { passed: 0 };
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), (name) => {
      if (pathProblem(name) !== undefined) {
        return;
      }
      counted.passed++;
      for (const system of [path.posix, path.win32]) {
        if (system === path.win32 && windowsProblem(name) !== undefined) {
          continue;
        }
        const root = system === path.win32 ? 'D:\\data\\target' : '/data/target';
        const place = system.join(root, ...name.split('/'));
        assert.ok(place.startsWith(root + system.sep) && place.length > root.length + 1, JSON.stringify(name));
        assert.equal(system.resolve(place), place);
      }
    }), { numRuns: RUNS, seed: 18 });
    assert.ok(counted.passed > RUNS / 100);
    tell(`${RUNS} strings, ${counted.passed} of which the gate takes: all inside`);
  });
});
