import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, it } from 'mocha';
import { placeFile, replaceFile } from '../../../src/operations/placeFile';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

/** A disk other than that of the temporary folder: links do not reach it, as on disks that have none. */
const otherDisk = '/dev/shm';

describe('the final name of a file', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => path.join(folder(), name);
  const content = (name: string): string => fs.readFileSync(at(name), 'utf8');

  it('is given where it is free', async () => {
    writeFiles(folder(), { 'a.part': 'new' });
    assert.equal(await placeFile(at('a.part'), at('a')), 'placed');
    assert.deepEqual([fs.readdirSync(folder()), content('a'), fs.statSync(at('a')).nlink], [['a'], 'new', 1]);
  });

  it('is not given where it is taken', async () => {
    writeFiles(folder(), { 'a.part': 'new', 'a': 'old' });
    assert.equal(await placeFile(at('a.part'), at('a')), 'taken');
    assert.deepEqual([content('a'), content('a.part')], ['old', 'new']);
  });

  it('is given in place of another only when that was said', async () => {
    writeFiles(folder(), { 'a.part': 'new', 'a': 'old' });
    await replaceFile(at('a.part'), at('a'));
    assert.deepEqual([fs.readdirSync(folder()), content('a')], [['a'], 'new']);
  });

  it('is given and refused in the same way where no links can be made', async function () {
    if (!fs.existsSync(otherDisk) || fs.statSync(otherDisk).dev === fs.statSync(folder()).dev) {
      return this.skip();
    }
    const elsewhere = fs.mkdtempSync(path.join(otherDisk, 'place-'));
    try {
      const part = path.join(elsewhere, 'a.part');
      fs.writeFileSync(part, 'new');
      assert.equal(await placeFile(part, at('a')), 'placed');
      assert.deepEqual([content('a'), fs.existsSync(part)], ['new', false]);
      fs.writeFileSync(part, 'newer');
      assert.equal(await placeFile(part, at('a')), 'taken');
      assert.deepEqual([content('a'), fs.readFileSync(part, 'utf8')], ['new', 'newer']);
    } finally {
      fs.rmSync(elsewhere, { recursive: true });
    }
  });
});
