import assert from 'node:assert/strict';
import type { ArtifactVersion } from '../../../../src/model/artifact';
import { isArtifactError } from '../../../../src/model/errors';
import type { Provider } from '../../../../src/providers/provider';
import { chance, scaled, tell } from '../../../faults/harness/scale';
import type { Fault } from '../../../support/faultServer';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion, textOf } from '../../../support/providers';

/** The server has done it, and the connection is reset before the answer is read. */
const lost: Fault = { kind: 'resetDown', after: 0 };
const failed: Fault = { kind: 'status', status: 500, body: '<html>Internal Server Error</html>' };
const undelivered: Fault = { kind: 'resetUp', after: 0 };

const artifactOf = (provider: Provider, artifact: string): { readonly connection: string; readonly workspace: string; readonly artifact: string } => ({ connection: provider.connection, workspace: 'default', artifact });
const numbers = (versions: readonly ArtifactVersion[]): readonly string[] => versions.map(({ version }) => version);

const versionsFrom = (highest: number): readonly string[] => Array.from({ length: highest }, (_, index) => `${highest - index}.0.0`);

describe('answers of MLflow that get lost', function () {
  this.timeout(scaled(120_000, 1_800_000));
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double, patience: { pause: 20 } });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  const log = (artifact: string, options: { readonly version?: 'major' | '1.0.0'; readonly aliases?: readonly string[] } = {}): Promise<ArtifactVersion> =>
    logVersion(provider, { draft: { workspace: 'default', artifact, ...options }, files: { 'a.txt': artifact } });

  /** Breaks the next so many calls of a kind. */
  function breaking(call: string, fault: Fault, times = 1): void {
    let left = times;
    mlflow.break((each) => (each === call && left-- > 0 ? fault : undefined));
  }

  for (const call of ['POST runs/create', 'POST registered-models/create', 'POST model-versions/create', 'POST runs/update', 'POST runs/set-tag', 'PUT artifacts']) {
    for (const [name, fault] of [['lost', lost], ['never asked for', undelivered]] as const) {
      it(`a ${name} answer of ${call} still makes one version, whole and with its number`, async () => {
        await log('churn');
        breaking(call, fault);
        const artifact = call.includes('registered') ? 'fresh' : 'churn';
        const made = await log(artifact, { aliases: ['prod'] });
        mlflow.heal();
        assert.equal(made.version, artifact === 'churn' ? '2.0.0' : '1.0.0');
        assert.deepEqual(made.aliases, ['prod']);
        assert.deepEqual(numbers(await all(provider.versions(artifactOf(provider, artifact)))), artifact === 'churn' ? ['2.0.0', '1.0.0'] : ['1.0.0']);
        assert.equal(await textOf(provider.read({ ...made, path: 'a.txt' })), artifact);
      });
    }
  }

  it('makes one version through three lost answers of model-versions/create', async () => {
    breaking('POST model-versions/create', lost, 3);
    const made = await log('churn');
    assert.equal(made.version, '1.0.0');
    assert.deepEqual([...double.models.values()].map(({ versions }) => versions.length), [1]);
  });

  it('takes the version back where nobody can tell it that the version stands', async () => {
    let made = false;
    mlflow.break((call) => {
      made ||= call === 'POST model-versions/create';
      return made && call === 'GET model-versions/search' ? failed : undefined;
    });
    const writer = await provider.begin({ ...artifactOf(provider, 'churn'), type: 'dataset', version: 'major' });
    await assert.rejects(writer.commit(), { code: 'serverFault' });
    assert.equal(double.models.get('churn')?.versions.length, 1);
    mlflow.heal();
    await writer.abandon();
    assert.equal(double.models.size, 0);
    assert.deepEqual(double.leftovers(), []);
  });

  it('says alreadyExists where the answer to the step back of who came second is lost', async () => {
    // Another client registers the same number in the moment before ours does, which waits for it on its way.
    let raced = false;
    let waits = true;
    const rival = await mlflow.open();
    const mine = await provider.begin({ ...artifactOf(provider, 'churn'), type: 'dataset', version: '1.0.0' });
    mlflow.break((call) => {
      const isStepBack = call === 'DELETE model-versions/delete' && !raced;
      raced ||= isStepBack;
      if (call === 'POST model-versions/create' && waits) {
        waits = false;
        return { kind: 'delay', ms: 300 };
      }
      return isStepBack ? lost : undefined;
    });
    const theirs = await rival.begin({ ...artifactOf(rival, 'churn'), type: 'dataset', version: '1.0.0' });
    const outcomes = await Promise.allSettled([mine.commit(), theirs.commit()]);
    await Promise.all([mine.abandon(), theirs.abandon()]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code?: string }).code] : []));
    assert.deepEqual([raced, refused], [true, ['alreadyExists']]);
    assert.deepEqual([...double.models.values()].map(({ versions }) => versions.length), [1]);
    assert.deepEqual(double.leftovers(), []);
  });

  it('removes a version though the answers of each step are lost', async () => {
    const made = await log('churn', { aliases: ['prod', '1.0'] });
    const steps = new Set<string>();
    mlflow.break((call) => {
      const isFirst = !steps.has(call) && !call.startsWith('GET');
      steps.add(call);
      return isFirst ? lost : undefined;
    });
    await provider.remove!(made);
    mlflow.heal();
    assert.deepEqual(await all(provider.versions(artifactOf(provider, 'churn'))), []);
    assert.deepEqual([...double.files.keys()], []);
    assert.equal((await log('churn')).version, '2.0.0');
  });

  it('records a use once, and starts one run', async () => {
    const made = await log('churn');
    breaking('POST runs/create', lost);
    const run = await provider.startRun!({ connection: provider.connection, workspace: 'default', name: 'training' });
    breaking('POST runs/log-inputs', lost);
    await provider.consume!(made, run);
    mlflow.heal();
    assert.deepEqual((await all(provider.runs!({ connection: provider.connection, workspace: 'default' }))).map(({ name }) => name), ['training']);
    assert.equal(double.runs.get(run.run)?.inputs.length, 1);
  });

  it('does what a label change asks for, or says that it failed', async () => {
    const made = await log('churn', { aliases: ['a'] });
    const steps = ['POST model-versions/set-tag', 'POST registered-models/alias', 'DELETE registered-models/alias', 'POST registered-models/set-tag'];
    for (const [index, call] of steps.entries()) {
      breaking(call, lost);
      const changed = await provider.label!(made, { aliases: [`b${index}`, `1.${index}`], tags: [`t${index}`], metadata: { index } });
      assert.deepEqual([changed.aliases, changed.tags, changed.metadata], [[`1.${index}`, `b${index}`], [`t${index}`], { index }]);
    }
    for (const call of steps) {
      mlflow.heal();
      await provider.label!(made, { aliases: ['b', '1.0'] });
      mlflow.break((each) => (each === call ? failed : undefined));
      await assert.rejects(provider.label!(made, { aliases: ['other', '9.9'], tags: [call] }), { code: 'serverFault' }, call);
    }
  });

  it('make one version each, however often the answer to a create is lost', async () => {
    const random = chance(10);
    const rounds = scaled(30, 500);
    let losses = 0;
    await log('churn');
    for (let round = 0; round < rounds; round++) {
      const [call, artifact] = ([['runs', 'churn'], ['model-versions', 'churn'], ['registered-models', `fresh-${round}`]] as const)[Math.floor(random() * 3)]!;
      const times = random() < 0.3 ? 2 : 1;
      breaking(`POST ${call}/create`, random() < 0.8 ? lost : undelivered, times);
      await log(artifact);
      losses += times;
    }
    mlflow.heal();
    const versions = [...double.models.values()].flatMap((model) => model.versions);
    assert.equal(versions.length, rounds + 1);
    assert.equal(new Set(versions.map(({ tags }) => tags.get('mlartifacts.draft'))).size, rounds + 1);
    assert.deepEqual([...double.models].filter(([name]) => name !== 'churn').filter(([, model]) => model.versions.length !== 1), []);
    assert.deepEqual(numbers(await all(provider.versions(artifactOf(provider, 'churn')))), versionsFrom(double.models.get('churn')?.versions.length ?? 0));
    assert.deepEqual([[...double.runs.values()].filter(({ deleted }) => !deleted).length, double.leftovers()], [rounds + 1, []]);
    tell(`${losses} answers to creates were lost within ${rounds} logs: as many versions, none twice`);
  });

  const LOGS = scaled(100, 500);
  it(`${LOGS} logs through losses of one call in ten make ${LOGS} versions, and leave nothing else`, async () => {
    const random = chance(7);
    mlflow.break(() => {
      const draw = random();
      return draw < 0.06 ? lost : draw < 0.08 ? undelivered : draw < 0.1 ? { kind: 'status', status: 502 } : undefined;
    });
    const artifacts = Array.from({ length: LOGS / 5 }, (_, index) => `artifact-${index}`);
    const clients = await Promise.all(Array.from({ length: 5 }, () => mlflow.open()));
    let told = 0;
    await Promise.all(artifacts.map(async (artifact, index) => {
      for (let round = 1; round <= 5;) {
        const logging = logVersion(clients[index % 5]!, { draft: { workspace: 'default', artifact, aliases: ['newest', '1.x'] }, files: { 'a.txt': artifact } });
        // Three losses one after the other are told; who logs again gets the number that was meant.
        const made = await logging.catch((error: unknown) => {
          assert.ok(isArtifactError(error, 'serverFault') || isArtifactError(error, 'offline'), String(error));
          told += 1;
        });
        if (made !== undefined) {
          assert.deepEqual([made.version, made.aliases], [`${round}.0.0`, ['1.x', 'newest']], artifact);
          round += 1;
        }
      }
    }));
    assert.ok(told < LOGS / 10, `${told} logs failed`);
    mlflow.heal();
    for (const artifact of artifacts) {
      const versions = await all(provider.versions(artifactOf(provider, artifact)));
      assert.equal(versions.length, 5);
      assert.equal(double.models.get(artifact)?.versions.length, 5, 'versions that nobody sees');
      for (const version of versions) {
        assert.equal(await textOf(provider.read({ ...version, path: 'a.txt' })), artifact);
      }
    }
  });
});
