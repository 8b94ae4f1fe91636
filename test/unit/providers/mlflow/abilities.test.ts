import assert from 'node:assert/strict';
import { notFound } from '../../../../src/model/errors';
import type { Http } from '../../../../src/providers/http';
import { MlflowServer } from '../../../../src/providers/mlflow/server';
import { silentLog } from '../../../support/providers';

describe('what an MLflow server can do', () => {
  let asked: number;
  let now: number;
  let info: object | undefined;
  let server: MlflowServer;

  beforeEach(() => {
    asked = 0;
    now = 0;
    info = undefined;
    const http: Pick<Http, 'json'> = {
      json: async () => {
        asked += 1;
        if (info === undefined) {
          throw notFound('the server');
        }
        return info;
      },
    };
    server = new MlflowServer(http as Http, silentLog, () => now);
  });

  it('is asked again after a while where it told nothing, as a proxy may have answered for it', async () => {
    await assert.rejects(server.site('team'), { code: 'unsupported' });
    assert.equal((await server.site('default')).isOneOfMany, false);
    info = { workspaces_enabled: true };
    await assert.rejects(server.site('team'), { code: 'unsupported' });
    assert.equal(asked, 1);
    now += 11_000;
    assert.equal((await server.site('team')).isOneOfMany, true);
    assert.equal((await server.site('default')).isOneOfMany, true);
    assert.equal(asked, 2);
  });

  it('is asked once where it told', async () => {
    info = { workspaces_enabled: true };
    await server.site('team');
    now += 1_000_000;
    await server.site('default');
    assert.equal(asked, 1);
  });
});
