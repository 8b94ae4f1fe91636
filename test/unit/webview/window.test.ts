import * as assert from 'node:assert/strict';
import { movedBy, rowAfter, rowAt, windowFor } from '../../../src/webview/window';

const here = (first: number, length: number) => ({ first, rows: Array.from({ length }, (_, index) => first + index) });

describe('the window of rows that are here', () => {
  it('finds a row by its place in the whole', () => {
    assert.equal(rowAt(here(100, 50), 120), 120);
    assert.equal(rowAt(here(100, 50), 99), undefined);
    assert.equal(rowAt(here(100, 50), 150), undefined);
  });

  it('does as long as what is visible is well inside', () => {
    assert.equal(windowFor(here(0, 500), { from: 0, to: 30 }, 100_000, 500), undefined);
    assert.equal(windowFor(here(0, 500), { from: 330, to: 370 }, 100_000, 500), undefined);
  });

  it('moves around what is visible before its end is reached', () => {
    assert.equal(windowFor(here(0, 500), { from: 450, to: 480 }, 100_000, 500), 200);
    assert.equal(windowFor(here(5000, 500), { from: 90_000, to: 90_030 }, 100_000, 500), 89_800);
  });

  it('moves by large steps only', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, row) => windowFor(here(0, 0), { from: 5000 + row, to: 5030 + row }, 100_000, 500)));
    assert.equal(firsts.size, 11);
  });

  it('holds what is visible and more, wherever it begins', () => {
    for (let row = 1000; row < 2000; row++) {
      const first = windowFor(here(0, 0), { from: row, to: row + 60 }, 100_000, 500)!;
      assert.equal(windowFor(here(first, 500), { from: row, to: row + 60 }, 100_000, 500), undefined);
    }
  });

  it('stays inside of the list', () => {
    assert.equal(windowFor(here(0, 500), { from: 99_980, to: 99_999 }, 100_000, 500), 99_500);
    assert.equal(windowFor(here(99_500, 500), { from: 0, to: 30 }, 100_000, 500), 0);
  });

  it('is enough when all rows are here', () => {
    assert.equal(windowFor(here(0, 12), { from: 0, to: 11 }, 12, 500), undefined);
    assert.equal(windowFor(here(0, 0), { from: 0, to: 0 }, 0, 500), undefined);
  });
});

describe('walking along rows by keyboard', () => {
  it('goes by row, by page and to the ends', () => {
    const to = (key: string): number | undefined => rowAfter(50, 100, 20, key);
    assert.deepEqual(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map(to), [51, 49, 70, 30, 0, 99, undefined]);
  });

  it('stops at the ends', () => {
    assert.deepEqual([rowAfter(99, 100, 20, 'PageDown'), rowAfter(0, 100, 20, 'ArrowUp'), rowAfter(0, 0, 20, 'End')], [99, 0, undefined]);
  });
});

describe('rows in view while others come and go', () => {
  const before = Array.from({ length: 100 }, (_, index) => `r${index}`);
  const moved = (after: readonly string[]): number => movedBy(before, { from: 50, to: 60 }, new Map(after.map((row, index) => [row, index])));

  it('move by as many as came or went above them', () => {
    assert.equal(moved(before), 0);
    assert.equal(moved(['new', 'newer', ...before]), 2);
    assert.equal(moved(before.slice(3)), -3);
    assert.equal(moved([...before, 'last']), 0);
  });

  it('do not follow one of them that goes far', () => {
    assert.equal(moved(['r50', ...before.filter((row) => row !== 'r50')]), 0);
    assert.equal(moved(['r60', ...before.filter((row) => row !== 'r60')]), 1);
    assert.equal(moved([]), 0);
  });
});
