import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { UNWATCHED } from '../../../src/store/work';
import { beginIn, CHURN, filesBelow, largeBytes, readIn, storeIn } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const { copyFileSync } = fs;

/** A disk that clones files, or does not: there is none of the first kind on most machines. */
describe('cloning', () => {
  const folder = temporaryFolder();
  let clones: string[];

  const onDisk = (clone: (from: string, to: string) => void): void => {
    const patched: { copyFileSync: typeof fs.copyFileSync } = fs;
    patched.copyFileSync = (from, to, mode = 0) => {
      assert.ok((mode & fs.constants.COPYFILE_FICLONE_FORCE) !== 0 && (mode & fs.constants.COPYFILE_EXCL) !== 0, 'this is a plain copy');
      clones.push(path.basename(String(from)));
      clone(String(from), String(to));
    };
  };
  const clone = (from: string, to: string): void => copyFileSync(from, to, fs.constants.COPYFILE_EXCL);

  beforeEach(() => {
    clones = [];
  });
  afterEach(() => {
    const patched: { copyFileSync: typeof fs.copyFileSync } = fs;
    patched.copyFileSync = copyFileSync;
  });

  it('brings large files in and out, read-only in and as new files are out', () => {
    onDisk(clone);
    const store = storeIn(path.join(folder(), 'store'));
    const [file = ''] = writeFiles(folder(), { 'weights.bin': largeBytes(1, 400_000), 'small.txt': 'small' });
    fs.chmodSync(file, 0o600);
    const writing = beginIn(store);
    writing.put([{ path: 'weights.bin', file }, { path: 'small.txt', file: path.join(folder(), 'small.txt') }], UNWATCHED);
    const { version } = writing.commit(UNWATCHED);
    assert.deepEqual(clones, ['weights.bin']);
    const [object = ''] = filesBelow(store.layout.root).filter((each) => each.startsWith('objects/'));
    assert.equal(fs.statSync(path.join(store.layout.root, object)).mode & 0o777, 0o444);
    const copied = path.join(folder(), 'copied');
    store.copy({ ...CHURN, version }, 'weights.bin', copied, UNWATCHED);
    assert.equal(clones.length, 2);
    assert.ok(fs.readFileSync(copied).equals(largeBytes(1, 400_000)));
    fs.writeFileSync(path.join(folder(), 'new'), '');
    assert.equal(fs.statSync(copied).mode, fs.statSync(path.join(folder(), 'new')).mode);
  });

  it('does not bring in what is added to a file meanwhile', () => {
    onDisk((from, to) => {
      fs.appendFileSync(from, 'more');
      clone(from, to);
    });
    const store = storeIn(path.join(folder(), 'store'));
    const [file = ''] = writeFiles(folder(), { 'growing.bin': largeBytes(2, 400_000) });
    const writing = beginIn(store);
    writing.put([{ path: 'growing.bin', file }], UNWATCHED);
    assert.ok(readIn(store, writing.commit(UNWATCHED).version, 'growing.bin').equals(largeBytes(2, 400_000)));
  });

  it('verifies what it brings out', () => {
    onDisk(clone);
    const store = storeIn(path.join(folder(), 'store'));
    const [file = ''] = writeFiles(folder(), { 'weights.bin': largeBytes(3, 400_000) });
    const writing = beginIn(store);
    writing.put([{ path: 'weights.bin', file }], UNWATCHED);
    const { version } = writing.commit(UNWATCHED);
    onDisk((from, to) => {
      clone(from, to);
      fs.chmodSync(to, 0o600);
      fs.writeFileSync(to, largeBytes(4, 400_000));
    });
    const copied = path.join(folder(), 'copied');
    assert.throws(() => store.copy({ ...CHURN, version }, 'weights.bin', copied, UNWATCHED), /weights\.bin/);
    assert.equal(fs.existsSync(copied), false);
  });

  it('is tried once where it cannot be done, and the files are copied', () => {
    onDisk(() => {
      throw Object.assign(new Error('not supported'), { code: 'ENOTSUP' });
    });
    const store = storeIn(path.join(folder(), 'store'));
    const files = writeFiles(folder(), { 'a.bin': largeBytes(5, 400_000), 'b.bin': largeBytes(6, 400_000) });
    const writing = beginIn(store);
    writing.put(files.map((file) => ({ path: path.basename(file), file })), UNWATCHED);
    const { version } = writing.commit(UNWATCHED);
    assert.deepEqual(clones, ['a.bin']);
    assert.ok(readIn(store, version, 'b.bin').equals(largeBytes(6, 400_000)));
  });
});
