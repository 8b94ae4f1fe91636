import assert from 'node:assert/strict';
import type { ModelVersion, RegisteredModel } from '../../../../../src/providers/mlflow/calls/answers';
import { aliasesOf, highestOf, modelView, ownNumber } from '../../../../../src/providers/mlflow/mapping/modelView';

const entry = (version: string, tags: Readonly<Record<string, string>> = {}): ModelVersion => ({
  name: 'm', version, creation_timestamp: 1, description: '', source: 'runs:/r/x', run_id: 'r', model_id: '', tags,
});
const own = (version: string, number: string): ModelVersion => entry(version, { 'mlartifacts.version': number });
const model = (change: Partial<RegisteredModel> = {}): RegisteredModel => ({ name: 'm', description: '', tags: {}, latest_versions: [], aliases: [], ...change });

describe('versions of a registered model', () => {
  it('are numbered by our tags, the highest first', () => {
    const view = modelView(model(), [own('3', '1.1.0'), own('2', '2.0.0'), own('1', '1.0.0')]);
    assert.deepEqual(view.versions.map(({ number, own: ours }) => [number, ours]), [['2.0.0', true], ['1.1.0', true], ['1.0.0', true]]);
  });

  it('of others are whole numbers, beside ours that have the same', () => {
    const view = modelView(model(), [entry('1'), entry('2'), own('3', '2.0.0'), entry('4', { 'mlartifacts.version': 'nonsense' })]);
    assert.deepEqual(view.versions.map(({ number, entry: { version } }) => [number, version]), [['4.0.0', '4'], ['2.0.1', '2'], ['2.0.0', '3'], ['1.0.0', '1']]);
  });

  it('that claim one number are one: the first that was made', () => {
    const view = modelView(model(), [own('10', '1.0.0'), own('9', '1.0.0')]);
    assert.deepEqual(view.versions.map(({ entry: { version } }) => version), ['9']);
  });

  it('that MLflow copied from elsewhere are numbered like those of others, whatever number the original has', () => {
    const copied = (version: string, from: string, number: string): ModelVersion => ({ ...own(version, number), source: `models:/${from}` });
    const view = modelView(model(), [copied('3', 'b/1', '1.0.0'), copied('2', 'a/7', '1.0.0'), own('1', '1.0.0'), own('4', '3.0.0')]);
    assert.deepEqual(view.versions.map(({ number, own: ours, entry: { version } }) => [number, ours, version]), [['3.0.1', true, '3'], ['3.0.0', true, '4'], ['2.0.0', true, '2'], ['1.0.0', true, '1']]);
    assert.equal(ownNumber({ ...own('5', '1.0.0'), source: 'models:/m-0123456789abcdef' }), '1.0.0', 'registered from a logged model');
  });

  it('remember numbers that were deleted', () => {
    assert.deepEqual(modelView(model({ tags: { 'mlartifacts.deleted.2.0.0': '1', 'mlartifacts.deleted.x': '1' } }), []).deleted, ['2.0.0']);
  });
});

describe('aliases of a registered model', () => {
  it('come from the registry and from our tags', () => {
    const tagged = model({
      aliases: [{ alias: 'prod', version: '1' }, { alias: 'old', version: '2' }],
      tags: { 'mlartifacts.alias.0': '{"alias":"customer:1","version":"1"}', 'mlartifacts.alias.1': 'broken' },
    });
    assert.deepEqual(aliasesOf(tagged, '1'), ['customer:1', 'prod']);
    assert.deepEqual(aliasesOf(tagged, '3'), []);
  });
});

describe('the highest number of a list', () => {
  it('is told by the newest version, which need not be the highest', () => {
    assert.equal(highestOf(model({ latest_versions: [entry('5', { 'mlartifacts.version': '1.0.1', 'mlartifacts.highest': '2.0.0' })] })), '2.0.0');
    assert.equal(highestOf(model({ latest_versions: [entry('7'), entry('3')] })), '7.0.0');
    assert.equal(highestOf(model({ latest_versions: [{ ...entry('2', { 'mlartifacts.version': '9.0.0', 'mlartifacts.highest': '9.0.0' }), source: 'models:/other/9' }] })), '2.0.0');
    assert.equal(highestOf(model()), undefined);
  });
});
