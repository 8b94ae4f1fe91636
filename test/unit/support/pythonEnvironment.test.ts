import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryFolder } from '../../support/temporaryFolder';

const script = path.resolve(__dirname, '../../../../test/host/mlflow.mjs');

describe('the Python environments of the tests', () => {
  const folder = temporaryFolder();

  it('say what to install where there is no Python', () => {
    const { status, stderr } = spawnSync(process.execPath, [script, 'mlflow3'], {
      encoding: 'utf8', env: { ...process.env, ML_ARTIFACTS_CACHE: folder(), PYTHON: path.join(folder(), 'no-python') },
    });
    assert.equal(status, 1);
    assert.match(stderr, /^The tests with real MLflow servers and with Comet's client need Python 3\.10 or newer.*install python3 and python3-venv/);
    assert.deepEqual(fs.readdirSync(folder()), []);
  });

  it('name those that there are where another is asked for', () => {
    const { status, stderr } = spawnSync(process.execPath, [script, 'mlflow9'], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /no environment "mlflow9"; there are mlflow3, mlflow2 and comet/);
  });
});
