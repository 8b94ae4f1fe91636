import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { ChosenFiles, chosenPlace } from '../../../src/store/chosenFiles';
import { createLocalFiles, fileSource } from '../../../src/store/localFiles';
import { bytesOf, workerFile } from '../../support/providers';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

(process.platform === 'win32' ? describe.skip : describe)('a file that was chosen', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);

  beforeEach(() => {
    writeFiles(folder(), { 'chosen/data/a.txt': 'mine', 'chosen/data/b.txt': 'other', 'outside/a.txt': 'secret' });
  });

  // What is done where no path leads through an open folder is seen here as well.
  for (const platform of new Set([process.platform, 'darwin'] as const)) {
    describe(`on ${platform}`, () => {
      let chosen: ChosenFiles;
      beforeEach(() => {
        chosen = new ChosenFiles(platform);
      });
      afterEach(() => chosen.rest());

      const read = (file: string, within: string): string => {
        const descriptor = chosen.open({ file, within });
        try {
          return fs.readFileSync(descriptor, 'utf8');
        } finally {
          fs.closeSync(descriptor);
        }
      };
      const refused = (file: string, within: string): void =>
        assert.throws(() => read(file, within), (error) => isArtifactError(error, 'unsafePath') && error.details.includes(file));

      it('is read where it is, with links to places that were chosen too', () => {
        fs.symlinkSync('a.txt', at('chosen/data/link.txt'));
        fs.symlinkSync('data', at('chosen/again'));
        fs.symlinkSync('chosen', at('way'));
        const within = chosenPlace(at('way'), platform);
        for (const name of ['data/a.txt', 'data/link.txt', 'again/a.txt']) {
          assert.equal(read(at('way', name), within), 'mine', name);
        }
        assert.equal(read(at('way/data/a.txt'), chosenPlace(at('way/data/a.txt'), platform)), 'mine');
      });

      it('is read where another file has taken its place', () => {
        const file = at('chosen/data/a.txt');
        const [alone, within] = [chosenPlace(file, platform), chosenPlace(at('chosen'), platform)];
        writeFiles(folder(), { 'chosen/data/new': 'saved' });
        fs.renameSync(at('chosen/data/new'), file);
        assert.deepEqual([read(file, within), read(file, alone)], ['saved', 'saved']);
      });

      it('is not read where a link has taken its place that leads elsewhere', () => {
        const file = at('chosen/data/a.txt');
        const [alone, within] = [chosenPlace(file, platform), chosenPlace(at('chosen'), platform)];
        assert.equal(read(file, within), 'mine');
        fs.rmSync(file);
        fs.symlinkSync(at('outside/a.txt'), file);
        refused(file, within);
        refused(file, alone);
      });

      it('is not read where a link has taken the place of its folder, nor of what was chosen', () => {
        const within = chosenPlace(at('chosen'), platform);
        fs.renameSync(at('chosen/data'), at('data'));
        fs.symlinkSync('../outside', at('chosen/data'));
        refused(at('chosen/data/a.txt'), within);
        fs.renameSync(at('chosen'), at('was-chosen'));
        fs.symlinkSync('outside', at('chosen'));
        refused(at('chosen/a.txt'), within);
      });

      it('of a folder beside it with a longer name is not within', () => {
        writeFiles(folder(), { 'chosen-too/a.txt': 'secret' });
        refused(at('chosen-too/a.txt'), chosenPlace(at('chosen'), platform));
      });

      it('is missed by its own path', () => {
        assert.throws(() => read(at('chosen/data/none'), chosenPlace(at('chosen'), platform)), { code: 'ENOENT', path: at('chosen/data/none') });
      });
    });
  }

  it('is sent to a server from where it was found, or not at all', async () => {
    const files = createLocalFiles({ workerFile });
    try {
      const { files: [found] } = await files.scan({ targets: [at('chosen')], exclude: [] });
      const source = fileSource(found ?? assert.fail());
      assert.equal((await bytesOf(source.open())).toString(), 'mine');
      fs.renameSync(at('chosen/data'), at('data'));
      fs.symlinkSync('../outside', at('chosen/data'));
      await assert.rejects(bytesOf(source.open()), (error) => isArtifactError(error, 'unsafePath'));
    } finally {
      await files.dispose();
    }
  });
});
