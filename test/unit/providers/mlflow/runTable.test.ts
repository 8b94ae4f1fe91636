import assert from 'node:assert/strict';
import { NEWEST_FIRST, type RunRow } from '../../../../src/model/runTable';
import { looksLikeExpression } from '../../../../src/providers/mlflow/filter';
import type { Provider } from '../../../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all } from '../../../support/providers';

const place = { connection: 'mlflow', workspace: 'default', experiment: '0' } as const;

describe('the table of runs on MLflow', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;

  const keep = (id: string, tags: Readonly<Record<string, string>> = {}): void => {
    double.runs.set(id, { id, experiment: '0', tags: new Map(Object.entries(tags)), inputs: [], fields: { run_name: id, status: 'FINISHED', start_time: 1 }, deleted: false });
  };
  const rows = (): Promise<readonly RunRow[]> => all(provider.runTable!.rows({ ...place, sort: NEWEST_FIRST }));
  const searches = () => mlflow.requests.filter((request) => callOf(request) === 'POST runs/search').map(({ body }) => JSON.parse(body.toString('utf8')) as Record<string, unknown>);

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({
      double,
      // The one search that the double does not know.
      instead: (call, { body }) => (call === 'POST runs/search' && body.includes(' IN (')
        ? { status: 200, body: JSON.stringify({ runs: [{ info: { run_id: 'far', run_name: 'far away' }, data: {} }] }) } : undefined),
    });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  it('asks for many runs at a time, and once for the names of all that stand above and are not among them', async () => {
    keep('sweep');
    for (let index = 0; index < 40; index++) {
      keep(`trial-${index}`, { 'mlflow.parentRunId': ['sweep', 'far', 'gone', "it's \"odd\""][index % 4]! });
    }
    const found = await rows();
    assert.equal(found.length, 41);
    assert.deepEqual([...new Set(found.map(({ parent }) => parent?.name))].sort(), ['far away', 'gone', "it's \"odd\"", 'sweep', undefined]);
    const [first, second, ...more] = searches();
    assert.equal(first!['max_results'], 250);
    assert.match(String(second!['filter']), /^attributes\.run_id IN \('(?:far', 'gone|gone', 'far)'\)$/u);
    assert.deepEqual(more, []);
  });

  it('asks no second time where no run stands below another', async () => {
    keep('single');
    await rows();
    assert.equal(searches().length, 1);
  });

  it('leaves out the runs that hold the files of versions', async () => {
    keep('single');
    keep('upload', { 'mlartifacts.upload': 'done' });
    assert.deepEqual((await rows()).map(({ name }) => name), ['single']);
  });

  it('names what it sorts by in the words of the server', async () => {
    for (const by of ['name', 'user', 'metrics.val/acc 1', 'params.a.b'] as const) {
      await all(provider.runTable!.rows({ ...place, sort: { by, descending: by === 'name' } }));
    }
    assert.deepEqual(searches().map((search) => search['order_by']), [
      ['attributes.run_name DESC'], ['tags.`mlflow.user` ASC'], ['metrics.`val/acc 1` ASC'], ['params.`a.b` ASC'],
    ]);
  });
});

describe('what looks like an expression of MLflow', () => {
  for (const text of ['metrics.acc > 0.9', ' params.`lr` = \'0.1\'', 'tags."a b" LIKE \'x%\'', 'attributes.status = \'FAILED\'', 'status != \'FINISHED\'', 'run_name ilike \'%a%\'', 'metrics.acc', 'start_time > 1', 'METRIC.acc=1', 'run_id IN (\'a\')', 'dataset.name = \'d\'', 'tag.`a b` IS NULL']) {
    it(`${text} does`, () => assert.ok(looksLikeExpression(text)));
  }
  for (const text of ['', 'train 0412', 'metrics', 'my metrics.acc > 1', 'status', 'status quo', 'a = b', 'runs of ada', 'created yesterday', 'user_id', 'run.py', 'model.large', 'metric.v2 of ada']) {
    it(`“${text}” does not`, () => assert.ok(!looksLikeExpression(text)));
  }
});
