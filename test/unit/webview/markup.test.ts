import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';

const webview = path.resolve(__dirname, '../../../../src/webview');

describe('the sources of the page', () => {
  for (const file of fs.readdirSync(webview).filter((name) => /\.tsx?$/u.test(name))) {
    it(`${file} makes neither markup nor links nor code of text`, () => {
      const source = fs.readFileSync(path.join(webview, file), 'utf8');
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacent|document\.write|srcdoc|href=|\beval\(|new Function|<iframe|<script/u);
    });
  }

  it('show names of others through Line alone, which keeps them in one line and in order', () => {
    const others = fs.readdirSync(webview).filter((name) => name.endsWith('.tsx') && name !== 'line.tsx');
    assert.deepEqual(others.filter((name) => /<bdi\b/u.test(fs.readFileSync(path.join(webview, name), 'utf8'))), []);
  });
});
