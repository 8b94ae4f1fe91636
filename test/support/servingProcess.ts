import { answers, startServer } from './serverProcess';

/** Forked by tests: starts a server written in `code`, tells that it is there, and waits for its own end. */
const [folder = '', port = '', code = ''] = process.argv.slice(2);
void startServer({
  name: 'served', command: process.execPath, args: ['-e', code, port], folder, environment: process.env, isReady: () => answers(`http://127.0.0.1:${port}`),
}).then(() => process.send?.('ready'));
