import assert from 'node:assert/strict';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { downloadVersion } from '../../../../src/operations/downloadVersion';
import type { Provider } from '../../../../src/providers/provider';
import { faultServer, type FaultServer } from '../../../support/faultServer';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { logVersion, mlflowProvider } from '../../../support/providers';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** More than ever go side by side. */
const FILES = 80;
const MOST = 12;

describe('files that go side by side to and from MLflow', () => {
  const folder = temporaryFolder();
  const double = new MlflowDouble();
  let server: FaultServer;
  let provider: Provider;
  let now = 0;
  let most = 0;

  beforeEach(async () => {
    server = await faultServer({
      ranges: true,
      async answer(seen) {
        const isFile = seen.path.includes('/files/');
        now += isFile ? 1 : 0;
        most = Math.max(most, now);
        await after(isFile ? 60 : 0);
        now -= isFile ? 1 : 0;
        return double.answer(seen);
      },
    });
    provider = await mlflowProvider({ url: server.url, environment: {} });
  });
  afterEach(async () => {
    await provider.dispose();
    await server.close();
  });

  /** How many were under way at once, up and down. */
  async function moved(size: number): Promise<readonly [up: number, down: number]> {
    const files = Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`${index}.bin`, 'x'.repeat(size)]));
    most = 0;
    const version = await logVersion(provider, { draft: { workspace: 'default', artifact: `files-${size}` }, files });
    const up = most;
    most = 0;
    await downloadVersion({ provider, files: { digest: async () => '' } }, { version, folder: path.join(folder(), 'down'), conflicts: 'fail' });
    return [up, most];
  }

  it('are few of those that keep everybody busy', async () => {
    const [up, down] = await moved(300_000);
    assert.ok(up <= MOST && down <= MOST, `${up} and ${down}`);
  });

  it('are more of small ones, which mostly wait', async () => {
    const [up, down] = await moved(10);
    assert.ok(up > MOST && down > MOST, `${up} and ${down}`);
  });
});
