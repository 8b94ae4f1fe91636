import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { ArtifactVersion } from '../../../../src/model/artifact';
import { isArtifactError } from '../../../../src/model/errors';
import type { Provider } from '../../../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion, textOf } from '../../../support/providers';

describe('clients of one MLflow at the same moment', function () {
  this.timeout(120_000);
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double, delay: 2 });
  });
  afterEach(() => mlflow.close());

  const place = { connection: 'mlflow', workspace: 'default' } as const;
  const entries = (artifact: string): number | undefined => double.models.get(artifact)?.versions.length;

  it('that want one exact number: one has it, the others are told, and nothing of theirs stays', async () => {
    const clients = await Promise.all([mlflow.open(), mlflow.open(), mlflow.open()]);
    for (let round = 0; round < 20; round++) {
      const artifact = `exact-${round % 4}`;
      const version = `${1 + Math.floor(round / 4)}.0.0`;
      const outcomes = await Promise.all(clients.map(async (client, who) => {
        try {
          await logVersion(client, { draft: { workspace: 'default', artifact, version }, files: { 'who.txt': String(who) } });
          return who;
        } catch (error) {
          return isArtifactError(error) ? error.code : String(error);
        }
      }));
      const winners = outcomes.filter((each) => typeof each === 'number');
      assert.deepEqual([winners.length, outcomes.filter((each) => each === 'alreadyExists').length], [1, 2], `round ${round}: ${outcomes.join()}`);
      assert.equal(entries(artifact), 1 + Math.floor(round / 4));
      assert.equal(await textOf(clients[0].read({ ...place, artifact, version, path: 'who.txt' })), String(winners[0]));
      assert.deepEqual(double.leftovers(), [], `round ${round}`);
    }
  });

  it('that want the next number: each gets one of its own, with its own contents', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => mlflow.open()));
    for (let round = 0; round < 5; round++) {
      await Promise.all(clients.map(async (client, who) => {
        const made = await logVersion(client, { draft: { workspace: 'default', artifact: 'bumps', metadata: { who, round } }, files: { 'who.txt': `${who} ${round}` } });
        assert.equal(await textOf(client.read({ ...made, path: 'who.txt' })), `${who} ${round}`);
      }));
    }
    const versions = await all(clients[0]!.versions({ ...place, artifact: 'bumps' }));
    assert.deepEqual([new Set(versions.map(({ version }) => version)).size, versions.length, entries('bumps')], [40, 40, 40]);
    assert.equal(new Set(versions.map(({ metadata }) => JSON.stringify(metadata))).size, 40);
    assert.deepEqual(double.leftovers(), []);
  });

  it('that move an alias: it ends on one version, and each was told where it is', async () => {
    const clients = await Promise.all(Array.from({ length: 4 }, () => mlflow.open()));
    const versions: ArtifactVersion[] = [];
    for (const _ of clients) {
      versions.push(await logVersion(clients[0]!, { draft: { workspace: 'default', artifact: 'aliased' } }));
    }
    for (const alias of ['prod', '1.0']) {
      for (let round = 0; round < 10; round++) {
        await Promise.all(clients.map((client, who) => client.label!(versions[(who + round) % 4]!, { aliases: [alias] })));
        const holders = (await all(clients[0]!.versions({ ...place, artifact: 'aliased' }))).filter(({ aliases }) => aliases.includes(alias));
        assert.equal(holders.length, 1, `${alias}, round ${round}`);
        assert.equal((await clients[1]!.version({ ...place, artifact: 'aliased', version: alias })).version, holders[0]?.version);
      }
    }
  });

  it('of which one gives up the artifact that it made: what the other logged stays', async () => {
    for (let round = 0; round < 10; round++) {
      const artifact = `given-up-${round}`;
      const [one, two] = await Promise.all([mlflow.open(), mlflow.open()]);
      const controller = new AbortController();
      mlflow.break((call) => {
        if (call === 'POST registered-models/create') {
          setTimeout(() => controller.abort(), round * 3);
        }
        return undefined;
      });
      const writer = await one.begin({ ...place, artifact, type: 'dataset', version: 'major' });
      const mine = writer.commit({ signal: controller.signal }).then(() => true, () => false).finally(() => writer.abandon());
      const theirs = await logVersion(two, { draft: { workspace: 'default', artifact } });
      const isMine = await mine;
      mlflow.heal();
      const versions = (await all(two.versions({ ...place, artifact }))).map(({ version }) => version);
      assert.ok(versions.includes(theirs.version) && versions.length === (isMine ? 2 : 1), `round ${round}: ${versions.join()}`);
    }
  });
});

describe('a process that is killed while it logs to MLflow', function () {
  this.timeout(180_000);
  const ROUNDS = 30;
  const script = path.join(__dirname, '../../../support/mlflowLogProcess.js');

  it('leaves only whole versions, and the next one takes the rest away', async () => {
    const double = new MlflowDouble();
    const mlflow = await faultyMlflow({ double, delay: 4 });
    try {
      const provider: Provider = await mlflow.open();
      const place = { connection: provider.connection, workspace: 'default' };
      let killedWithin = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const child = fork(script, [mlflow.url, 'churn'], { stdio: 'ignore' });
        await once(child, 'message');
        await after(Math.random() * 250);
        child.kill('SIGKILL');
        await once(child, 'exit');
        await after(30);
        killedWithin += double.leftovers().length > 0 ? 1 : 0;
        const reader = await mlflow.open();
        for (const version of await all(reader.versions({ ...place, artifact: 'churn' })).catch(() => [])) {
          const assets = await all(reader.assets(version));
          assert.equal(assets.length, 12, version.version);
          for (const asset of assets) {
            // Verified against its digest.
            assert.equal(await textOf(reader.read(asset)), `${JSON.stringify(version.metadata['who']).slice(1, -1)} ${asset.path}`);
          }
        }
        await logVersion(provider, { draft: { workspace: 'default', artifact: 'next' } });
        assert.deepEqual(double.leftovers(), [], `round ${round}`);
      }
      assert.ok(killedWithin > ROUNDS / 4, `only ${killedWithin} of ${ROUNDS} kills fell into an upload`);
    } finally {
      await mlflow.close();
    }
  });

  it('does not take away what a living process is writing, here or elsewhere', async () => {
    const double = new MlflowDouble();
    const mlflow = await faultyMlflow({ double });
    try {
      const [one, two] = await Promise.all([mlflow.open(), mlflow.open()]);
      const place = { connection: one.connection, workspace: 'default' };
      const writer = await one.begin({ ...place, artifact: 'churn', type: 'dataset', version: 'major' });
      await writer.put([{ path: 'a.txt', size: 1, async *open() { yield Buffer.from('a'); } }]);
      for (const run of double.runs.values()) {
        run.tags.set('mlartifacts.maker', JSON.stringify({ space: 'another machine', pid: 1 }));
      }
      await logVersion(two, { draft: { workspace: 'default', artifact: 'other' } });
      const made = await writer.commit();
      assert.equal(await textOf(two.read({ ...made, path: 'a.txt' })), 'a');
    } finally {
      await mlflow.close();
    }
  });
});
