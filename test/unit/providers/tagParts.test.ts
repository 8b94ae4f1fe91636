import assert from 'node:assert/strict';
import { partKeys, tagParts, textOfTags } from '../../../src/providers/tagParts';

describe('a text in tags', () => {
  const tagsOf = (text: string, most: number): Readonly<Record<string, string>> => {
    const { parts, head } = tagParts('m', text, most);
    return { ...parts, m: head };
  };

  it('comes back, in parts that are not too long and cut no character in two', () => {
    for (const text of ['', 'short', 'x'.repeat(51), '🦜'.repeat(40), `x${'🦜'.repeat(40)}`, 'a\n'.repeat(60)]) {
      const tags = tagsOf(text, 50);
      assert.equal(textOfTags('m', tags), text);
      for (const part of Object.values(tags)) {
        assert.ok(part.length <= 50 && part.isWellFormed(), part);
      }
      assert.deepEqual([...partKeys('m', tags), 'm'].sort(), Object.keys(tags).sort());
    }
  });

  it('is what stands there, where it names no parts', () => {
    for (const text of ['#x', '#0123456789ab:x', '#0123456789ab:99999', 'a #0123456789ab:1']) {
      assert.equal(textOfTags('m', { m: text }), text);
    }
    assert.equal(textOfTags('m', { m: '#0123456789ab:2' }), '');
    assert.equal(textOfTags('m', {}), undefined);
  });
});
