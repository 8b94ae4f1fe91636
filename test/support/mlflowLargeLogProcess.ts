import { logVersion, mlflowProvider, source } from './providers';

/** Forked by tests, and killed by them: logs one file that is large enough to go in many parts. */
const [url = '', artifact = '', size = ''] = process.argv.slice(2);

async function log(): Promise<void> {
  const provider = await mlflowProvider({ url, environment: {} });
  await logVersion(provider, { draft: { workspace: 'default', artifact }, sources: [source('large.bin', new Uint8Array(Number(size)))] });
  process.send?.('logged');
}

void log();
