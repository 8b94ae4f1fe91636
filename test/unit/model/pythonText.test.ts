import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { pythonText } from '../../../src/model/pythonText';

/** What Python reads out of a literal; it needs python3 on the PATH. */
const read = (literal: string): string =>
  JSON.parse(execFileSync('python3', ['-c', 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.buffer.read().decode())))'], { input: literal, encoding: 'utf8' })) as string;

describe('a text in Python', () => {
  for (const text of [
    'churn-data', 'it\'s', 'say "hi"', 'C:\\new\\table', 'two\nlines\r\n', '"""', '\\', '\\" + __import__("os").getcwd() + "', 'Modell für Öl 🙂',
    '\u2028\u2029\u0085\u202e\u200b\u00a0', '\0\x1b\x7f', '\u{e0041}', '{x}%s$HOME#',
  ]) {
    it(`is read as it was written: ${JSON.stringify(text)}`, () => {
      assert.equal(read(pythonText(text)), text);
    });
  }

  it('stays on one line, and shows everything that it holds', () => {
    assert.equal(pythonText('a\n\u2028\u202e\u{e0041}b c'), '"a\\n\\u2028\\u202e\\U000e0041b c"');
  });
});
