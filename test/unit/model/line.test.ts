import * as assert from 'node:assert/strict';
import { closed, inOrder, oneLine, shortened } from '../../../src/model/line';

describe('a line of text from others', () => {
  it('has no line breaks, control characters or halves of characters', () => {
    assert.equal(oneLine('two\nlines\u0000\u0007\u2028\ud800'), 'two\ufffdlines\ufffd\ufffd\ufffd\ufffd');
  });

  it('does not turn the writing direction around', () => {
    assert.equal(oneLine('cat\u202egnp.exe\u2066'), 'cat\ufffdgnp.exe\ufffd');
  });

  it('is never longer than anybody reads', () => {
    assert.equal(oneLine('x'.repeat(1_000_000)).length, 1000);
  });

  it('leaves all other text as it is', () => {
    for (const text of ['', 'Ölmodell 🎉', 'مجموعة البيانات', '<b>$(flame) [x](command:y)']) {
      assert.equal(oneLine(text), text);
    }
  });
});

describe('text of several lines from others', () => {
  it('keeps its lines and its order', () => {
    assert.equal(inOrder('one\n\ttwo\u202eeerht'), 'one\n\ttwo\ufffdeerht');
  });
});

describe('shortened text', () => {
  it('ends where it is cut, between characters', () => {
    assert.equal(shortened('🎉🎉🎉', 2), '🎉…');
    assert.equal(shortened('🎉🎉', 2), '🎉🎉');
  });
});

describe('text from right to left', () => {
  it('is closed, so that a number after it stays after it', () => {
    assert.equal(closed('مجموعة'), 'مجموعة\u200e');
    assert.equal(closed('a\u200f'), 'a\u200f\u200e');
  });

  it('is the only one that is', () => {
    assert.equal(closed('Ölmodell 🎉 漢字'), 'Ölmodell 🎉 漢字');
  });
});
