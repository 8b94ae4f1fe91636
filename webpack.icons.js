'use strict';

const subsetFont = require('subset-font');

/** The rules of codicon.css, each with the code point of its glyph: `.codicon-add:before { content: "\ea60" }`. */
const RULE = /\.codicon-([\w-]+):{1,2}before\s*\{\s*content:\s*"\\([\da-f]+)"\s*;?\s*\}\s*/giu;
const GLYPH = /content:\s*['"]\\([\da-f]+)['"]/giu;

/**
 * Which of the icons' rules a page may need, and the glyphs of those.
 * @param {string} script  the whole of the page's script: an icon that it does not name, as a string or as a class, it cannot show
 * @param {string} style   the page's style sheet, with codicon.css in it
 */
function usedIcons(script, style) {
  const words = new Set(script.match(/[a-z][\w-]*/giu)?.flatMap((word) => [word, word.replace(/^codicon-/u, '')]));
  const kept = style.replace(RULE, (rule, /** @type {string} */ name) => (words.has(name) ? rule : ''));
  // What a rule of the page's own writes with the font counts, too.
  const glyphs = [...kept.matchAll(GLYPH)].map(([, code = '']) => String.fromCodePoint(Number.parseInt(code, 16)));
  return { style: kept, glyphs: [...new Set(glyphs)].join('') };
}

/** Ships the icons that the page can show: of codicons' many hundred it uses some dozen, and the whole font is an eighth of the VSIX. */
class UsedIcons {
  /** @param {import('webpack').Compiler} compiler */
  apply(compiler) {
    const { Compilation, sources: { RawSource } } = compiler.webpack;
    compiler.hooks.thisCompilation.tap(UsedIcons.name, (compilation) => {
      compilation.hooks.processAssets.tapPromise({ name: UsedIcons.name, stage: Compilation.PROCESS_ASSETS_STAGE_REPORT }, async () => {
        const script = assetOf(compilation, 'webview.js');
        const sheet = assetOf(compilation, 'webview.css');
        const font = assetOf(compilation, 'codicon.ttf');
        const { style, glyphs } = usedIcons(String(script.source.source()), String(sheet.source.source()));
        compilation.updateAsset(sheet.name, new RawSource(style));
        compilation.updateAsset(font.name, new RawSource(await subsetFont(Buffer.from(font.source.source()), glyphs, { targetFormat: 'truetype' })));
      });
    });
  }
}

/**
 * @param {import('webpack').Compilation} compilation
 * @param {string} name
 */
function assetOf(compilation, name) {
  const asset = compilation.getAsset(name);
  if (asset === undefined) {
    throw new Error(`${name} is not among what was built: which icons it needs cannot be told.`);
  }
  return asset;
}

module.exports = { UsedIcons, usedIcons };
