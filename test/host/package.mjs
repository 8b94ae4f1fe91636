// @ts-check
/** Builds for production, writes the VSIX beside package.json, and says whether it may be shipped. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { packageExtension, vsixPath } from './build.mjs';
import { checkout } from './folders.mjs';
import { zipEntries } from './zip.mjs';

const budget = { mainBundle: 150, vsixWithoutPictures: 500 };

/** What a user's VSIX holds, by the names that vsce gives the files inside. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls(\.[\w-]+)?\.json$/,
  /^extension\/(readme|changelog)\.md$/i,
  /^extension\/LICENSE(\.txt)?$/,
  /^extension\/dist\/[^/]+\.(js|css|ttf)$/,
  /^extension\/media\/(?!screenshots\/)/,
  /^extension\/l10n\//,
];
const required = [
  'extension/dist/extension.js', 'extension/dist/worker.js', 'extension/dist/webview.js', 'extension/dist/webview.css',
  'extension/dist/codicon.ttf', 'extension/package.json', 'extension/readme.md',
];

const vsix = vsixPath();
await packageExtension();
process.exitCode = check() ? 0 : 1;

function check() {
  const entries = zipEntries(fs.readFileSync(vsix)).filter(({ name }) => !name.endsWith('/'));
  const names = entries.map(({ name }) => name);
  const pictures = entries.filter(({ name }) => /\.(png|gif|jpe?g|webp|mp4)$/.test(name));
  const whole = fs.statSync(vsix).size;
  const withoutPictures = whole - pictures.reduce((sum, { compressed }) => sum + compressed, 0);
  const mainBundle = fs.statSync(path.join(checkout, 'dist', 'extension.js')).size;

  console.log(`${path.basename(vsix)}: ${names.length} files, ${kib(whole)} KiB`);
  return [
    within('The main bundle, minified,', mainBundle, budget.mainBundle),
    within('The VSIX without pictures', withoutPictures, budget.vsixWithoutPictures),
    empty('not on the list of what ships', names.filter(name => !allowed.some(pattern => pattern.test(name)))),
    empty('missing from the VSIX', required.filter(name => !names.includes(name))),
  ].every(Boolean);
}

/** @param {number} bytes */
function kib(bytes) {
  return (bytes / 1024).toFixed(1);
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} limit in KiB
 */
function within(what, bytes, limit) {
  const fits = bytes <= limit * 1024;
  console.log(`${what} has ${kib(bytes)} of ${limit} KiB${fits ? '' : ': TOO LARGE'}`);
  return fits;
}

/**
 * @param {string} complaint
 * @param {string[]} names
 */
function empty(complaint, names) {
  if (names.length > 0) {
    console.error(`${complaint}: ${names.join(', ')}`);
  }
  return names.length === 0;
}
