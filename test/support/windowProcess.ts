import { answers, freePort, startServer } from '../../src/ui/mlflowServer/serverProcess';

/** Forked by tests: a window that has started a server for `folder` as on `platform`, tells its port, and waits for its own end. */
const [folder = '', platform = ''] = process.argv.slice(2);

async function open(): Promise<void> {
  const port = await freePort();
  const server = startServer({ folder, backend: './mlruns', python: 'python3', port, onOutput: () => undefined }, platform as NodeJS.Platform);
  void server.ended.then(() => process.send?.('ended'));
  process.on('message', () => void server.stop());
  while (!await answers(port)) {
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  process.send?.(port);
}

void open();
