// @ts-check
import { builtinModules } from 'node:module';
import js from '@eslint/js';
import mocha from 'eslint-plugin-mocha';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const node = { regex: `^(node:.*|(${builtinModules.filter(name => !name.startsWith('_')).join('|')})(/.*)?)$`, message: 'This room has no Node.' };
const vscode = { regex: '^vscode$', message: 'Only src/ui and src/extension.ts know the editor.' };
const axios = { regex: '^axios(/|$)', message: 'src/providers/http.ts speaks to servers.' };
const chokidar = { regex: '^chokidar(/|$)', message: 'src/store/watcher.ts watches files.' };
const semver = { regex: '^semver(/|$)', message: 'src/model/version.ts knows version numbers.' };
const specialists = [axios, chokidar, semver];
const webviewPackages = ['preact', '@preact', '@dagrejs/dagre', '@tanstack/virtual-core', 'd3-', '@vscode/codicons', 'valibot'];

/** @param {string[]} rooms */
const rooms = (...rooms) => ({
  // `../` in the files of a room; `./` only in those that stand beside the rooms: a room may well have a file of that name.
  regex: `^((\\.\\./)+(${rooms.join('|')})(/|$)|\\./(${rooms.join('|')})/)`,
  message: 'Imports point down: model < store, protocol < providers, webview < operations < ui < extension.',
});

/** What a room may not import, whether by `import`, `export from` or `import()`. */
const walls = (/** @type {string[]} */ files, /** @type {{ regex: string, message: string }[]} */ ...patterns) => ({
  files,
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...patterns.map(({ regex, message }) => ({
      selector: `:matches(ImportExpression, TSImportType) Literal[value=/${regex.replaceAll('/', '\\u002F')}/]`,
      message,
    }))],
  },
});

const backEnds = ['local', 'mlflow', 'comet', 'matih'];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'test-results/', '.vscode-test/', 'media/', 'test/fixtures/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true, caughtErrors: 'none' }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The shape of an interface asks for `async` and `async *` where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // The compiler's noPropertyAccessFromIndexSignature asks for the brackets that this rule would take away.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // The editor's classes (Disposable, Uri) are shapes: whoever returns `{ dispose }` returns a Disposable.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // At odds with no-non-null-assertion.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // A matter of taste, decided by the reader's ease each time.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/array-type': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
      eqeqeq: 'error',
    },
  },
  { files: ['src/**'], rules: { 'no-console': 'error' } },
  // Components take functions out of their properties; none of those has a `this`.
  { files: ['src/webview/**'], rules: { '@typescript-eslint/unbound-method': 'off' } },

  walls(['src/model/**'], rooms('store', 'protocol', 'providers', 'webview', 'operations', 'ui', 'extension'), node, vscode, ...specialists),
  walls(['src/model/version.ts'], rooms('store', 'protocol', 'providers', 'webview', 'operations', 'ui', 'extension'), node, vscode, axios, chokidar),
  walls(['src/protocol.ts', 'src/protocol/**'], rooms('store', 'providers', 'webview', 'operations', 'ui', 'extension'), node, vscode, ...specialists),
  walls(['src/store/**'], rooms('protocol', 'providers', 'webview', 'operations', 'ui', 'extension'), vscode, ...specialists),
  walls(['src/store/watcher.ts'], rooms('protocol', 'providers', 'webview', 'operations', 'ui', 'extension'), vscode, axios, semver),
  walls(['src/providers/**'], rooms('protocol', 'webview', 'operations', 'ui', 'extension'), vscode, ...specialists),
  ...backEnds.map(own => walls(
    [`src/providers/${own}.ts`, `src/providers/${own}/**`],
    rooms('protocol', 'webview', 'operations', 'ui', 'extension'), vscode, ...specialists,
    { regex: `^(\\./|(\\.\\./)+)(${backEnds.filter(name => name !== own).join('|')})(/|$)`, message: 'Back ends do not know each other.' },
  )),
  walls(['src/providers/http.ts'], rooms('protocol', 'webview', 'operations', 'ui', 'extension'), vscode, chokidar, semver),
  walls(
    ['src/webview/**'], rooms('store', 'providers', 'operations', 'ui', 'extension'),
    { regex: `^(?!\\.{1,2}/|${webviewPackages.join('|')})`, message: 'The browser side has the packages that eslint.config.mjs names.' },
  ),
  walls(['src/operations/**'], rooms('protocol', 'webview', 'ui', 'extension'), vscode, ...specialists),
  walls(['src/ui/**'], { regex: '^(\\.\\./)+(webview|extension)(/|$)', message: 'ui and the browser side meet in src/protocol.ts.' }, ...specialists),
  walls(['src/extension.ts'], rooms('webview'), ...specialists),
  walls(['test/unit/**', 'test/contract/**', 'test/faults/**', 'test/support/**', 'test/bench/**', 'test/e2e/**'], vscode),
  {
    files: ['src/model/**', 'src/protocol.ts', 'src/protocol/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'require', '__dirname', '__filename', 'global', 'setImmediate'] },
  },

  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: {
      // Tests look into answers of any shape, and say with `!` what the line above has just proved.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // fast-check's `fc.assert` of a synchronous property, and doubles that implement half an interface.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    plugins: { mocha },
    languageOptions: { globals: globals.mocha },
    rules: { 'mocha/no-exclusive-tests': 'error', 'mocha/no-pending-tests': 'error', 'mocha/no-identical-title': 'error' },
  },
  { files: ['**/*.mjs', '**/*.cjs', '*.js'], languageOptions: { globals: globals.node } },
  { files: ['**/*.cjs', '*.js'], languageOptions: { sourceType: 'commonjs' } },
);
