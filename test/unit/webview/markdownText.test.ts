import * as assert from 'node:assert/strict';
import { blocksOf } from '../../../src/webview/markdownText';

describe('what somebody wrote in Markdown', () => {
  it('has headings, paragraphs that keep their lines, lists, quotes, code and rules', () => {
    const text = '# Churn\nfirst\nsecond\n\n- a\n  1. b\n> said\n```py\n# code\n```\n---\n';
    assert.deepEqual(blocksOf(text), [
      { kind: 'heading', level: 1, line: [{ text: 'Churn' }] },
      { kind: 'paragraph', lines: [[{ text: 'first' }], [{ text: 'second' }]] },
      { kind: 'list', items: [{ depth: 0, sign: '•', line: [{ text: 'a' }] }, { depth: 1, sign: '1.', line: [{ text: 'b' }] }] },
      { kind: 'quote', lines: [[{ text: 'said' }]] },
      { kind: 'code', text: '# code' },
      { kind: 'rule' },
    ]);
  });

  it('has tables', () => {
    assert.deepEqual(blocksOf('| in | means |\n|---|:--:|\n| age | years |'), [
      { kind: 'table', header: [[{ text: 'in' }], [{ text: 'means' }]], rows: [[[{ text: 'age' }], [{ text: 'years' }]]] },
    ]);
  });

  it('marks words, and shows where a link leads beside what its writer calls it', () => {
    assert.deepEqual(blocksOf('a **b** *c* `d*e*` [ticket](https://jira.example/1) \\*f'), [{ kind: 'paragraph', lines: [[
      { text: 'a ' }, { text: 'b', mark: 'strong' }, { text: ' ' }, { text: 'c', mark: 'em' }, { text: ' ' }, { text: 'd*e*', mark: 'code' }, { text: ' ' },
      { text: 'ticket ' }, { text: 'https://jira.example/1', mark: 'address' }, { text: ' ' }, { text: '*' }, { text: 'f' },
    ]] }]);
  });

  it('leaves alone what is no Markdown: names with underscores, products, tags of HTML', () => {
    for (const text of ['feature_a_b and __init__.py', '2 * 3 * 4', '<img src=x onerror=alert(1)>', 'a | b', '#hashtag', '1.5 is a number']) {
      assert.deepEqual(blocksOf(text), [{ kind: 'paragraph', lines: [[{ text }]] }]);
    }
  });

  it('is taken apart in no time, however it is made', () => {
    for (const piece of ['[', '*', '**a', '_', '`', '![](', '|-', '> ', '- ', '\\', '~~~']) {
      const started = performance.now();
      blocksOf(piece.repeat(100_000));
      blocksOf(`${piece}\n`.repeat(50_000));
      assert.ok(performance.now() - started < 2000, piece);
    }
  });
});
