import { join } from 'node:path';
import { answers, freePort, startServer } from './serverProcess';
import { pythonOf } from './python';
import { makeFolder, removeFolder } from './temporaryFolder';

/** An object store on this machine that speaks S3. */
export interface Moto {
  readonly url: string;
  readonly bucket: string;
  /** What AWS clients, Python's and ours, find it by. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts moto's server with one empty bucket. */
export async function startMoto(): Promise<Moto> {
  const python = await pythonOf('mlflow3');
  const folder = makeFolder('moto');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const bucket = 'bkt';
  const server = await startServer({
    name: 'moto',
    command: join(python, '..', 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    folder,
    environment: process.env,
    isReady: () => answers(`${url}/moto-api/`),
  });
  const made = await fetch(`${url}/${bucket}`, { method: 'PUT' });
  if (!made.ok) {
    throw new Error(`moto did not make a bucket: ${made.status} ${await made.text()}`);
  }
  return {
    url,
    bucket,
    environment: { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'testtest', AWS_DEFAULT_REGION: 'us-east-1', MLFLOW_S3_ENDPOINT_URL: url },
    stop: async () => {
      await server.stop();
      removeFolder(folder);
    },
  };
}
