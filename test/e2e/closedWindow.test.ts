import * as assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Provider } from '../../src/providers/provider';
import { lives } from '../support/lives';
import { type MlflowServer, startMlflow } from '../support/mlflowServer';
import { all, bytesOf, logVersion, mlflowProvider, source } from '../support/providers';
import { type SlowServer, slowServer } from '../support/slowServer';
import { until } from '../support/until';
import { checkout, prepared } from './support/editor';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const MIB = 2 ** 20;
const LARGE = 'weights.bin';
const contents = randomBytes(24 * MIB + 7);
/** Bytes a second of each file: none would end before a slow machine has begun the other. */
const RATE = MIB;
const BEGUN = MIB / 2;
const PATIENCE = 20_000;

/** A window that ends while one large file comes from an MLflow server and another goes there, and that has a server of its own. */
describe('a window that ends during transfers', function () {
  this.timeout(180_000);
  tellsOneStory();
  let server: MlflowServer;
  let slow: SlowServer;
  let provider: Provider;
  let workbench: Workbench;
  let target: string;

  before(async function () {
    this.timeout(900_000);
    const starting = startMlflow();
    slow = await slowServer(starting);
    target = fs.mkdtempSync(path.join(prepared().folder, 'downloaded-'));
    [server, workbench] = await Promise.all([starting, openWorkbench({
      settings: { 'artifacts.connections': [{ kind: 'mlflow', name: 'team', url: slow.url }], 'artifacts.defaultConnection': 'team', 'artifacts.download.folder': target },
      env: { PYTHONPATH: path.join(checkout, 'test', 'fixtures', 'fakeMlflow') },
    })]);
    provider = await mlflowProvider(server);
    await logVersion(provider, { draft: { workspace: 'default', artifact: 'weights' }, sources: [source(LARGE, contents)] });
    fs.writeFileSync(path.join(workbench.folder, 'mlflow.db'), '');
  });

  after(async () => {
    await workbench.close();
    await provider.dispose();
    await slow.close();
    await server.stop();
  });

  /** The process in which the extension runs. */
  const host = (): number => Number([...workbench.hostOutput().matchAll(/<(\d+)> Launched Extension Host Process/gu)].at(-1)?.[1]);
  const versions = (artifact: string): Promise<readonly string[]> =>
    all(provider.versions({ connection: 'mlflow', workspace: 'default', artifact })).then((found) => found.map(({ version }) => version), () => []);

  async function pending(): Promise<number> {
    const answer = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 100 }),
    });
    return (await answer.json() as { runs?: unknown[] }).runs?.length ?? 0;
  }

  /** Bytes on this disk of what is downloaded. */
  const written = (): number => fs.readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).reduce((bytes, { parentPath, name }) => bytes + fs.statSync(path.join(parentPath, name)).size, 0);

  /** Ends with the processes of the server. */
  async function startServer(): Promise<readonly number[]> {
    await workbench.command('ML Artifacts: Start MLflow Server for This Folder');
    const told = workbench.statusBarItem('MLflow runs at');
    await told.waitFor();
    const url = /http:\S+/u.exec(await told.innerText())?.[0] ?? '';
    return (await (await fetch(`${url}/started`)).json() as { pids: number[] }).pids;
  }

  async function startDownload(): Promise<void> {
    // The palette has the command when the view is there.
    await workbench.showArtifacts();
    await workbench.row('team').waitFor();
    await workbench.command('ML Artifacts: Download Version…');
    await workbench.question('Choose an artifact');
    await workbench.quickInputBox.fill('default/weights:1.0.0');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'default/weights:1.0.0' }).first().click();
    await workbench.answer('Where to?');
  }

  async function startLog(folder: string): Promise<void> {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row(folder), 'Log as Artifact…');
    await workbench.answer('Choose an artifact in default');
    await workbench.answer(`Choose the version of ${folder}`);
    await workbench.question('Enter logs');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'Log 1 file' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
  }

  for (const [what, artifact, end] of [
    ['is closed', 'closed', () => workbench.page.goto('about:blank')],
    ['is killed', 'killed', async () => process.kill(host(), 'SIGKILL')],
  ] as const) {
    it(`leaves nothing half and no process when it ${what}, and the next one goes on`, async () => {
      const fresh = path.join(workbench.folder, artifact);
      fs.mkdirSync(fresh);
      fs.writeFileSync(path.join(fresh, `${artifact}.bin`), contents);
      const processes = [host(), ...await startServer()];
      slow.slow(RATE);
      await startDownload();
      await startLog(artifact);
      await until(() => slow.passed(`${artifact}.bin`).up > BEGUN && written() > BEGUN, 'both are on their way', PATIENCE);
      await end();
      await until(() => !processes.some(lives), 'no process of the window is left', PATIENCE);

      const [folder = ''] = fs.readdirSync(target);
      const [part = '', ...others] = fs.readdirSync(path.join(target, folder));
      assert.match(part, /^weights\.bin\.[0-9a-f]{8}\.part$/u);
      assert.deepEqual(others, []);
      const got = fs.readFileSync(path.join(target, folder, part));
      assert.ok(got.length > 0 && got.length < contents.length && got.equals(contents.subarray(0, got.length)), `${got.length} bytes`);
      assert.deepEqual(await versions(artifact), []);
      if (what === 'is closed') {
        assert.equal(await pending(), 0);
      }

      slow.slow();
      const fetched = slow.passed(LARGE).down;
      await workbench.load();
      await startDownload();
      await workbench.notification('Downloaded default/weights:1.0.0').waitFor({ timeout: 60_000 });
      assert.deepEqual(fs.readdirSync(path.join(target, folder)), [LARGE]);
      assert.ok(fs.readFileSync(path.join(target, folder, LARGE)).equals(contents));
      assert.equal(slow.passed(LARGE).down - fetched, contents.length - got.length);
      fs.rmSync(path.join(target, folder), { recursive: true });
      await startLog(artifact);
      await workbench.statusBarItem(`Logged default/${artifact}:1.0.0`).waitFor({ timeout: 60_000 });
      assert.deepEqual(await versions(artifact), ['1.0.0']);
      assert.ok((await bytesOf(provider.read({ connection: 'mlflow', workspace: 'default', artifact, version: '1.0.0', path: `${artifact}.bin` }))).equals(contents));
      assert.equal(await pending(), 0);
    });
  }
});
