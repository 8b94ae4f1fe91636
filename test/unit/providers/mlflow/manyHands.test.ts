import assert from 'node:assert/strict';
import { isArtifactError } from '../../../../src/model/errors';
import type { ArtifactVersion } from '../../../../src/model/artifact';
import type { Provider } from '../../../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion } from '../../../support/providers';

const HISTORIES = 8;
const STEPS = 14;

describe('an artifact on MLflow that we and other tools write, copy into and delete from', function () {
  this.timeout(60_000);
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const at = { connection: 'mlflow', workspace: 'default', artifact: 'many-hands' } as const;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  function byOthers(mark: string, source = 'dummy:/x', tags: readonly (readonly [string, string])[] = []): void {
    const model = double.models.get(at.artifact)!;
    model.made += 1;
    model.versions.push({ version: String(model.made), source, run: '', tags: new Map([['mark', mark], ...tags]) });
  }

  const markOf = ({ metadata, serverTags }: ArtifactVersion): unknown => metadata['mark'] ?? serverTags?.['mark'];
  const told = (version: ArtifactVersion): unknown => [version.version, version.isLatest, markOf(version)];

  for (let seed = 1; seed <= HISTORIES; seed++) {
    it(`gives no number twice, and each version alone is what it is among all of them (${seed})`, async () => {
      let state = seed * 2_654_435_761 + 1;
      const dice = (sides: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return (state >>> 16) % sides;
      };
      const given = new Set<string>();
      const log = async (version: string, mark: string): Promise<void> => {
        const made = await logVersion(provider, { draft: { ...at, version, metadata: { mark } } });
        assert.ok(!given.has(made.version), `${made.version} twice`);
        given.add(made.version);
      };
      await log('major', 'first');
      for (let step = 1; step <= STEPS; step++) {
        const mark = `step ${step}`;
        const model = double.models.get(at.artifact)!;
        switch (dice(seed % 2 === 0 ? 8 : 12)) {
          case 0: {
            const bump = (['major', 'minor', 'patch'] as const)[dice(3)]!;
            const next = (await provider.nextVersions(at))[bump];
            await log(bump, mark);
            assert.ok(given.has(next), `${next} was foretold`);
            break;
          }
          case 1:
            await log(`${1 + dice(12)}.0.${dice(2)}`, mark).catch((error: unknown) => assert.ok(isArtifactError(error, 'alreadyExists'), String(error)));
            break;
          case 2:
            byOthers(mark, 'models:/other/7', [['mlartifacts.version', '4.0.0'], ['mlartifacts.highest', '99.0.0']]);
            break;
          case 3: {
            // Nobody strikes its number off.
            const [gone] = model.versions.splice(dice(model.versions.length), 1);
            given.delete(gone?.tags.get('mlartifacts.version') ?? '');
            break;
          }
          case 4: {
            const versions = await all(provider.versions(at));
            const gone = versions[dice(versions.length)];
            if (gone !== undefined && versions.length > 1) {
              await provider.remove!(gone);
            }
            break;
          }
          default:
            byOthers(mark);
        }
        const [first] = await all(provider.versions(at));
        if (first !== undefined) {
          assert.deepEqual([told(await provider.version({ ...at, version: 'Latest' })), (await provider.artifact(at)).latest], [told(first), first.version], mark);
        }
      }
      const versions = await all(provider.versions(at));
      assert.equal(new Set(versions.map(({ version }) => version)).size, versions.length);
      for (const version of versions) {
        assert.deepEqual(told(await provider.version(version)), told(version));
      }
    });
  }

  it('is asked for no more than is wanted of it, where all of it was registered by others', async () => {
    double.models.set(at.artifact, { name: at.artifact, tags: new Map(), aliases: new Map([['prod', '17']]), versions: [], made: 0 });
    for (let version = 1; version <= 40; version++) {
      byOthers(String(version));
    }
    const before = mlflow.requests.length;
    assert.equal((await provider.version({ ...at, version: 'prod' })).version, '17.0.0');
    assert.equal((await provider.version({ ...at, version: 'Latest' })).version, '40.0.0');
    assert.equal((await provider.version({ ...at, version: '3.0.0' })).version, '3.0.0');
    assert.equal((await logVersion(provider, { draft: at })).version, '41.0.0');
    const searches = mlflow.requests.slice(before).filter((seen) => callOf(seen) === 'GET model-versions/search').map(({ path }) => decodeURIComponent(path));
    // All but what looks for rivals of the new one ask for what is ours.
    assert.deepEqual(searches.filter((path) => !/mlartifacts\.|max_results=20&/u.test(path)), []);
  });
});
