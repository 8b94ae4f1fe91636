import type { Call } from '../../../model/call';
import { unsupported } from '../../../model/errors';
import type { OpenAnswer } from '../../http';
import type { RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';

/** What the server takes through its own upload route. Bytes. */
const MOST = 10 * 1024 * 1024;

/** Any file of a run, with Range on every version; slow on the default server of 3.x. */
export const openForRun = async (ground: Ground, run: string, path: string, start: number, size: number, call?: Call): Promise<OpenAnswer> =>
  ground.http.open('/get-artifact', { query: { run_id: run, path }, start, expected: size, headers: ground.headers(), call, what: path, onRetry: ground.pace.slower });

/** Any file of a logged model. */
export const openForModel = async (ground: Ground, model: string, path: string, start: number, size: number, call?: Call): Promise<OpenAnswer> =>
  ground.http.open(`/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(model)}/artifacts/files`, {
    query: { artifact_file_path: path }, start, expected: size, headers: ground.headers(), call, what: path, onRetry: ground.pace.slower,
  });

/** Through the route that MLflow's own pages use. */
export async function sendThroughServer(ground: Ground, owner: RootOwner, path: string, source: FileSource, onRetry: (refused: boolean) => void, call?: Call): Promise<void> {
  if (owner.kind !== 'run' || source.size === 0 || source.size > MOST) {
    throw cannotTake(path, source.size, owner);
  }
  await ground.http.send('POST', `/ajax-api/2.0/mlflow/upload-artifact?${new URLSearchParams({ run_uuid: owner.id, path }).toString()}`, source, {
    headers: ground.headers(), call, what: path, onRetry,
  });
}

function cannotTake(path: string, size: number, { kind }: RootOwner): Error {
  const why = kind === 'model' ? 'no files of logged models' : size === 0 ? 'no empty files' : 'no files larger than 10 MiB';
  return unsupported(`This server keeps files where only it can write, and takes ${why}: ${path}. Whoever runs it can leave out --no-serve-artifacts, or give you access to its object store.`);
}
