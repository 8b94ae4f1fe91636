import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { workerFile } from '../support/providers';
import { memoryFolder } from './harness/memoryFolder';

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
});
