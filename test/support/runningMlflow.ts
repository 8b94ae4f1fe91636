import { type MlflowOptions, type MlflowServer, startMlflow } from './mlflowServer';
import { openPython, type Python } from './python';

export type RunningMlflow = () => MlflowServer;

/** Installing a Python environment, once on a machine, is the longest that a start may take. */
const PATIENCE = 15 * 60_000;

/**
 * A server for the tests of the enclosing `describe`, ended after them. Where clients speak to the object store
 * themselves, its address and credentials stand in this process's environment meanwhile, as they would in a user's.
 */
export function runningMlflow(options: MlflowOptions): RunningMlflow {
  let server: MlflowServer | undefined;
  const before_ = new Map<string, string | undefined>();
  before(async function () {
    this.timeout(PATIENCE);
    server = await startMlflow(options);
    for (const [name, value] of Object.entries(server.environment).filter(([each]) => each.startsWith('AWS_') || each.includes('_S3_'))) {
      before_.set(name, process.env[name]);
      process.env[name] = value;
    }
  });
  after(async () => {
    for (const [name, value] of before_) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
      }
    }
    await server?.stop();
  });
  return () => {
    if (server === undefined) {
      throw new Error('The server has not been started.');
    }
    return server;
  };
}

/** An interpreter for the tests of the enclosing `describe`, connected to its server. */
export function runningPython(server: RunningMlflow): () => Python {
  let python: Python | undefined;
  after(() => python?.close());
  return () => {
    const { python: path, environment } = server();
    python ??= openPython(path, environment);
    return python;
  };
}
