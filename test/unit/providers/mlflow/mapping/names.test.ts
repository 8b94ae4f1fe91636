import assert from 'node:assert/strict';
import { foldedPath, pathProblem, windowsProblem } from '../../../../../src/model/safePath';
import { isRegistryAlias, modelName } from '../../../../../src/providers/mlflow/mapping/names';
import { PhysicalNames } from '../../../../../src/providers/physicalNames';

describe('the name of a registered model', () => {
  it('is the name of the artifact where every MLflow takes it', () => {
    for (const name of ['churn-data', 'resnet_50', 'v1.2', 'Case', '0']) {
      assert.equal(modelName(name), name);
    }
  });

  it('is safe and different for names that differ', () => {
    const names = ['it\'s #1?', 'it\'s #2?', 'a b', 'a-b ', '数据', '🦜', '...', 'x'.repeat(400), 'a%41', 'aA'];
    const made = names.map(modelName);
    assert.equal(new Set(made.map((name) => name.toLowerCase())).size, names.length);
    made.forEach((name) => assert.match(name, /^[\w.-]{1,240}$/u));
    assert.match(modelName('my data'), /^my-data-[0-9a-f]{8}$/u);
  });
});

describe('an alias of the registry', () => {
  it('is one that MLflow takes', () => {
    ['prod', 'Ünï', 'a_b-c', '2024', 'V', 'versions'].forEach((alias) => assert.ok(isRegistryAlias(alias), alias));
    ['latest', 'LATEST', 'v1', 'V12', '1.0', 'a b', 'customer:1', '🦜', '', 'x'.repeat(256)].forEach((alias) => assert.ok(!isRegistryAlias(alias), alias));
  });
});

/** Fewer characters than a path may have, and more than a key of an object store may have when they are made safe. */
const DEEP = Array.from({ length: 12 }, () => '学習データ画像').join('/');

describe('physical names', () => {
  it('leave alone what every server passes on', () => {
    const names = new PhysicalNames();
    for (const path of ['model.pkl', 'data/train set.csv', '.hidden', 'a+b=c(1).txt', 'model/MLmodel']) {
      assert.equal(names.of(path), path);
    }
  });

  it('are ASCII, safe everywhere and different for paths that differ', () => {
    const paths = [
      'pc%20lit.txt', 'pc lit.txt', 'endq?', 'endq', 'hash#x', 'ünï 日本.txt', 'e\u0301.txt', '\u00e9.txt', 'a\\b', 'tab\tx', 'tabx', 'col:on', 'Case', 'case', 'CASE',
      '_x41', 'A', 'trailing.', 'trailing', 'trailing ', 'trailing;', ' leading', '.artifact.uploading.x', '<a>', 'a|b', 'a*b', '"', `${'ü'.repeat(120)}.csv`, `${'ü'.repeat(121)}.csv`,
      '_x~2_Case', 'data', 'DATA/x.txt', 'folder/x', 'Folder/x', 'folder/X', '🦜/🎉.json', '%2e%2e', '_x5fx41', `${DEEP}/a.csv`, `${DEEP}/b.csv`, `${DEEP}/A.csv`, `${DEEP}/データ/a.csv`, `${DEEP}/${'ü'.repeat(127)}`, `${'d/'.repeat(1_500)}x`,
    ];
    const names = new PhysicalNames();
    const made = paths.map((path) => names.of(path));
    assert.equal(new Set(made.map(foldedPath)).size, paths.length, 'no two are one');
    assert.ok(made.every(({ length }) => length <= 700));
    for (const [index, name] of made.entries()) {
      assert.match(name, /^[\x20-\x7e]+$/u, paths[index]);
      assert.equal(pathProblem(name), undefined, name);
      assert.equal(windowsProblem(name), undefined, name);
      assert.doesNotMatch(name, /[%?#\\]|;$/u);
    }
    const folders = new Set(made.flatMap((name) => (name.includes('/') ? [foldedPath(name.slice(0, name.lastIndexOf('/')))] : [])));
    made.forEach((name) => assert.ok(!folders.has(foldedPath(name)), `${name} is no folder of another`));
  });
});
