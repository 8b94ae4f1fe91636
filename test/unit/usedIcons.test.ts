import * as assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as path from 'node:path';

const { usedIcons } = createRequire(__filename)(path.resolve(__dirname, '../../../webpack.icons.js')) as { usedIcons(script: string, style: string): { style: string; glyphs: string } };

const sheet = '.codicon[class*=\'codicon-\'] { font: 16px codicon; }\n.codicon-add:before { content: "\\ea60" }\n.codicon-plus:before { content: "\\ea60" }\n.codicon-zoom-in:before { content: "\\eb81" }\n.codicon-x:before { content: "\\ea76" }\n';

describe('the icons that ship', () => {
  it('are those that the script names, as a string or as a class', () => {
    const { style, glyphs } = usedIcons('let a={icon:"zoom-in"},b="codicon codicon-plus"', sheet);

    assert.equal(style, '.codicon[class*=\'codicon-\'] { font: 16px codicon; }\n.codicon-plus:before { content: "\\ea60" }\n.codicon-zoom-in:before { content: "\\eb81" }\n');
    assert.equal(glyphs, '\uea60\ueb81');
  });

  it('are those, too, that a rule of the page writes with the font', () => {
    const { glyphs } = usedIcons('', `${sheet}.pick::before { content: '\\eab2'; font: 12px/1 codicon; }`);

    assert.equal(glyphs, '\ueab2');
  });

  it('are none of which only a part of the name is there', () => {
    assert.equal(usedIcons('"zoom-in-out","padding"', sheet).glyphs, '');
  });
});
