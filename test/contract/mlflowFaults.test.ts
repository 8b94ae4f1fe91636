import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Provider } from '../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../support/faultyMlflow';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { all, bytesOf, logVersion, mlflowProvider, source, textOf } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';

/** As the tests over an MLflow in memory do it hundreds of times, a few rounds with a real one. */
const LOGS = 20;
const KILLS = 8;

describe('a real MLflow behind a bad line', function () {
  this.timeout(180_000);
  const server = runningMlflow(DEPLOYMENTS['slim']);
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const place = { connection: 'mlflow', workspace: 'default' } as const;

  beforeEach(async () => {
    mlflow = await faultyMlflow({ before: server().url });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  async function pending(): Promise<number> {
    const answer = await fetch(`${server().url}/api/2.0/mlflow/runs/search`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 100 }),
    });
    const { runs = [] } = await answer.json() as { runs?: unknown[] };
    return runs.length;
  }

  it(`${LOGS} logs, of which each call's answer is lost once in ten times, make ${LOGS} versions with their numbers, aliases and bytes`, async () => {
    mlflow.break(() => (Math.random() < 0.1 ? { kind: 'resetDown', after: 0 } : undefined));
    for (let round = 1; round <= LOGS; round++) {
      const made = await logVersion(provider, { draft: { workspace: 'default', artifact: 'lost', aliases: ['newest'], tags: [`t${round}`] }, files: { 'a.txt': `round ${round}` } });
      assert.deepEqual([made.version, made.aliases, made.tags], [`${round}.0.0`, ['newest'], [`t${round}`]]);
    }
    mlflow.heal();
    const versions = await all(provider.versions({ ...place, artifact: 'lost' }));
    assert.deepEqual(versions.map(({ version, aliases }) => [version, aliases.length]), Array.from({ length: LOGS }, (_, index) => [`${LOGS - index}.0.0`, index === 0 ? 1 : 0]));
    for (const [index, version] of versions.entries()) {
      assert.equal(await textOf(provider.read({ ...version, path: 'a.txt' })), `round ${LOGS - index}`);
    }
    assert.equal(await pending(), 0);
  });

  it('removes, labels and records uses through lost answers', async () => {
    const made = await logVersion(provider, { draft: { workspace: 'default', artifact: 'kept', aliases: ['1.0', 'prod'] }, files: { 'a.txt': 'a' } });
    const steps = new Set<string>();
    mlflow.break((call) => {
      const isFirst = !steps.has(call) && !call.startsWith('GET');
      steps.add(call);
      return isFirst ? { kind: 'resetDown', after: 0 } : undefined;
    });
    const changed = await provider.label!(made, { aliases: ['2.0', 'best'], tags: ['x'], metadata: { text: 'y'.repeat(20_000) } });
    assert.deepEqual([changed.aliases, changed.tags, JSON.stringify(changed.metadata).length], [['2.0', 'best'], ['x'], 20_011]);
    const run = await provider.startRun!({ ...place, name: 'training' });
    await provider.consume!(made, run);
    assert.equal((await provider.removal!(made)).consumers.length, 1);
    await provider.remove!(made);
    mlflow.heal();
    await assert.rejects(provider.version(made), { code: 'notFound' });
    assert.deepEqual([(await provider.nextVersions({ ...place, artifact: 'kept' })).major, await pending()], ['2.0.0', 0]);
  });

  it('goes on with an upload and a download that it was started again within', async () => {
    const direct = await mlflowProvider(server());
    const bytes = randomBytes(30_000_000);
    const first = await logVersion(direct, { draft: { workspace: 'default', artifact: 'restarted' }, files: { 'a.bin': bytes } });
    let restarted: Promise<void> | undefined;
    // What comes slowly enough is under way when the server goes.
    const slow = { ...source('a.bin', bytes), async *open(start = 0): AsyncGenerator<Uint8Array> {
      for (let at = start; at < bytes.length; at += 1_000_000) {
        yield bytes.subarray(at, at + 1_000_000);
        await after(10);
        restarted ??= at > 3_000_000 ? server().restart() : undefined;
      }
    } };
    const read = async (): Promise<Buffer> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of direct.read({ ...first, path: 'a.bin' })) {
        chunks.push(chunk);
        await after(5);
      }
      return Buffer.concat(chunks);
    };
    const [second, came] = await Promise.all([logVersion(direct, { draft: { workspace: 'default', artifact: 'restarted' }, sources: [slow] }), read()]);
    await restarted;
    assert.ok(restarted !== undefined && came.equals(bytes));
    assert.equal(second.version, '2.0.0');
    assert.ok((await bytesOf(direct.read({ ...second, path: 'a.bin' }))).equals(bytes));
    await direct.dispose();
  });

  it(`a process that is killed at ${KILLS} moments leaves whole versions only, and the next one takes the rest away`, async () => {
    for (let round = 0; round < KILLS; round++) {
      const child = fork(path.join(__dirname, '../support/mlflowLogProcess.js'), [server().url, 'killed'], { stdio: 'ignore' });
      await once(child, 'message');
      await after(100 + Math.random() * 1_500);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const next = await mlflowProvider(server());
      await logVersion(next, { draft: { workspace: 'default', artifact: 'next' } });
      assert.equal(await pending(), 0, `round ${round}`);
      for (const version of await all(next.versions({ ...place, artifact: 'killed' })).catch(() => [])) {
        const assets = await all(next.assets(version));
        assert.equal(assets.length, 12, version.version);
        await Promise.all(assets.map((asset) => textOf(next.read(asset))));
      }
      await next.dispose();
    }
  });
});
