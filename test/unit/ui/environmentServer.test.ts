import assert from 'node:assert/strict';
import { environmentServer } from '../../../src/ui/environmentServer';

describe('the server that the environment names', () => {
  const MLFLOW_TRACKING_URI = 'https://mlflow.example/';

  it('is none without an address, and none where MLflow writes files', () => {
    assert.equal(environmentServer({ MLFLOW_TRACKING_TOKEN: 't' }), undefined);
    for (const uri of ['', 'mlruns', 'file:///tmp/mlruns', 'sqlite:///mlflow.db', 'databricks']) {
      assert.equal(environmentServer({ MLFLOW_TRACKING_URI: uri }), undefined);
    }
  });

  it('comes with user name, password and workspace', () => {
    const environment = { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pw', MLFLOW_WORKSPACE: 'vision' };
    assert.deepEqual(environmentServer(environment), { url: 'https://mlflow.example', username: 'ada', secret: 'pw', workspace: 'vision' });
  });

  it('comes with a token', () => {
    assert.deepEqual(environmentServer({ MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN: 't' }), { url: 'https://mlflow.example', secret: 't' });
  });

  it('prefers user name and password to a token, as MLflow does', () => {
    const environment = { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pw', MLFLOW_TRACKING_TOKEN: 't' };
    assert.equal(environmentServer(environment)?.secret, 'pw');
  });

  it('may have user name and password in its address', () => {
    assert.deepEqual(environmentServer({ MLFLOW_TRACKING_URI: 'http://ada:pw@host:5000' }), { url: 'http://host:5000', username: 'ada', secret: 'pw' });
  });
});
