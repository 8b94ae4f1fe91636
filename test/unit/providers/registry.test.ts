import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../../src/model/errors';
import { openProvider, PROVIDER_KINDS } from '../../../src/providers/registry';
import { all, silentLog, workerFile } from '../../support/providers';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('the registry of back ends', () => {
  const folder = temporaryFolder();
  const environment = { workerFile, log: silentLog };

  it('knows the kinds that package.json offers', () => {
    const manifest = JSON.parse(fs.readFileSync(path.resolve(__dirname, '../../../../package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { items?: { properties?: { kind?: { enum: string[] } } } }> } };
    };
    assert.deepEqual([...PROVIDER_KINDS], manifest.contributes.configuration.properties['artifacts.connections']?.items?.properties?.kind?.enum);
  });

  it('opens a store without touching the disk', async () => {
    const root = path.join(folder(), 'deep', 'store');
    const provider = await openProvider({ kind: 'local', name: 'team', path: root }, environment);
    assert.deepEqual([provider.kind, provider.connection], ['local', 'team']);
    assert.deepEqual(fs.readdirSync(folder()), []);
    const { defaultWorkspace } = await provider.whoAmI();
    assert.deepEqual(await all(provider.workspaces()), [{ connection: 'team', workspace: defaultWorkspace, artifacts: 0 }]);
    assert.deepEqual(fs.readdirSync(folder()), []);
    await provider.dispose();
  });

  it('refuses what cannot be a store', async () => {
    await assert.rejects(openProvider({ kind: 'local', name: 'x', path: 'relative/store' }, environment), (error) => isArtifactError(error, 'invalid'));
    await assert.rejects(openProvider({ kind: 'local', name: 'a\nb', path: folder() }, environment), (error) => isArtifactError(error, 'invalid'));
  });
});
