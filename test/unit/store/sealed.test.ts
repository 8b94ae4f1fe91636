import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { isArtifactError } from '../../../src/model/errors';
import { seal, unseal } from '../../../src/store/sealed';

describe('sealed JSON', () => {
  const value = { name: 'ü "quoted" ,"sha256":"x"}', list: [1, null], __nested: { sha256: 'a'.repeat(64) } };

  it('comes back as it was and is plain JSON', () => {
    const text = seal(value);
    assert.deepEqual(unseal(text, 'file'), value);
    assert.match((JSON.parse(text) as { sha256: string }).sha256, /^[0-9a-f]{64}$/);
  });

  it('is damaged where it was sealed with more than can be read, or is not JSON', () => {
    for (const body of ['{"a":[x]}', `{"a":[${'{},'.repeat(1_100_000)}1]}`, `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`]) {
      const text = `${body.slice(0, -1)},"sha256":"${createHash('sha256').update(body).digest('hex')}"}\n`;
      assert.throws(() => unseal(text, 'store/version.json'), (error) => isArtifactError(error, 'corrupt') && error.details === 'store/version.json');
    }
    assert.throws(() => seal({ metadata: Array.from({ length: 1_100_000 }, () => ({})) }), (error) => isArtifactError(error, 'invalid'));
  });

  it('tells every flipped bit and every cut', () => {
    const bytes = Buffer.from(seal(value));
    for (let bit = 0; bit < (bytes.length - 1) * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => unseal(damaged.toString('utf8'), 'store/alias.json'), (error) => isArtifactError(error, 'corrupt') && error.details === 'store/alias.json');
    }
    for (let length = 0; length < bytes.length - 1; length++) {
      assert.throws(() => unseal(bytes.toString('utf8', 0, length), 'file'), (error) => isArtifactError(error, 'corrupt'));
    }
  });
});
