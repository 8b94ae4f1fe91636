import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { remotePath } from '../../../src/operations/addRemoteAsset';

describe('the path of a link', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['s3://bucket/data/train.parquet', 'train.parquet'],
    ['https://example.com/a/b.csv?token=1#top', 'b.csv'],
    ['https://example.com', 'remote'],
    ['s3://bucket/folder/', 'folder'],
    ['dvc:abc123', 'abc123'],
    ['C:\\data\\train.csv', 'train.csv'],
    ['https://example.com/my%20file.csv', 'my file.csv'],
    ['https://example.com/a%2fb', 'ab'],
    ['https://example.com/%E0%A4%A', '%E0%A4%A'],
    ['https://example.com/..', 'remote'],
    ['', 'remote'],
  ];
  for (const [link, path] of cases) {
    it(`is ${path} for ${JSON.stringify(link)}`, () => assert.equal(remotePath(link), path));
  }
});
