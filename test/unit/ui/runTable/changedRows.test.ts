import * as assert from 'node:assert/strict';
import { changedRows } from '../../../../src/ui/runTable/changedRows';

describe('what has changed in a table of runs', () => {
  const change = (before: string, after: string) => changedRows([...before], [...after]);

  it('is nothing where all rows are the same', () => {
    assert.equal(change('abc', 'abc'), undefined);
    assert.equal(change('', ''), undefined);
  });

  it('lies between the rows that have stayed at the beginning and at the end', () => {
    assert.deepEqual(change('abcde', 'abXde'), { first: 2, kept: 2 });
    assert.deepEqual(change('abc', 'XYabc'), { first: 0, kept: 3 });
    assert.deepEqual(change('abc', 'abcX'), { first: 3, kept: 0 });
    assert.deepEqual(change('abc', 'ac'), { first: 1, kept: 1 });
    assert.deepEqual(change('aaa', 'aa'), { first: 2, kept: 0 });
    assert.deepEqual(change('abc', 'cab'), { first: 0, kept: 0 });
  });

  it('makes the new list of the old one', () => {
    for (const [before, after] of [['abcdef', 'abXYef'], ['abc', ''], ['', 'abc'], ['aab', 'ab'], ['ab', 'aab'], ['abab', 'ab']] as const) {
      const { first, kept } = change(before, after)!;
      assert.equal(before.slice(0, first) + after.slice(first, after.length - kept) + before.slice(before.length - kept), after);
    }
  });
});
