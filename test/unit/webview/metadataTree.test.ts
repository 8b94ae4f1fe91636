import * as assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/model/json';
import { metadataRows, type MetadataRow, walkTree } from '../../../src/webview/metadataTree';

const rows = (metadata: JsonObject, ...toggled: string[]): MetadataRow[] => metadataRows(metadata, new Set(toggled));
const pointers = (of: readonly MetadataRow[]): string[] => of.map((row) => row.pointer);
const big = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`k${index}`, index]));

describe('metadata as a tree', () => {
  it('shows values in their order, with small objects open', () => {
    assert.deepEqual(pointers(rows({ rows: 3, git: { commit: 'abc', dirty: false }, a: null })), ['/rows', '/git', '/git/commit', '/git/dirty', '/a']);
  });

  it('keeps large objects and what is deep inside closed', () => {
    assert.deepEqual(pointers(rows({ big, deep: { inside: { more: 1 } } })), ['/big', '/deep', '/deep/inside']);
  });

  it('opens and closes what was toggled', () => {
    assert.deepEqual(pointers(rows({ a: { x: 1 }, b: { c: { y: 2 } } }, '/a', '/b/c')), ['/a', '/b', '/b/c', '/b/c/y']);
  });

  it('shows a hundred children and more on demand', () => {
    const first = rows({ big }, '/big');
    assert.equal(first.length, 102);
    assert.deepEqual(first.at(-1)?.value, { kind: 'more', hidden: 150 });
    const second = rows({ big }, '/big', first.at(-1)!.pointer);
    assert.deepEqual(second.at(-1)?.value, { kind: 'more', hidden: 50 });
    const third = rows({ big }, '/big', first.at(-1)!.pointer, second.at(-1)!.pointer);
    assert.equal(third.length, 251);
  });

  it('cuts long texts until they are opened', () => {
    const [cut] = rows({ note: 'x'.repeat(500) });
    assert.deepEqual(cut?.value, { kind: 'string', text: 'x'.repeat(200), open: false });
    const [whole] = rows({ note: 'x'.repeat(500) }, '/note');
    assert.deepEqual(whole?.value, { kind: 'string', text: 'x'.repeat(500), open: true });
  });

  it('tells keys apart that look like paths or like our own rows', () => {
    const all = pointers(rows({ 'a/b': 1, a: { b: 2 }, '~more0': 3 }));
    assert.deepEqual(all, ['/a~1b', '/a', '/a/b', '/~0more0']);
  });

  it('says where a row stands, for screen readers', () => {
    const [, second, third] = rows({ a: 1, b: { c: 1 } });
    assert.deepEqual([second?.level, second?.position, second?.siblings, third?.level], [1, 2, 2, 2]);
  });
});

describe('walking along the tree by keyboard', () => {
  const tree = rows({ a: 1, b: { c: 1 }, d: { e: { f: 1 } } });
  // a, b, b/c, d, d/e (closed)

  it('goes up and down and stops at the ends', () => {
    assert.deepEqual([walkTree(tree, 0, 'ArrowDown'), walkTree(tree, 0, 'ArrowUp'), walkTree(tree, 4, 'ArrowDown')], [{ to: 1 }, undefined, undefined]);
  });

  it('opens what is closed to the right, and goes into what is open', () => {
    assert.deepEqual([walkTree(tree, 4, 'ArrowRight'), walkTree(tree, 1, 'ArrowRight')], [{ toggle: '/d/e' }, { to: 2 }]);
  });

  it('closes what is open to the left, and goes to the parent', () => {
    assert.deepEqual([walkTree(tree, 1, 'ArrowLeft'), walkTree(tree, 2, 'ArrowLeft'), walkTree(tree, 0, 'ArrowLeft')], [{ toggle: '/b' }, { to: 1 }, undefined]);
  });

  it('jumps to the first and the last', () => {
    assert.deepEqual([walkTree(tree, 2, 'Home'), walkTree(tree, 2, 'End')], [{ to: 0 }, { to: 4 }]);
  });

  it('toggles by Enter what has something to show', () => {
    assert.deepEqual([walkTree(tree, 1, 'Enter'), walkTree(tree, 0, 'Enter')], [{ toggle: '/b' }, undefined]);
  });
});
