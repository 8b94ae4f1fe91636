import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Asset } from '../../../src/model/artifact';
import { isArtifactError } from '../../../src/model/errors';
import { inFolder, inFolders } from '../../../src/operations/inFolders';
import { TargetFolder } from '../../../src/operations/targetFolder';
import { shelfVersion } from '../../support/shelf';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const asset = (name: string, content = 'theirs'): Asset => ({ ...shelfVersion, kind: 'asset', path: name, size: content.length, type: 'data' });
const isRefusal = (error: unknown): boolean => isArtifactError(error, 'unsafePath');

describe('writing in folders that somebody moves', () => {
  const base = temporaryFolder();
  const at = (name: string): string => path.join(base(), name);
  /** Puts a link to `outside` in the place of the folder. */
  const swap = (): void => {
    fs.renameSync(at('target/data'), at('aside'));
    fs.symlinkSync(at('outside'), at('target/data'), 'junction');
  };
  let target: TargetFolder;

  const open = (platform: NodeJS.Platform): void => {
    target = new TargetFolder(at('target'), platform);
  };
  beforeEach(() => {
    fs.mkdirSync(at('target/data'), { recursive: true });
    fs.mkdirSync(at('outside'));
  });
  afterEach(() => target.close().catch(() => undefined));

  (process.platform === 'linux' ? describe : describe.skip)('where they can be held', () => {
    beforeEach(() => open('linux'));

    it('stays in the folder that was looked at', async () => {
      await inFolder(target, asset('data/a'), async ({ part, file }) => {
        swap();
        fs.writeFileSync(part, 'theirs');
        fs.renameSync(part, file);
      });
      assert.deepEqual([fs.readdirSync(at('outside')), fs.readdirSync(at('aside'))], [[], ['a']]);
    });

    it('is told of in the end, because the files are not where they belong', async () => {
      await inFolder(target, asset('data/a'), async () => swap());
      await assert.rejects(target.close(), isRefusal);
    });

    it('does not begin where a link leads out that was none at the first look', async () => {
      await target.makeParents('data/a');
      swap();
      await assert.rejects(inFolder(target, asset('data/a'), async () => assert.fail('it began')), isRefusal);
    });

    it('makes no folder outside', async () => {
      await target.makeParents('data/a');
      swap();
      await assert.rejects(target.makeParents('data/deep/a'), isRefusal);
      assert.deepEqual(fs.readdirSync(at('outside')), []);
    });

    it('names files by their own paths when something fails', async () => {
      const failing = inFolder(target, asset('data/a'), async ({ file }) => {
        await fs.promises.readFile(file);
      });
      await assert.rejects(failing, { code: 'ENOENT', path: at('target/data/a'), message: `ENOENT: no such file or directory, open '${at('target/data/a')}'` });
    });

    it('holds no more than 64 folders, and none in the end', async () => {
      const names = Array.from({ length: 100 }, (_, index) => `data/${index}/a`);
      const before = fs.readdirSync('/proc/self/fd').length;
      for (const name of names) {
        await target.makeParents(name);
        await inFolder(target, asset(name), async ({ file }) => fs.writeFileSync(file, 'theirs'));
      }
      assert.ok(fs.readdirSync('/proc/self/fd').length <= before + 64 + 1);
      await target.close();
      assert.ok(fs.readdirSync('/proc/self/fd').length <= before + 1);
      assert.ok(names.every((name) => fs.existsSync(at(`target/${name}`))));
    });
  });

  describe('where they cannot be held', () => {
    beforeEach(() => open('darwin'));

    it('is refused afterwards, and takes back what came to lie outside', async () => {
      const writing = inFolders(target, [asset('data/a'), asset('data/b')], async ([first, second]) => {
        swap();
        fs.writeFileSync(first!.file, 'theirs');
        fs.writeFileSync(second!.part, 'the');
      });
      await assert.rejects(writing, isRefusal);
      assert.deepEqual(fs.readdirSync(at('outside')), []);
    });

    it('leaves what somebody else has outside', async () => {
      writeFiles(at('outside'), { a: 'of somebody else' });
      const writing = inFolder(target, asset('data/a'), async () => swap());
      await assert.rejects(writing, isRefusal);
      assert.deepEqual(fs.readdirSync(at('outside')), ['a']);
    });

    it('goes on where nobody moves anything', async () => {
      await inFolder(target, asset('data/a'), async ({ file }) => fs.writeFileSync(file, 'theirs'));
      await target.close();
      assert.deepEqual(fs.readdirSync(at('target/data')), ['a']);
    });
  });
});
