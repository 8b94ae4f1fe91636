import assert from 'node:assert/strict';
import * as os from 'node:os';
import * as path from 'node:path';
import { connectionSettings } from '../../../src/ui/connectionSettings';

describe('connections as settings write them', () => {
  it('leave out what is no connection, and the second of a name', () => {
    assert.deepEqual(connectionSettings([
      'text', null, { kind: 'other', name: 'a', path: '/a' }, { kind: 'local', name: ' ', path: '/a' }, { kind: 'local', name: 'local', path: '/a' },
      { kind: 'local', name: 'team', path: '~/team' }, { kind: 'mlflow', name: 'team', url: 'http://twice' },
    ]), [{ kind: 'local', name: 'team', path: path.join(os.homedir(), 'team') }]);
  });

  it('have an address without a slash at the end, and only the answers that are given', () => {
    assert.deepEqual(connectionSettings([
      { kind: 'mlflow', name: ' team ', url: ' HTTPS://MLflow.Example:443/prefix// ' },
      { kind: 'mlflow', name: 'lab', url: 'http://10.0.0.5:5000', username: 'ada', workspace: 'vision', experiment: 'Nightly' },
      { kind: 'mlflow', name: 'odd', url: 'http://10.0.0.5:5000', username: 7, workspace: ' ' },
    ]), [
      { kind: 'mlflow', name: 'team', url: 'https://mlflow.example/prefix' },
      { kind: 'mlflow', name: 'lab', url: 'http://10.0.0.5:5000', username: 'ada', workspace: 'vision', experiment: 'Nightly' },
      { kind: 'mlflow', name: 'odd', url: 'http://10.0.0.5:5000' },
    ]);
  });

  it('leave out addresses that are none, or hold a password', () => {
    const urls = ['', 'mlflow.example', 'ftp://mlflow.example', 'databricks', 'file:///tmp/mlruns', 'http://', 'https://ada:pw@mlflow.example', 'https://ada@mlflow.example', 'http://host?token=1', 7];
    assert.deepEqual(connectionSettings(urls.map((url, index) => ({ kind: 'mlflow', name: `n${index}`, url }))), []);
  });

  it('lead to MATIH with an address and a tenant', () => {
    const profile = { headers: { tenant: 'X-Org' } };
    assert.deepEqual(connectionSettings([
      { kind: 'matih', name: 'a', url: 'https://matih.example/', tenant: ' acme-corp ' },
      { kind: 'matih', name: 'b', url: 'https://matih.example', tenant: 'acme-corp', readFrom: 's3://', experiment: 'fraud', profile, secret: 's3cret' },
      { kind: 'matih', name: 'no tenant', url: 'https://matih.example' },
      { kind: 'matih', name: 'no address', tenant: 'acme-corp' },
      { kind: 'matih', name: 'leaking', url: 'https://ada:pw@matih.example', tenant: 'acme-corp' },
    ]), [
      { kind: 'matih', name: 'a', url: 'https://matih.example', tenant: 'acme-corp' },
      { kind: 'matih', name: 'b', url: 'https://matih.example', tenant: 'acme-corp', readFrom: 's3://', experiment: 'fraud', profile },
    ]);
  });

  it('lead to Comet with an address or without', () => {
    assert.deepEqual(connectionSettings([
      { kind: 'comet', name: 'comet' },
      { kind: 'comet', name: 'ours', url: 'https://comet.example/', workspace: 'ada', project: 'churn', experiment: 'no word of Comet', secret: 's3cret' },
      { kind: 'comet', name: 'wrong', url: 'comet.example' },
      { kind: 'comet', name: 'leaking', url: 'https://ada:pw@comet.example' },
    ]), [
      { kind: 'comet', name: 'comet' },
      { kind: 'comet', name: 'ours', url: 'https://comet.example', workspace: 'ada', project: 'churn' },
    ]);
  });

  it('never take a secret', () => {
    const secrets = { secret: 's3cret', password: 's3cret', token: 's3cret' };
    assert.doesNotMatch(JSON.stringify(connectionSettings([{ kind: 'mlflow', name: 'team', url: 'http://host', ...secrets }])), /s3cret/u);
  });

  it('of the user win over those of the workspace', () => {
    const [user, workspace] = ['https://mine', 'https://theirs'].map((url) => ({ kind: 'mlflow', name: 'team', url }));
    const other = { kind: 'mlflow', name: 'other', url: 'https://other' };
    assert.deepEqual(connectionSettings([user], [workspace, other]), [user, other]);
  });
});
