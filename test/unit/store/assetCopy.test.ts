import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import type { Store } from '../../../src/store/store';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { CHURN, commitIn, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

const SIZE = 3 * 2 ** 20 + 17;

describe('copying a file out of a store', () => {
  const folder = temporaryFolder();
  const content = Buffer.from(Uint8Array.from({ length: SIZE }, (_, index) => (index * 31 + (index >> 11)) % 251));
  const part = (): string => path.join(folder(), 'part');
  const file = (): string => path.join(folder(), 'file');
  let store: Store;
  let object: string;
  beforeEach(() => {
    store = storeIn(path.join(folder(), 'store'));
    commitIn(store, { files: { 'model.bin': content } });
    object = store.layout.object(store.tree({ ...CHURN, version: '1.0.0' }).tree.asset('model.bin')!.sha256!);
    // Where files are cloned, nothing is left half-way.
    store.cloning.clone = () => false;
  });
  const copy = (work: Work = UNWATCHED): readonly string[] =>
    store.copyAll({ ...CHURN, version: '1.0.0' }, [{ path: 'model.bin', part: part(), file: file() }], false, work);

  /** Bytes of the object that were read meanwhile. */
  function readOf(work: () => void): number {
    const { openSync, readSync } = fs;
    const patched: { openSync: typeof openSync; readSync: unknown } = fs;
    const descriptors = new Set<number>();
    let bytes = 0;
    patched.openSync = (...args) => {
      const descriptor = openSync(...args);
      descriptors[args[0] === object ? 'add' : 'delete'](descriptor);
      return descriptor;
    };
    patched.readSync = (descriptor: number, ...args: readonly unknown[]): number => {
      const count = (readSync as (...all: readonly unknown[]) => number)(descriptor, ...args);
      bytes += descriptors.has(descriptor) ? count : 0;
      return count;
    };
    try {
      work();
    } finally {
      Object.assign(patched, { openSync, readSync });
    }
    return bytes;
  }

  const assertWhole = (): void => {
    assert.ok(fs.readFileSync(file()).equals(content));
    assert.equal(fs.existsSync(part()), false);
  };

  for (const left of [1, 2 * 2 ** 20 + 5, SIZE - 1, SIZE]) {
    it(`goes on where a try stopped that brought ${left} of ${SIZE} bytes`, () => {
      fs.writeFileSync(part(), content.subarray(0, left));
      assert.equal(readOf(copy), SIZE - left);
      assertWhole();
    });
  }

  for (const [what, left] of [
    ['other bytes', Buffer.alloc(2 * 2 ** 20, 'x')],
    ['the beginning with a bit that flipped', Buffer.concat([content.subarray(0, 999), Buffer.from([content[999]! ^ 1]), content.subarray(1_000, 2 ** 20)])],
    ['more than there is', Buffer.concat([content, content])],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    it(`begins anew where a try left ${what}`, () => {
      fs.writeFileSync(part(), left);
      assert.deepEqual(copy(), []);
      assertWhole();
    });
  }

  it('writes through no link, and into no file that has another name', () => {
    const other = path.join(folder(), 'other');
    for (const link of [fs.symlinkSync, fs.linkSync]) {
      fs.writeFileSync(other, content.subarray(0, 100));
      link(other, part());
      copy();
      assertWhole();
      fs.rmSync(file());
      assert.equal(fs.statSync(other).size, 100);
    }
  });

  it('leaves what it copied when the disk is full, and goes on from there', () => {
    const { writeSync } = fs;
    let writes = 0;
    const patched: { writeSync: unknown } = fs;
    patched.writeSync = (...args: readonly unknown[]): number => {
      if (++writes > 3) {
        throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
      }
      return (writeSync as (...all: readonly unknown[]) => number)(...args);
    };
    try {
      assert.throws(copy, (error) => isArtifactError(error, 'noSpace'));
    } finally {
      patched.writeSync = writeSync;
    }
    const left = fs.statSync(part()).size;
    assert.ok(left > 0 && !fs.existsSync(file()), String(left));
    assert.equal(readOf(copy), SIZE - left);
    assertWhole();
  });

  it('leaves nothing when the caller goes, nor when the asset is damaged', () => {
    let looks = 0;
    const going: Work = { ...UNWATCHED, check: () => { if (++looks > 5) { throw new Cancelled(); } } };
    assert.throws(() => copy(going), Cancelled);
    fs.writeFileSync(part(), content.subarray(0, 2 ** 20));
    fs.chmodSync(object, 0o644);
    fs.writeFileSync(object, Buffer.alloc(SIZE));
    assert.throws(copy, (error) => isArtifactError(error, 'corrupt'));
    assert.deepEqual(fs.readdirSync(folder()), ['store']);
  });
});
