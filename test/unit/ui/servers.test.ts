import assert from 'node:assert/strict';
import { addressOf, keyGoesTo, keySaysWhere } from '../../../src/ui/servers';

describe('the server of a connection', () => {
  const named = (baseUrl: string): string => `key*${Buffer.from(JSON.stringify({ baseUrl })).toString('base64')}`;
  const comet = { kind: 'comet', name: 'c' } as const;

  it('is the one of the settings, before the one that a key names, before Comet’s', () => {
    assert.equal(addressOf({ ...comet, url: 'https://mine.example' }, named('https://theirs.example')), 'https://mine.example');
    assert.equal(addressOf(comet, named('https://theirs.example/')), 'https://theirs.example');
    assert.equal(addressOf(comet, 'key'), 'https://www.comet.com');
    assert.equal(addressOf({ kind: 'mlflow', name: 'm', url: 'http://host:5000' }), 'http://host:5000');
  });

  it('gets a key that by itself goes there, and no other', () => {
    assert.ok(keyGoesTo('https://www.comet.com', 'key'));
    assert.ok(keyGoesTo('https://theirs.example', named('https://theirs.example/')));
    assert.equal(keyGoesTo('https://mine.example', 'key'), false);
    assert.equal(keyGoesTo('https://www.comet.com', named('https://theirs.example')), false);
    assert.equal(keyGoesTo('https://www.comet.com', 'key*broken'), false);
  });

  it('is said by the key where the settings of Comet name none', () => {
    assert.ok(keySaysWhere(comet));
    assert.equal(keySaysWhere({ ...comet, url: 'https://mine.example' }), false);
    assert.equal(keySaysWhere({ kind: 'local', name: 'l', path: '/l' }), false);
  });
});
