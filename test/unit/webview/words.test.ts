import * as assert from 'node:assert/strict';
import { tabAfter } from '../../../src/webview/tabs';
import { counted, fill, fillParts } from '../../../src/webview/words';

describe('filling in words', () => {
  it('puts values where the language wants them', () => {
    assert.equal(fill('{1} von {0}', 'a', 2), '2 von a');
  });

  it('leaves alone what the values say', () => {
    assert.equal(fill('Remove {0}, {1}', '{1}', 'b'), 'Remove {1}, b');
  });

  it('leaves holes that nothing fills', () => {
    assert.equal(fill('{0} {3}', 'a'), 'a {3}');
  });

  it('keeps parts of a page apart from text', () => {
    const [time, name] = [{ tag: 'time' }, { tag: 'name' }];
    assert.deepEqual(fillParts<object>('Logged {0} by {1}', time, name), ['Logged ', time, ' by ', name, '']);
  });

  it('counts in the words of the language', () => {
    const files = { one: '{0} file', other: '{0} files' };
    assert.deepEqual([0, 1, 1200].map((count) => counted(files, count, 'en')), ['0 files', '1 file', '1,200 files']);
  });
});

describe('tabs by keyboard', () => {
  const tabs = ['overview', 'assets', 'versions'] as const;

  it('go round with the arrow keys', () => {
    assert.deepEqual([tabAfter(tabs, 'overview', 'ArrowRight'), tabAfter(tabs, 'overview', 'ArrowLeft'), tabAfter(tabs, 'versions', 'ArrowRight')], ['assets', 'versions', 'overview']);
  });

  it('jump to the ends, and ignore other keys', () => {
    assert.deepEqual([tabAfter(tabs, 'assets', 'Home'), tabAfter(tabs, 'assets', 'End'), tabAfter(tabs, 'assets', 'a')], ['overview', 'versions', undefined]);
  });
});
