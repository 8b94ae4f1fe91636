import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { ArtifactVersion } from '../../src/model/artifact';
import { invalid, isAbort } from '../../src/model/errors';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { createLocalFiles } from '../../src/store/localFiles';
import type { Provider } from '../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../support/faultyMlflow';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { all, logVersion, source, textOf, workerFile } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';
import { filesBelow } from '../support/stores';
import { temporaryFolder } from '../support/temporaryFolder';

const DOWNLOADS = 40;
const UPLOADS = 10;
const PROCESSES = 4;
/** What VS Code gives an extension to come to rest. Milliseconds. */
const PATIENCE = 5_000;
const LARGE = 'weights.bin';
const contents = new Map<string, Buffer>([[LARGE, randomBytes(12 * 2 ** 20 + 7)], ...Array.from({ length: 12 }, (_, index): [string, Buffer] => [`notes/${index}.txt`, randomBytes(index * 3_000)])]);

/** As `deactivate` does it: an abort that is no cancelling, all that is under way awaited, and the connection closed. */
describe('a window that closes while bytes are on their way', function () {
  this.timeout(180_000);
  const server = runningMlflow(DEPLOYMENTS['slim']);
  const folder = temporaryFolder();
  let mlflow: FaultyMlflow;
  let provider: Provider;
  /** When the window closed. */
  let at = 0;
  const closed = (): Error => invalid('The window was closed.');

  beforeEach(async () => {
    mlflow = await faultyMlflow({ before: server().url });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  async function logged(): Promise<ArtifactVersion> {
    return logVersion(provider, {
      draft: { workspace: 'default', artifact: `closing-${randomUUID().slice(0, 8)}` },
      sources: [...contents].map(([name, bytes]) => source(name, bytes)),
    });
  }

  /** Until all is at rest. Milliseconds, nothing where the work had ended by itself. */
  async function closeWithin(work: (signal: AbortSignal) => Promise<unknown>, moment: number): Promise<number | undefined> {
    const closing = new AbortController();
    const [result] = await Promise.all([
      work(closing.signal).then(() => undefined, (error: unknown) => ({ error, rest: performance.now() - at })),
      after(moment).then(() => {
        at = performance.now();
        closing.abort(closed());
      }),
    ]);
    if (result !== undefined) {
      assert.ok(!isAbort(result.error) && closing.signal.reason === result.error, String(result.error));
    }
    return result?.rest;
  }
  /** Only whole files under final names; each part is the beginning of its file. Answers how much is there of the large one's part. */
  function partOf(target: string): number | undefined {
    let part: number | undefined;
    for (const name of fs.existsSync(target) ? filesBelow(target) : []) {
      const bytes = fs.readFileSync(path.join(target, name));
      const whole = contents.get(name.replace(/\.[0-9a-f]{8}\.part$/u, ''));
      assert.ok(whole !== undefined, `${name} is none of ours`);
      assert.ok(whole.subarray(0, name.endsWith('.part') ? bytes.length : undefined).equals(bytes), `${name} is not what it should be`);
      part = name.startsWith(`${LARGE}.`) ? bytes.length : part;
    }
    return part;
  }

  it(`${DOWNLOADS} times during downloads leaves whole files and the beginnings of others, and the next one goes on from there`, async () => {
    const version = await logged();
    const files = createLocalFiles({ workerFile });
    const target = path.join(folder(), 'target');
    const download = (signal?: AbortSignal): Promise<unknown> => downloadVersion({ provider, files }, { version, folder: target, conflicts: 'fail' }, { signal });
    const began = performance.now();
    await download();
    const span = performance.now() - began;
    fs.rmSync(target, { recursive: true });
    let closings = 0;
    let resumed = 0;
    for (let round = 0; round < DOWNLOADS; round++) {
      const before = partOf(target);
      const first = mlflow.requests.length;
      const rest = await closeWithin(download, Math.random() * span);
      assert.ok((rest ?? 0) < PATIENCE, `round ${round} took ${rest ?? 0} ms to come to rest`);
      closings += rest === undefined ? 0 : 1;
      const ranges = mlflow.requests.slice(first).filter(({ path: asked }) => asked.endsWith(LARGE)).map(({ headers }) => headers.range);
      if (before !== undefined && before > 0 && ranges.length > 0) {
        assert.equal(ranges[0], `bytes=${before}-`, `round ${round}`);
        resumed++;
      }
      partOf(target);
      if (rest === undefined) {
        fs.rmSync(target, { recursive: true, force: true });
      }
    }
    await download();
    assert.deepEqual(filesBelow(target), [...contents.keys()].sort());
    partOf(target);
    await files.dispose();
    assert.ok(closings > 0 && resumed > 0, `${closings} closings, ${resumed} resumed`);
  });

  it(`${UPLOADS} times during logs leaves no half version, and no run behind`, async () => {
    const artifact = `closing-${randomUUID().slice(0, 8)}`;
    const sources = [...contents].map(([name, bytes]) => source(name, bytes));
    const log = (signal?: AbortSignal): Promise<unknown> => logVersion(provider, { draft: { workspace: 'default', artifact }, sources }, { signal });
    const began = performance.now();
    await log();
    const span = performance.now() - began;
    for (let round = 0; round < UPLOADS; round++) {
      const rest = await closeWithin(log, Math.random() * span);
      assert.ok((rest ?? 0) < PATIENCE, `round ${round} took ${rest ?? 0} ms to come to rest`);
    }
    for (const version of await all(provider.versions({ connection: 'mlflow', workspace: 'default', artifact }))) {
      assert.deepEqual((await all(provider.assets(version))).map(({ path: name }) => name), [...contents.keys()].sort());
    }
    assert.equal(await pending(), 0);
  });

  it(`lets its process end by itself: ${PROCESSES} that download or log`, async () => {
    const version = await logged();
    for (let round = 0; round < PROCESSES; round++) {
      const target = round % 2 === 0 ? path.join(folder(), `target-${round}`) : '';
      const child = fork(path.join(__dirname, '../support/mlflowClosingProcess.js'), [server().url, target === '' ? `${version.artifact}-2` : version.artifact, target], { stdio: 'ignore' });
      await once(child, 'message');
      await after(Math.random() * 400);
      const began = performance.now();
      child.send('close');
      const [code] = await once(child, 'exit') as [number | null];
      assert.equal(code, 0);
      assert.ok(performance.now() - began < PATIENCE, `${performance.now() - began} ms`);
      partOf(target);
    }
    const next = await mlflow.open();
    await logVersion(next, { draft: { workspace: 'default', artifact: `${version.artifact}-3` }, files: { a: 'a' } });
    assert.equal(await pending(), 0);
    assert.equal(await textOf(next.read({ ...version, artifact: `${version.artifact}-3`, path: 'a' })), 'a');
  });

  async function pending(): Promise<number> {
    const answer = await fetch(`${server().url}/api/2.0/mlflow/runs/search`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 100 }),
    });
    const { runs = [] } = await answer.json() as { runs?: unknown[] };
    return runs.length;
  }
});
