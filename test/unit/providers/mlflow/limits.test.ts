import assert from 'node:assert/strict';
import type { Provider } from '../../../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { logVersion, textOf } from '../../../support/providers';

/** As long as names and numbers may be. */
const LONGEST = '"'.repeat(100);
const NUMBER = `1.0.0-${'a'.repeat(250)}`;

describe('what MLflow keeps a part of, or refuses', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const place = { connection: 'mlflow', workspace: 'default' } as const;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  it('is nothing that we write, however long names, numbers, tags and metadata are', async () => {
    const run = await provider.startRun!({ ...place, name: 'r'.repeat(250) });
    const text = 'x'.repeat(60_000);
    const tags = Array.from({ length: 20 }, (_, index) => `${index}-`.padEnd(100, '"'));
    const made = await logVersion(provider, {
      draft: { ...place, artifact: LONGEST, version: NUMBER, aliases: [LONGEST, 'v1'], tags, metadata: { text }, type: LONGEST, producer: run }, files: { [`${'f'.repeat(200)}/a.txt`]: 'a' },
    });
    assert.deepEqual([made.version, made.type, made.tags.length, made.metadata['text'], [...made.aliases].sort()], [NUMBER, LONGEST, 20, text, [LONGEST, 'v1'].sort()]);
    await provider.consume!(made, run);
    assert.deepEqual((await provider.removal!(made)).consumers.map((each) => each.run), [run.run]);
    const changed = await provider.label!(made, { metadata: { text: text.toUpperCase() } });
    assert.deepEqual([changed.metadata['text'], await textOf(provider.read({ ...made, path: `${'f'.repeat(200)}/a.txt` }))], [text.toUpperCase(), 'a']);
    const refused = mlflow.log.lines.filter((line) => line.includes(' 400 '));
    assert.deepEqual(refused, []);
  });

  it('is no tag of a run, which it would cut without a word', async () => {
    await logVersion(provider, { draft: { ...place, artifact: LONGEST, metadata: { text: 'x'.repeat(60_000) } }, files: { a: 'a' } });
    assert.ok(mlflow.requests.some((request) => callOf(request) === 'POST runs/set-tag'));
    for (const { tags } of double.runs.values()) {
      assert.deepEqual([...tags].filter(([, value]) => value.length > 500), []);
    }
  });
});
