import assert from 'node:assert/strict';
import { completed, hostOf, isUnencrypted, originOf, serverAddress } from '../../../src/ui/serverAddress';

describe('the address of a server', () => {
  it('is what a browser shows of it, too', () => {
    assert.deepEqual(serverAddress('http://127.0.0.1:5000/#/experiments/0'), { url: 'http://127.0.0.1:5000' });
  });

  it('loses user name and password, which are given apart', () => {
    assert.deepEqual(serverAddress('https://ada:p%40ss@mlflow.example/team/'), { url: 'https://mlflow.example/team', username: 'ada', secret: 'p@ss' });
  });

  for (const [text, problem] of [
    [' ', 'missing'], ['mlflow.example:5000', 'scheme'], ['databricks://profile', 'scheme'], ['http://', 'malformed'], ['http://a b', 'malformed'],
    ['http://host:99999', 'malformed'], ['http://host\\evil.example', 'malformed'], ['http://%zz@host', 'malformed'], ['http://host/?a=1', 'query'],
  ] as const) {
    it(`cannot be “${text}”: ${problem}`, () => assert.deepEqual(serverAddress(text), { problem }));
  }

  it('without a scheme is encrypted first, unless it is of this machine', () => {
    const urls = (text: string): readonly string[] => completed(text).map(({ url }) => url);
    assert.deepEqual(urls('mlflow.example:5000/ml/'), ['https://mlflow.example:5000/ml', 'http://mlflow.example:5000/ml']);
    assert.deepEqual(urls(' 127.0.0.1:5000'), ['http://127.0.0.1:5000', 'https://127.0.0.1:5000']);
    assert.deepEqual(['', 'foo bar', 'databricks://profile', 'host?a=1'].flatMap(urls), []);
  });

  it('belongs to an origin: scheme, host and port', () => {
    assert.equal(originOf('https://MLflow.example:443/team'), 'https://mlflow.example');
    assert.notEqual(originOf('http://mlflow.example'), originOf('https://mlflow.example'));
    assert.notEqual(originOf('https://mlflow.example:8443'), originOf('https://mlflow.example'));
  });

  it('is unencrypted over http, unless it stays on this machine', () => {
    const open = ['http://mlflow.example', 'http://10.0.0.5:5000', 'http://localhost.example', 'http://127.evil.example', 'http://[2001:db8::1]'];
    const safe = ['https://mlflow.example', 'http://localhost:5000', 'http://127.0.0.1', 'http://127.8.8.8:5000', 'http://[::1]:5000', 'http://a.localhost'];
    assert.deepEqual(open.filter((url) => !isUnencrypted(url)), []);
    assert.deepEqual(safe.filter(isUnencrypted), []);
  });

  it('proposes its host as a name', () => {
    assert.deepEqual(['https://mlflow.example:5000/a', 'http://127.0.0.1:5000', 'http://[2001:db8::1]'].map((url) => hostOf(url, 'mlflow')), ['mlflow.example', 'mlflow', 'mlflow']);
  });
});
