import assert from 'node:assert/strict';
import { isArtifactError } from '../../../../src/model/errors';
import { rootOf, shownLocation } from '../../../../src/providers/matih/files/place';
import { readFromOf } from '../../../../src/providers/matih/files/readFrom';
import { MATIH, profileOf } from '../../../../src/providers/matih/profile';

describe('what files of MATIH are read from', () => {
  it('is an object store, an MLflow, or an address', () => {
    assert.deepEqual(readFromOf('s3://'), { kind: 's3', root: undefined });
    assert.deepEqual(readFromOf('s3://mine/ml/'), { kind: 's3', root: 's3://mine/ml/experiments/{experiment_id}/runs/{run_id}/artifacts/' });
    assert.deepEqual(readFromOf('s3://mine/{tenant}/{run_id}'), { kind: 's3', root: 's3://mine/{tenant}/{run_id}' });
    assert.deepEqual(readFromOf('s3+https://minio.example:9000/'), { kind: 's3', endpoint: 'https://minio.example:9000' });
    assert.deepEqual(readFromOf('https://mlflow.example/team/'), { kind: 'mlflow', url: 'https://mlflow.example/team' });
    assert.deepEqual(readFromOf('https://x.example/{run_id}?file={path}'), { kind: 'address', template: 'https://x.example/{run_id}?file={path}' });
  });

  it('is nothing else', () => {
    for (const text of ['', 'minio', 'ftp://x', 'https://ada:secret@x.example', 's3+ftp://x', 'https://x.example?a=b', 'https://{run_id}.example/{path}', 'https://a b/{path}', 's3://a b', 'javascript:{path}']) {
      assert.throws(() => readFromOf(text), (error: unknown) => isArtifactError(error, 'invalid'), text);
    }
  });
});

describe('the place of a run’s files', () => {
  const run = { run: 'r-1', experiment: 'e-1', tenant: 'acme' };
  const usual = 's3://matih-artifacts/experiments/e-1/runs/r-1/artifacts';

  it('is the default one, below the run', () => {
    assert.equal(rootOf(run, MATIH), usual);
    assert.equal(rootOf(run, profileOf({ storage: { default: 's3://{tenant}/{run_id}' } })), 's3://acme/r-1');
    assert.equal(rootOf(run, MATIH, 's3://mine/{run_id}/'), 's3://mine/r-1');
  });

  it('is below the place of its experiment, where that was given one', () => {
    assert.equal(rootOf({ ...run, location: 's3://team/fraud/' }, MATIH), 's3://team/fraud/r-1/artifacts');
    assert.equal(rootOf({ ...run, location: 's3://matih-artifacts/experiments/e-1/' }, MATIH), usual, 'the default one, written down');
    assert.equal(rootOf({ ...run, location: 's3://matih-artifacts/experiments/e-10' }, MATIH), 's3://matih-artifacts/experiments/e-10/r-1/artifacts');
  });

  it('is what the server says of the run', () => {
    assert.equal(rootOf({ ...run, location: 's3://team/fraud', uri: 's3://elsewhere/x/' }, MATIH), 's3://elsewhere/x');
  });

  it('is shown for an experiment before it has runs', () => {
    assert.equal(shownLocation('e-1', 'acme', undefined, MATIH), 's3://matih-artifacts/experiments/e-1/runs/{run_id}/artifacts/');
    assert.equal(shownLocation('e-1', 'acme', 's3://team/fraud', MATIH), 's3://team/fraud');
  });
});
