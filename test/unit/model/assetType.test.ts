import assert from 'node:assert/strict';
import { assetType, guessArtifactType } from '../../../src/model/assetType';

describe('asset types', () => {
  it('follow the table of extensions', () => {
    const table: Readonly<Record<string, string>> = {
      'model.pkl': 'model', 'model.joblib': 'model', 'model.pt': 'model', 'model.h5': 'model', 'model.onnx': 'onnx',
      'hyperparams.json': 'configuration', 'a.yaml': 'configuration', 'confusion_matrix.png': 'plot', 'a.svg': 'plot',
      'test_predictions.csv': 'data', 'a.parquet': 'data', 'a.txt': 'report', 'evaluation_report.md': 'report',
    };
    for (const [name, type] of Object.entries(table)) {
      assert.equal(assetType(`folder.x/${name}`), type, name);
      assert.equal(assetType(name.toUpperCase()), type, name);
    }
  });

  it('are unknown without an extension that says something', () => {
    for (const name of ['Makefile', 'a.b/c', 'x.', '.gitignore', 'constructor', 'a.__proto__']) {
      assert.equal(assetType(name), 'unknown', name);
    }
  });
});

describe('the guess of an artifact type', () => {
  it('follows the bytes', () => {
    assert.equal(guessArtifactType([{ path: 'a.csv', size: 900 }, { path: 'README.md', size: 100 }]), 'dataset');
    assert.equal(guessArtifactType([{ path: 'a.png', size: 1 }]), 'plot');
  });

  it('says model as soon as weights are there', () => {
    assert.equal(guessArtifactType([{ path: 'sample.csv', size: 9e9 }, { path: 'm.safetensors', size: 10 }]), 'model');
    assert.equal(guessArtifactType([{ path: 'epoch-3.ckpt', size: 10 }]), 'checkpoint');
  });

  it('says data where nothing is known', () => {
    assert.equal(guessArtifactType([]), 'data');
    assert.equal(guessArtifactType([{ path: 'x.weird', size: 1 }]), 'data');
  });
});
