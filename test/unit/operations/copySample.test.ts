import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { copySample } from '../../../src/operations/copySample';

describe('copying the sample project', () => {
  let folder: string;
  let source: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sample-'));
    source = path.join(folder, 'source');
    fs.mkdirSync(path.join(source, 'data'), { recursive: true });
    fs.writeFileSync(path.join(source, 'data', 'a.csv'), '1');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('makes the folder, and those above it', async () => {
    const made = await copySample(source, path.join(folder, 'new', 'Documents'), 'sample');
    assert.equal(made, path.join(folder, 'new', 'Documents', 'sample'));
    assert.equal(fs.readFileSync(path.join(made, 'data', 'a.csv'), 'utf8'), '1');
  });

  it('takes another name rather than write into what is there', async () => {
    fs.mkdirSync(path.join(folder, 'sample'));
    fs.writeFileSync(path.join(folder, 'sample-2'), 'a file');
    assert.equal(await copySample(source, folder, 'sample'), path.join(folder, 'sample-3'));
    assert.deepEqual(fs.readdirSync(path.join(folder, 'sample')), []);
  });
});
