import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareNatural } from '../../../src/model/naturalOrder';
import { AssetTree } from '../../../src/store/assetTree';
import { inOrder } from '../../../src/store/inOrder';
import { byPath, type StoredAsset } from '../../../src/store/manifest';

const SHA = 'a'.repeat(64);

/** What the children of a folder are, the plain and slow way. */
function childrenOf(assets: readonly StoredAsset[], folder: string): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const below = assets.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length));
  const folders = [...new Set(below.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/'))))];
  const files = below.filter((path) => !path.includes('/'));
  return [...folders.map((name) => prefix + name).sort(compareNatural), ...files.map((name) => prefix + name).sort(compareNatural)];
}

describe('the assets of a version as folders', () => {
  const segment = fc.constantFrom('a', 'b', 'a-b', 'a0', 'A', 'a.b', 'x10', 'x9', 'ü');
  const paths = fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => [...parts.map((part) => `${part}_`), 'file'].join('/')), { maxLength: 60 });

  it('has the children that a plain search finds, with counts and bytes', () => {
    fc.assert(fc.property(paths, (list) => {
      const assets = list.map((path, index): StoredAsset => ({ path, size: index, sha256: SHA })).sort(byPath);
      const tree = new AssetTree(assets);
      const walk = (folder: string): void => {
        const children = [...tree.children(folder)];
        assert.deepEqual(children.map(({ path }) => path), childrenOf(assets, folder));
        for (const child of children) {
          if ('assets' in child) {
            const below = assets.filter(({ path }) => path.startsWith(`${child.path}/`));
            assert.deepEqual([child.assets, child.bytes], [below.length, below.reduce((sum, { size }) => sum + size, 0)]);
            assert.deepEqual(tree.folder(child.path), child);
            walk(child.path);
          } else {
            assert.deepEqual(tree.asset(child.path), child);
          }
        }
      };
      walk('');
    }));
  });

  it('knows no folders that are not there', () => {
    const tree = new AssetTree([{ path: 'a/b', size: 1, sha256: SHA }]);
    assert.equal(tree.folder('a/b'), undefined);
    assert.equal(tree.folder('a/'), undefined);
    assert.equal(tree.folder('x'), undefined);
    assert.equal(tree.asset('a'), undefined);
    assert.equal(new AssetTree([]).folder('')?.assets, 0);
  });

  it('counts no bytes for what is elsewhere', () => {
    assert.equal(new AssetTree([{ path: 'a', size: 9, link: 'x' }, { path: 'b', size: 2, sha256: SHA }]).folder('')?.bytes, 2);
  });
});

describe('order that is found as it is asked for', () => {
  const order = (a: number, b: number): number => a - b;

  it('is the order of sorting', () => {
    for (const count of [0, 1, 1_999, 2_000, 2_001, 10_000, 30_000]) {
      for (const item of [(index: number) => index, (index: number) => -index, () => 5, (index: number) => (index * 7_919) % 1_000, () => Math.random()]) {
        const items = Array.from({ length: count }, (_, index) => item(index));
        assert.deepEqual([...inOrder([...items], order)], [...items].sort(order));
      }
    }
  });

  it('compares little for the first of many', () => {
    let comparisons = 0;
    const items = Array.from({ length: 100_000 }, (_, index) => (index * 7_919) % 100_003);
    const first = inOrder(items, (a, b) => {
      comparisons++;
      return a - b;
    });
    for (let index = 0; index < 1_000; index++) {
      assert.equal(typeof first.next().value, 'number');
    }
    assert.ok(comparisons < 500_000, String(comparisons));
  });
});
