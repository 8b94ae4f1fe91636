import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const checkout = path.resolve(__dirname, '../../..');
const wallRules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax', 'no-restricted-exports', 'no-restricted-globals'];

const forbidden: readonly (readonly [file: string, code: string])[] = [
  ['src/model/artifact.ts', `import * as vscode from 'vscode'; vscode.window;`],
  ['src/model/artifact.ts', `import type { Uri } from 'vscode'; export type A = Uri;`],
  ['src/model/artifact.ts', `export type A = import('vscode').Uri;`],
  ['src/model/artifact.ts', `import { join } from 'node:path'; join();`],
  ['src/model/artifact.ts', `import { readFile } from 'fs/promises'; readFile;`],
  ['src/model/artifact.ts', `import { open } from '../store/store'; open();`],
  ['src/model/artifact.ts', `import { valid } from 'semver'; valid('1.0.0');`],
  ['src/model/artifact.ts', `export const here = process.cwd();`],
  ['src/protocol.ts', `import { join } from 'path'; join();`],
  ['src/protocol.ts', `import type { Provider } from './providers/provider'; export type P = Provider;`],
  ['src/store/store.ts', `import type { Provider } from '../providers/provider'; export type P = Provider;`],
  ['src/store/store.ts', `import { watch } from 'chokidar'; watch('.');`],
  ['src/store/store.ts', `export const watching = import('chokidar');`],
  ['src/providers/mlflow/client.ts', `import axios from 'axios'; axios.get('');`],
  ['src/providers/mlflow/client.ts', `import { key } from '../comet/key'; key;`],
  ['src/providers/mlflow.ts', `import { key } from './comet'; key;`],
  ['src/providers/mlflow/client.ts', `import { log } from '../../operations/logArtifact'; log;`],
  ['src/providers/mlflow/client.ts', `import * as vscode from 'vscode'; vscode.window;`],
  ['src/webview/main.tsx', `import { open } from '../store/store'; open();`],
  ['src/webview/main.tsx', `import { join } from 'node:path'; join();`],
  ['src/webview/main.tsx', `import pLimit from 'p-limit'; pLimit(1);`],
  ['src/operations/logArtifact.ts', `import { ask } from '../ui/prompts'; ask();`],
  ['src/operations/logArtifact.ts', `export const later = import('../ui/prompts');`],
  ['src/operations/logArtifact.ts', `import * as vscode from 'vscode'; vscode.window;`],
  ['src/ui/panel.ts', `import { draw } from '../webview/assets'; draw();`],
  ['src/ui/commands/logFiles.ts', `import { valid } from 'semver'; valid('1.0.0');`],
  ['src/ui/panel.ts', `export default 1;`],
  ['test/unit/model/version.test.ts', `import * as vscode from 'vscode'; vscode.window;`],
];

const allowed: readonly (readonly [file: string, code: string])[] = [
  ['src/model/version.ts', `import { valid } from 'semver'; valid('1.0.0');`],
  ['src/store/watcher.ts', `import { watch } from 'chokidar'; watch('.');`],
  ['src/store/store.ts', `import { join } from 'node:path'; import type { Asset } from '../model/artifact'; export type A = Asset; join();`],
  ['src/providers/http.ts', `import axios from 'axios'; axios.get('');`],
  ['src/providers/registry.ts', `import { local } from './local/local'; import { mlflow } from './mlflow/mlflow'; local(mlflow);`],
  ['src/providers/local/local.ts', `import { open } from '../../store/store'; open();`],
  ['src/webview/main.tsx', `import { render } from 'preact'; import type { PanelState } from '../protocol'; import './panel.css'; render(0 as PanelState);`],
  ['src/operations/logArtifact.ts', `import type { Provider } from '../providers/provider'; export type P = Provider;`],
  ['src/ui/panel.ts', `import * as vscode from 'vscode'; import { log } from '../operations/logArtifact'; log(vscode);`],
  ['src/extension.ts', `import * as vscode from 'vscode'; import { tree } from './ui/tree'; tree(vscode);`],
];

describe('the walls between the rooms', () => {
  let eslint: ESLint;

  before(() => {
    eslint = new ESLint({
      cwd: checkout,
      // Snippets are no files of a project, so the rules that need types stay out.
      overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }],
      ruleFilter: ({ ruleId }) => wallRules.includes(ruleId),
    });
  });

  async function complaints(file: string, code: string): Promise<string[]> {
    const [result] = await eslint.lintText(code, { filePath: path.join(checkout, file) });
    assert.ok(result, `${file} is not linted`);
    return result.messages.map(({ message }) => message);
  }

  for (const [file, code] of forbidden) {
    it(`${file} may not say: ${code}`, async () => {
      assert.equal((await complaints(file, code)).length, 1);
    });
  }

  for (const [file, code] of allowed) {
    it(`${file} may say: ${code}`, async () => {
      assert.deepEqual(await complaints(file, code), []);
    });
  }
});
