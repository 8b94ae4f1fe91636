import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import type { Provider } from '../../src/providers/provider';
import type { LocalFiles } from '../../src/store/localFiles';
import { startDelayProxy } from '../support/delayProxy';
import type { MlflowServer } from '../support/mlflowServer';
import { mlflowProvider } from '../support/providers';
import { openPython, type Python } from '../support/python';
import { removeFolder } from '../support/temporaryFolder';
import { time } from './stopwatch';

/** One way to the server, with a client of each kind. */
export interface Way {
  readonly url: string;
  readonly provider: Provider;
  readonly python: Python;
  close(): Promise<void>;
}

/** `latency` in milliseconds. */
export async function wayTo(server: MlflowServer, latency: number): Promise<Way> {
  const proxy = latency === 0 ? undefined : await startDelayProxy(Number(new URL(server.url).port), latency / 2);
  const url = proxy === undefined ? server.url : `http://127.0.0.1:${proxy.port}`;
  const environment = { ...server.environment, MLFLOW_TRACKING_URI: url };
  const provider = await mlflowProvider({ url, environment });
  const python = openPython(server.python, environment);
  return {
    url,
    provider,
    python,
    close: async () => {
      await provider.dispose();
      await python.close();
      await proxy?.stop();
    },
  };
}

export async function log(provider: Provider, files: LocalFiles, source: string): Promise<{ readonly artifact: string; readonly milliseconds: number }> {
  const { defaultWorkspace: workspace } = await provider.whoAmI();
  const artifact = { connection: provider.connection, workspace, artifact: `bench-${randomUUID()}` };
  const milliseconds = await time(async () => {
    const plan = await planLog({ provider, files }, { artifact, targets: [source], exclude: [] });
    await logArtifact(provider, { ...artifact, type: 'dataset', version: 'major' }, plan);
  });
  return { artifact: artifact.artifact, milliseconds };
}

/** Milliseconds. What comes down is below `root` meanwhile. */
export async function download(provider: Provider, files: LocalFiles, artifact: string, root: string): Promise<number> {
  const { defaultWorkspace: workspace } = await provider.whoAmI();
  const folder = path.join(root, 'downloaded');
  try {
    return await time(() => downloadVersion({ provider, files }, { version: { connection: provider.connection, workspace, artifact, version: '1.0.0' }, folder, conflicts: 'fail' }));
  } finally {
    removeFolder(folder);
  }
}
