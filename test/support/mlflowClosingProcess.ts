import { invalid } from '../../src/model/errors';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { createLocalFiles } from '../../src/store/localFiles';
import { logVersion, mlflowProvider, workerFile } from './providers';

/** Forked by tests: downloads or logs until its parent says that the window closes, does what `deactivate` does, and ends when nothing holds it. */
const [url = '', artifact = '', folder = ''] = process.argv.slice(2);

async function work(): Promise<void> {
  const provider = await mlflowProvider({ url, environment: {} });
  const files = createLocalFiles({ workerFile });
  const closing = new AbortController();
  const call = { signal: closing.signal };
  const transfer = folder === ''
    ? logVersion(provider, { draft: { workspace: 'default', artifact }, files: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, Buffer.alloc(500_000, index)])) }, call)
    : downloadVersion({ provider, files }, { version: { connection: provider.connection, workspace: 'default', artifact, version: '1.0.0' }, folder, conflicts: 'overwrite' }, call);
  transfer.catch(() => undefined);
  process.once('message', () => {
    process.disconnect();
    closing.abort(invalid('The window was closed.'));
    void Promise.allSettled([transfer]).then(async () => {
      await provider.dispose();
      await files.dispose();
    });
  });
  process.send?.('ready');
}

void work();
