import { logVersion, mlflowProvider } from './providers';

/** Forked by tests: logs one version after the other to an MLflow until it is killed. */
const [url = '', artifact = ''] = process.argv.slice(2);

async function log(): Promise<void> {
  const provider = await mlflowProvider({ url, environment: {} });
  process.send?.('ready');
  for (let count = 0; ; count++) {
    const who = `${process.pid}-${count}`;
    const names = Array.from({ length: 12 }, (_, index) => `folder-${index % 3}/${index}.txt`);
    await logVersion(provider, { draft: { workspace: 'default', artifact, metadata: { who } }, files: Object.fromEntries(names.map((name) => [name, `${who} ${name}`])) });
  }
}

void log();
