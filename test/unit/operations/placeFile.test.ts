import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, it } from 'mocha';
import { isArtifactError } from '../../../src/model/errors';
import { placeFile, replaceFile } from '../../../src/operations/placeFile';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

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

  it('says what the system says where it cannot be given', async () => {
    writeFiles(folder(), { 'a.part': 'new', 'file': '' });
    await assert.rejects(replaceFile(at('a.part'), at('file/a')), (error) => isArtifactError(error, 'diskFault') && error.message.includes('not a directory, ENOTDIR'));
  });

  describe('where no links can be made', () => {
    const { link, copyFile } = fs.promises;
    beforeEach(() => {
      const refused = (name: string) => (): Promise<never> => Promise.reject(Object.assign(new Error(`EPERM: operation not permitted, ${name}`), { code: 'EPERM' }));
      // A copy grows under the name of the file, where a kill leaves half of it.
      Object.assign(fs.promises, { link: refused('link'), copyFile: refused('copyfile') });
    });
    afterEach(() => void Object.assign(fs.promises, { link, copyFile }));

    it('is given where it is free, at once to the whole file', async () => {
      writeFiles(folder(), { 'a.part': 'new' });
      assert.equal(await placeFile(at('a.part'), at('a')), 'placed');
      assert.deepEqual([fs.readdirSync(folder()), content('a')], [['a'], 'new']);
    });

    it('is not given where it is taken, by a link that leads nowhere, too', async () => {
      writeFiles(folder(), { 'a.part': 'new', 'a': 'old' });
      fs.symlinkSync(at('nowhere'), at('b'), 'junction');
      assert.deepEqual([await placeFile(at('a.part'), at('a')), await placeFile(at('a.part'), at('b'))], ['taken', 'taken']);
      assert.deepEqual([content('a'), content('a.part'), fs.lstatSync(at('b')).isSymbolicLink()], ['old', 'new', true]);
    });
  });
});
