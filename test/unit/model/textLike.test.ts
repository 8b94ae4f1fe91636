import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assetType } from '../../../src/model/assetType';
import { isTextLike } from '../../../src/model/textLike';

const asset = (path: string, more: { size?: number; link?: string } = {}): boolean => isTextLike({ path, type: assetType(path), size: 10, ...more });

describe('what can be compared as text', () => {
  it('is configuration, code, notebooks, text tables and reports, and files without an extension', () => {
    const paths = ['config.yaml', 'train.py', 'eda.ipynb', 'data.csv', 'evaluation.md', 'plot.svg', 'README', 'docker/Dockerfile', '.gitignore'];
    assert.deepEqual(paths.filter((path) => !asset(path)), []);
  });

  it('is no model, picture, archive, binary table or unknown format', () => {
    const paths = ['model.pkl', 'net.onnx', 'plot.png', 'all.zip', 'data.parquet', 'paper.pdf', 'blob.xyz'];
    assert.deepEqual(paths.filter((path) => asset(path)), []);
  });

  it('is nothing large and nothing that is elsewhere', () => {
    assert.deepEqual([asset('data.csv', { size: 5_000_000 }), asset('data.csv', { link: 's3://bucket/data.csv' })], [false, false]);
  });
});
