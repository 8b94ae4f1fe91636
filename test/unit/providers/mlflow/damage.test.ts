import assert from 'node:assert/strict';
import type { ArtifactVersion } from '../../../../src/model/artifact';
import type { Provider } from '../../../../src/providers/provider';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, bytesOf, logVersion } from '../../../support/providers';

describe('what somebody changed on an MLflow after it was logged', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let version: ArtifactVersion;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double });
    version = await logVersion(await mlflow.open(), { draft: { workspace: 'default' }, files: { 'a.txt': 'true', 'b.txt': 'b' } });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  function change(file: string, changed: (text: string) => string): void {
    const path = [...double.files.keys()].find((each) => each.endsWith(`/${file}`)) ?? '';
    const before = String(double.files.get(path));
    assert.notEqual(changed(before), before);
    double.files.set(path, Buffer.from(changed(before)));
  }

  it('is told of a file that has the same length, where it is read from the start', async () => {
    change('files/a.txt', () => 'lies');
    await assert.rejects(bytesOf(provider.read({ ...version, path: 'a.txt' })), { code: 'corrupt', details: /a\.txt/u });
    assert.equal(String(await bytesOf(provider.read({ ...version, path: 'b.txt' }))), 'b');
  });

  it('is told of a list of files that is as good as any, but not the one that was logged', async () => {
    change('manifest.json', (text) => text.replace('"b.txt"', '"c.txt"'));
    await assert.rejects(all(provider.assets(version)), { code: 'corrupt', details: /manifest\.json was changed/u });
  });
});
