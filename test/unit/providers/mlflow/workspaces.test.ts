import assert from 'node:assert/strict';
import { isArtifactError } from '../../../../src/model/errors';
import type { Provider } from '../../../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion } from '../../../support/providers';

describe('workspaces of MLflow', () => {
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let names: string[];
  const place = { connection: 'mlflow', workspace: 'team' } as const;
  const lists = (): number => mlflow.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/mlflow/workspaces')).length;

  beforeEach(async () => {
    names = ['default', 'team'];
    const double = new MlflowDouble();
    mlflow = await faultyMlflow({
      double,
      instead: (_, { method, path }) => {
        if (path === '/api/3.0/mlflow/server-info') {
          return { body: '{"workspaces_enabled": true}' };
        }
        return method === 'GET' && path === '/api/3.0/mlflow/workspaces' ? { body: JSON.stringify({ workspaces: names.map((name) => ({ name })) }) } : undefined;
      },
    });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  it('are listed once for all that is read in them', async () => {
    await logVersion(provider, { draft: { workspace: 'team', artifact: 'a' }, files: { f: 'f' } });
    const before = lists();
    for (let round = 0; round < 3; round++) {
      await provider.artifact({ ...place, artifact: 'a' });
      await all(provider.versions({ ...place, artifact: 'a' }));
      await all(provider.artifacts(place));
    }
    assert.equal(lists(), before + 1);
  });

  it('are looked at again after something was not found in one', async () => {
    await all(provider.artifacts(place));
    names = ['default'];
    await assert.rejects(provider.artifact({ ...place, artifact: 'gone' }), (error) => isArtifactError(error, 'notFound'));
    assert.deepEqual(await all(provider.artifacts(place)), []);
    assert.equal(lists(), 2);
  });

  it('with a name that no header can say are not there, and nobody is asked for them', async () => {
    await all(provider.artifacts(place));
    const before = mlflow.requests.length;
    for (const workspace of ['数据', 'a\nb', 'a b']) {
      await assert.rejects(provider.version({ ...place, workspace, artifact: 'a', version: '1.0.0' }), { code: 'notFound' });
      await assert.rejects(all(provider.runs!({ ...place, workspace })), { code: 'notFound' });
    }
    assert.equal(mlflow.requests.length, before);
  });

  it('that somebody else makes meanwhile are found', async () => {
    assert.deepEqual(await all(provider.artifacts({ ...place, workspace: 'new' })), []);
    names.push('new');
    assert.deepEqual(await all(provider.artifacts({ ...place, workspace: 'new' })), []);
    assert.equal(lists(), 2);
  });
});
