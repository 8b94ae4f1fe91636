// @ts-check
/** Runs test/integration in a desktop VS Code that @vscode/test-electron downloads: `--version stable` or a number. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { compileTests, stageExtension } from './build.mjs';
import { checkout, copySample, freshFolder, pythonExtension, remove } from './folders.mjs';
import { cacheFolder } from './provision.mjs';

const { values: flags } = parseArgs({ options: { version: { type: 'string', default: 'stable' }, grep: { type: 'string' } } });

const folder = freshFolder('desk');
try {
  const vscodeExecutablePath = await download();
  if (vscodeExecutablePath) {
    await compileTests();
    const extension = path.join(folder, 'extension');
    await stageExtension(extension, { build: true });
    const user = path.join(folder, 'user');
    fs.mkdirSync(path.join(user, 'User'), { recursive: true });
    fs.writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify({ 'artifacts.store.path': path.join(folder, 'store') }));
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: [extension, pythonExtension],
      extensionTestsPath: path.join(checkout, 'out', 'test', 'integration', 'index'),
      launchArgs: [
        copySample(path.join(folder, 'workspace')),
        '--user-data-dir', user, '--disable-extensions', '--disable-workspace-trust',
      ],
      extensionTestsEnv: flags.grep === undefined ? {} : { MOCHA_GREP: flags.grep },
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  remove(folder);
}

async function download() {
  try {
    return await downloadAndUnzipVSCode({ version: flags.version, cachePath: path.join(cacheFolder(), 'desktop') });
  } catch (error) {
    console.error(`Desktop VS Code could not be downloaded (${error instanceof Error ? error.message : error}); `
      + 'npm run test:integration runs the same tests in the browser.');
    process.exitCode = 1;
    return undefined;
  }
}
