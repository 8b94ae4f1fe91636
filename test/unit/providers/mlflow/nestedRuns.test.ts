import assert from 'node:assert/strict';
import type { Run } from '../../../../src/model/artifact';
import type { NestedRunQuery, Provider } from '../../../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all } from '../../../support/providers';

const place = { connection: 'mlflow', workspace: 'default', experiment: '0' } as const;

/** A run that was made below a run of the same experiment, below one of another, and so on. */
const FAMILY: readonly (readonly [name: string, parent: string | undefined, experiment?: string])[] = [
  ['sweep', undefined], ['single', undefined],
  ['trial-1', 'sweep'], ['trial-2', 'sweep'], ['fold-1', 'trial-1'],
  ['of nobody', 'deleted long ago'], ['of elsewhere', 'other sweep'], ['of itself', 'of itself'], ['of nothing', ''],
  ['other sweep', undefined, '7'],
];

describe('nested runs on MLflow', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  /** Whether the server knows `IS NULL`, as it does from 3.9 on. */
  let isOld: boolean;

  const keep = (id: string, tags: Readonly<Record<string, string>>, experiment = '0'): void => {
    double.runs.set(id, { id, experiment, tags: new Map(Object.entries(tags)), inputs: [], fields: { run_name: id, status: 'FINISHED', start_time: 1 }, deleted: false });
  };
  const names = async (runs: AsyncIterable<Run>): Promise<readonly string[]> => (await all(runs)).map(({ name }) => name);
  const nested = (query: Partial<NestedRunQuery> = {}): Promise<readonly string[]> => names(provider.nestedRuns!({ ...place, ...query }));
  const top = (): Promise<readonly string[]> => names(provider.runs!({ ...place, topLevel: true }));
  const searches = (): readonly { readonly max_results: number }[] =>
    mlflow.requests.filter((request) => callOf(request) === 'POST runs/search').map(({ body }) => JSON.parse(body.toString('utf8')) as { max_results: number });

  beforeEach(async () => {
    isOld = false;
    double = new MlflowDouble();
    mlflow = await faultyMlflow({
      double,
      instead: (call, { body }) => (isOld && call === 'POST runs/search' && body.includes('IS NULL') ? { status: 400, body: '{"error_code": "INVALID_PARAMETER_VALUE"}' } : undefined),
    });
    provider = await mlflow.open();
    for (const [name, parent, experiment] of FAMILY) {
      keep(name, parent === undefined ? {} : { 'mlflow.parentRunId': parent }, experiment);
    }
    for (const index of [1, 2, 3]) {
      keep(`upload-${index}`, { 'mlflow.parentRunId': 'sweep', 'mlartifacts.upload': 'done' });
    }
  });
  afterEach(() => mlflow.close());

  for (const age of ['that knows IS NULL', 'that does not']) {
    describe(`of a server ${age}`, () => {
      beforeEach(() => {
        isOld = age === 'that does not';
      });

      it('stand directly below their parent, newest first, without the uploads of versions', async () => {
        assert.deepEqual(await nested({ parent: 'sweep' }), ['trial-2', 'trial-1']);
        assert.deepEqual(await nested({ parent: 'trial-1' }), ['fold-1']);
        assert.deepEqual(await nested({ parent: 'single' }), []);
      });

      it('are all told together, those without a row above them as well', async () => {
        assert.deepEqual(await nested(), ['of nothing', 'of itself', 'of elsewhere', 'of nobody', 'fold-1', 'trial-2', 'trial-1']);
        assert.deepEqual(await nested({ experiment: '7' }), []);
      });

      it('are never in neither list', async () => {
        const listed = new Set([...await top(), ...await nested()]);
        assert.deepEqual([...listed].sort(), FAMILY.filter(([,, experiment = '0']) => experiment === '0').map(([name]) => name).sort());
      });

      it('are found by a part of their name', async () => {
        assert.deepEqual(await names(provider.runs!({ ...place, search: 'TRIAL' })), ['trial-2', 'trial-1']);
      });

      it('are told up to a number', async () => {
        assert.deepEqual(await nested({ most: 3 }), ['of nothing', 'of itself', 'of elsewhere']);
        assert.deepEqual(await nested({ parent: 'sweep', most: 1 }), ['trial-2']);
        assert.deepEqual(await nested({ most: 0 }), []);
      });
    });
  }

  it('are left out at the top where the server can leave them out, and listed there where it cannot', async () => {
    assert.deepEqual(await top(), ['single', 'sweep']);
    isOld = true;
    assert.equal((await top()).length, FAMILY.length - 1);
  });

  it('are asked for by one question for one row, where one is enough', async () => {
    assert.deepEqual(await nested({ parent: 'sweep', most: 1 }), ['trial-2']);
    assert.deepEqual(searches().map(({ max_results: rows }) => rows), [1]);
  });

  it('are asked for page by page where the first rows are uploads that the server cannot leave out', async () => {
    isOld = true;
    await top();
    const before = searches().length;
    assert.deepEqual(await nested({ parent: 'sweep', most: 1 }), ['trial-2']);
    assert.deepEqual(searches().slice(before).map(({ max_results: rows }) => rows), [1, 250]);
  });

  it('are not asked for below an id that no filter can say', async () => {
    await top();
    const before = searches().length;
    assert.deepEqual(await nested({ parent: `'"` }), []);
    assert.equal(searches().length, before);
  });
});
