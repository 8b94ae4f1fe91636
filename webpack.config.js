'use strict';

const path = require('node:path');
const MiniCssExtractPlugin = require('mini-css-extract-plugin');
const { UsedIcons } = require('./webpack.icons');

/** @typedef {import('webpack').Configuration} Configuration */

const out = path.join(__dirname, 'dist');

/**
 * @param {string} mode
 * @param {string} project the tsconfig.json of these sources
 * @returns {Configuration}
 */
function bundle(mode, project) {
  const production = mode === 'production';
  return {
    mode: production ? 'production' : 'development',
    // Never `eval`: the webview's content security policy forbids it. Nothing of it ships.
    devtool: production ? false : 'source-map',
    cache: production ? false : { type: 'filesystem', buildDependencies: { config: [__filename] } },
    resolve: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
    module: {
      rules: [{
        test: /\.tsx?$/,
        exclude: /node_modules/,
        loader: 'ts-loader',
        options: {
          configFile: path.join(__dirname, project),
          instance: project,
          // `npm run types` checks; here types are only removed.
          transpileOnly: true,
          compilerOptions: { module: 'esnext', noEmit: false, sourceMap: !production },
        },
      }],
    },
    performance: { hints: false },
    stats: { preset: 'errors-warnings', assets: true, modules: false },
    infrastructureLogging: { level: 'warn' },
  };
}

/**
 * @param {string} mode
 * @returns {Configuration}
 */
function extensionHost(mode) {
  return {
    ...bundle(mode, 'tsconfig.json'),
    name: 'extension',
    target: 'node22',
    entry: { extension: './src/extension.ts' },
    output: {
      path: out,
      filename: '[name].js',
      // What `import()` loads later lies beside the entry.
      chunkFilename: '[name].js',
      library: { type: 'commonjs2' },
      clean: { keep: /^(worker|webview|codicon)\./ },
    },
    // What back ends share ships once, though it is small; and the entry lists chunks by their numbers.
    optimization: { chunkIds: 'deterministic', splitChunks: { minSize: 4_000 } },
    // axios takes it, with a table of all file types there are, for forms; we send none.
    resolve: { extensions: ['.ts', '.tsx', '.mjs', '.js'], alias: { 'form-data': false } },
    externals: { vscode: 'commonjs vscode' },
    node: { __dirname: false, __filename: false },
  };
}

/**
 * @param {string} mode
 * @returns {Configuration}
 */
function worker(mode) {
  return {
    ...bundle(mode, 'tsconfig.json'),
    name: 'worker',
    target: 'node22',
    entry: { worker: './src/store/worker.ts' },
    output: { path: out, filename: '[name].js', chunkFilename: 'worker.[name].js', library: { type: 'commonjs2' } },
    node: { __dirname: false, __filename: false },
  };
}

/**
 * @param {string} mode
 * @returns {Configuration}
 */
function webview(mode) {
  const base = bundle(mode, 'src/webview/tsconfig.json');
  return {
    ...base,
    name: 'webview',
    target: ['web', 'es2023'],
    entry: { webview: './src/webview/main.tsx' },
    output: { path: out, filename: '[name].js', publicPath: '' },
    // One script and one style sheet: the policy admits a nonce, and no script that loads others.
    optimization: { splitChunks: false, runtimeChunk: false },
    module: {
      rules: [
        ...base.module?.rules ?? [],
        // Its own file, as the content security policy admits no inline styles.
        { test: /\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] },
        { test: /\.ttf$/, type: 'asset/resource', generator: { filename: '[name][ext]' } },
      ],
    },
    plugins: [new MiniCssExtractPlugin({ filename: '[name].css' }), ...(mode === 'production' ? [new UsedIcons()] : [])],
  };
}

/**
 * @param {unknown} _env
 * @param {{ mode?: string }} argv
 */
module.exports = (_env, argv) => {
  const mode = argv.mode ?? 'development';
  return [extensionHost(mode), worker(mode), webview(mode)];
};
