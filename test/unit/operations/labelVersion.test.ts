import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ArtifactVersion } from '../../../src/model/artifact';
import { isArtifactError } from '../../../src/model/errors';
import { labelVersion, placedAliases } from '../../../src/operations/labelVersion';
import { planRemoval, removeVersion } from '../../../src/operations/removeVersion';
import type { Provider } from '../../../src/providers/provider';
import { localProvider, logVersion } from '../../support/providers';
import { temporaryFolder } from '../../support/temporaryFolder';

const isInvalid = (error: unknown): boolean => isArtifactError(error, 'invalid');

describe('aliases, tags and metadata', () => {
  const folder = temporaryFolder();
  let provider: Provider;
  let first: ArtifactVersion;
  let second: ArtifactVersion;

  beforeEach(async () => {
    provider = await localProvider(folder());
    first = await logVersion(provider, { draft: { aliases: ['prod'] }, files: { a: '1', shared: 'both' } });
    second = await logVersion(provider, { files: { a: '22', shared: 'both' } });
  });
  afterEach(() => provider.dispose());

  it('moves an alias to the version that it is set on', async () => {
    await labelVersion(provider, second, { aliases: ['prod', 'staging'] });
    assert.deepEqual(await placedAliases(provider, first), [{ alias: 'prod', version: '2.0.0' }, { alias: 'staging', version: '2.0.0' }]);
  });

  it('changes only what is named', async () => {
    await labelVersion(provider, first, { tags: ['clean'] });
    const version = await labelVersion(provider, first, { metadata: { rows: 1 } });
    assert.deepEqual([version.aliases, version.tags, version.metadata], [['prod'], ['clean'], { rows: 1 }]);
  });

  it('takes tags as a set', async () => {
    assert.deepEqual((await labelVersion(provider, first, { tags: ['b', 'a', 'b'] })).tags.length, 2);
  });

  for (const alias of ['latest', '1.2.3', 'a/b', '', 'line\nbreak']) {
    it(`refuses the alias ${JSON.stringify(alias)} before anything changes`, async () => {
      await assert.rejects(labelVersion(provider, second, { aliases: ['fine', alias] }), isInvalid);
      assert.deepEqual((await provider.version(second)).aliases, []);
    });
  }

  it('refuses what the back end has no verb for', async () => {
    const { label: _, ...poor } = { ...provider, connection: 'poor' };
    await assert.rejects(labelVersion(poor, first, { tags: [] }), (error) => isArtifactError(error, 'unsupported'));
  });

  describe('deleting', () => {
    it('tells what goes, of the version that an alias means', async () => {
      const { version, removal } = await planRemoval(provider, { ...first, version: 'prod' });
      assert.deepEqual([version.version, removal?.aliases, removal?.consumers], ['1.0.0', ['prod'], []]);
    });

    it('removes that version and no other', async () => {
      await removeVersion(provider, first);
      await assert.rejects(provider.version(first), (error) => isArtifactError(error, 'notFound'));
      assert.equal((await provider.version(second)).assets, 2);
    });
  });
});
