import assert from 'node:assert/strict';
import { ArtifactError, isAbort, isArtifactError, notFound } from '../../../src/model/errors';

describe('errors', () => {
  it('carry a code for programs and a sentence for logs', () => {
    const error = notFound('version 1.2.0 of ada/resnet', new Error('ENOENT'));
    assert.ok(error instanceof ArtifactError);
    assert.deepEqual([isArtifactError(error, 'notFound'), isArtifactError(error, 'corrupt')], [true, false]);
    assert.equal(error.message, 'Not found: version 1.2.0 of ada/resnet');
    assert.equal((error.cause as Error).message, 'ENOENT');
  });

  it('are told from cancelling', () => {
    assert.ok(isAbort(AbortSignal.abort().reason));
    assert.ok(!isAbort(notFound('x')));
  });
});
