import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import { freeSpace } from '../../../src/store/freeing';
import { Store } from '../../../src/store/store';
import { UNWATCHED } from '../../../src/store/work';
import { CHURN, commitIn, filesBelow, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const withCode = (code: ErrorCode) => (error: unknown): boolean => isArtifactError(error, code);

describe('the format of a store', () => {
  const folder = temporaryFolder();

  it('is written once, when something is first written', () => {
    const root = path.join(folder(), 'deep', 'store');
    new Store(root).opened().catalog.workspaces();
    assert.equal(fs.existsSync(root), false);
    commitIn(new Store(root));
    const format = fs.readFileSync(path.join(root, 'format.json'), 'utf8');
    assert.match(format, /^\{"format":1,"hash":"sha256","id":"[0-9a-f-]{36}"\}\n$/);
    commitIn(new Store(root));
    assert.equal(fs.readFileSync(path.join(root, 'format.json'), 'utf8'), format);
  });

  for (const format of ['{"format":2,"hash":"sha256"}', '{"format":1,"hash":"blake3"}', '{"format":1e9}']) {
    it(`refuses ${format} and touches nothing`, () => {
      writeFiles(folder(), { 'format.json': format, 'workspaces/ada/churn/artifact.json': '{}' });
      const before = filesBelow(folder());
      assert.throws(() => new Store(folder()).opened(), withCode('unsupported'));
      assert.throws(() => new Store(folder()).created(), withCode('unsupported'));
      assert.deepEqual(filesBelow(folder()), before);
      assert.equal(fs.readFileSync(path.join(folder(), 'format.json'), 'utf8'), format);
    });
  }

  for (const format of ['', 'not json', '[]', '{}', '{"format":"1"}']) {
    it(`calls ${JSON.stringify(format)} damaged and touches nothing`, () => {
      writeFiles(folder(), { 'format.json': format });
      assert.throws(() => new Store(folder()).created(), withCode('corrupt'));
      assert.deepEqual(filesBelow(folder()), ['format.json']);
    });
  }

  it('is missed where it was lost, with the line that brings it back', () => {
    const store = storeIn(folder());
    commitIn(store);
    fs.rmSync(store.layout.format);
    const before = filesBelow(folder());
    let said = '';
    for (const use of [(): unknown => store.opened(), (): unknown => store.created(), (): unknown => freeSpace(store, UNWATCHED)]) {
      assert.throws(use, (error) => {
        said = (error as Error).message;
        return isArtifactError(error, 'corrupt');
      });
    }
    assert.deepEqual(filesBelow(folder()), before);
    fs.writeFileSync(store.layout.format, /\{.*\}/u.exec(said)![0]);
    assert.deepEqual([...store.opened().catalog.versions(CHURN)].map(({ version }) => version), ['1.0.0']);
  });

  it('is not put into a folder that holds something else', () => {
    writeFiles(folder(), { 'thesis.tex': 'x' });
    assert.throws(() => new Store(folder()).created(), withCode('invalid'));
    assert.deepEqual(filesBelow(folder()), ['thesis.tex']);
  });

  it('says which file stands where the store should be', () => {
    const [file] = writeFiles(folder(), { 'a-file': '' });
    assert.throws(() => new Store(file!).created());
  });

  it('comes back when the folder was taken away', () => {
    const root = path.join(folder(), 'store');
    const store = storeIn(root);
    commitIn(store);
    fs.rmSync(root, { recursive: true });
    assert.equal(commitIn(store).version, '1.0.0');
  });
});
