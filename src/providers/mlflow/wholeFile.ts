import type { Call } from '../../model/call';
import { corrupt, serverFault } from '../../model/errors';
import { MOST_MANIFEST } from '../manifest';
import type { ArtifactFiles } from './files/artifactFiles';

/** Writes a file at the root, and makes sure that all of it is there: servers have been seen to keep the beginning of a broken upload. */
export async function writeWhole(files: ArtifactFiles, path: string, bytes: Uint8Array, call?: Call): Promise<void> {
  await files.write(path, { size: bytes.length, open: (start = 0) => rest(bytes, start) }, call);
  const stored = (await files.list('', call)).find((file) => file.path === path);
  if (stored?.size !== bytes.length) {
    throw corrupt(`${path} did not arrive whole at the server. Log it again`);
  }
}

/** A file that we wrote for ourselves. */
export async function readWhole(files: ArtifactFiles, path: string, call?: Call): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of files.read(path, 0, undefined, call)) {
    bytes += chunk.length;
    if (bytes > MOST_MANIFEST) {
      throw serverFault(`${path} is too large to be what it should be`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* rest(bytes: Uint8Array, start: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (start < bytes.length) {
    yield bytes.subarray(start);
  }
}
