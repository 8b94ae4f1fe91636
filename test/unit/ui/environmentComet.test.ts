import assert from 'node:assert/strict';
import { environmentComet } from '../../../src/ui/environmentComet';

describe('what the environment says about Comet', () => {
  it('is nothing without a key', () => {
    assert.equal(environmentComet({ COMET_WORKSPACE: 'ada', COMET_URL_OVERRIDE: 'https://comet.example' }), undefined);
    assert.equal(environmentComet({ COMET_API_KEY: ' ' }, '[other]\napi_key = elsewhere\n'), undefined);
  });

  it('comes with workspace, project and the root of a server of one’s own', () => {
    const environment = { COMET_API_KEY: 'k', COMET_WORKSPACE: 'ada', COMET_PROJECT_NAME: 'churn', COMET_URL_OVERRIDE: 'https://comet.example/clientlib/' };
    assert.deepEqual(environmentComet(environment), { key: 'k', from: 'environment', url: 'https://comet.example', workspace: 'ada', project: 'churn' });
  });

  it('is read from the section of Comet’s own file', () => {
    const file = '[other]\r\napi_key = no\r\n[comet]\r\n# api_key = old\r\napi_key = "abc*x=="\r\nworkspace=ada\r\nurl_override = https://comet.example/prefix/\r\n[last]\r\nworkspace = no\r\n';
    assert.deepEqual(environmentComet({}, file), { key: 'abc*x==', from: 'file', url: 'https://comet.example/prefix', workspace: 'ada' });
  });

  it('wins over the same line of the file, as in Comet’s client', () => {
    const file = '[comet]\napi_key = file\nworkspace = team\n';
    assert.deepEqual(environmentComet({ COMET_API_KEY: 'variable' }, file), { key: 'variable', from: 'environment', workspace: 'team' });
  });

  it('leaves out an address that is none', () => {
    assert.deepEqual(environmentComet({ COMET_API_KEY: 'k', COMET_URL_OVERRIDE: 'comet.example' }), { key: 'k', from: 'environment' });
  });
});
