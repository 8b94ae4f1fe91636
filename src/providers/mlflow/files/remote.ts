import { safePath } from '../../../model/safePath';
import type { Call } from '../../../model/call';
import type { OpenAnswer } from '../../http';
import type { ArtifactFiles, FileSource, RootOwner } from './artifactFiles';
import type { Ground } from './ground';
import { listFiles } from './listing';
import { openPresignedForRun, sendPresigned } from './presigned';
import { sizeOf } from './proxied';
import { readThrough } from './reading';
import type { Root } from './roots';
import { openForModel, openForRun, sendThroughServer } from './unproxied';
import { sentOrUndone } from './writing';

/** From here on an address of the object store is worth a question of its own. Bytes. */
const PRESIGNED_FROM = 4 * 1024 * 1024;

/** Files where the server does not stand before them: in an object store, or on the server's own disk. */
export function remoteFiles(ground: Ground, owner: RootOwner, root: Root, _variables: Readonly<Record<string, string | undefined>>): ArtifactFiles {
  const learnt = { presignedReads: root.kind === 's3', presignedWrites: true };
  return {
    list: (folder, call) => listFiles(ground, owner, folder === '' ? '' : safePath(folder), call),
    async *read(path, start, listed, call) {
      const size = listed ?? await sizeOf(ground, owner, path, call);
      yield* readThrough((from) => open(ground, owner, learnt, { path: safePath(path), start: from, size }, call), { path, start, size }, call);
    },
    write: (path, source, call) => ground.pace.run(() => write(ground, owner, learnt, safePath(path), source, call), call),
  };
}

interface Learnt {
  presignedReads: boolean;
  presignedWrites: boolean;
}

async function open(ground: Ground, { kind, id }: RootOwner, learnt: Learnt, { path, start, size }: { readonly path: string; readonly start: number; readonly size: number }, call?: Call): Promise<OpenAnswer> {
  if (kind === 'model') {
    return openForModel(ground, id, path, start, size, call);
  }
  if (learnt.presignedReads && size >= PRESIGNED_FROM) {
    const answer = await openPresignedForRun(ground, id, path, start, call);
    if (answer !== undefined) {
      return answer;
    }
    learnt.presignedReads = false;
  }
  return openForRun(ground, id, path, start, size, call);
}

async function write(ground: Ground, owner: RootOwner, learnt: Learnt, path: string, source: FileSource, call?: Call): Promise<void> {
  await sentOrUndone(ground, owner, path, source, async (body, onRetry) => {
    if (learnt.presignedWrites) {
      learnt.presignedWrites = await sendPresigned(ground, owner, path, body, onRetry, call);
      if (learnt.presignedWrites) {
        return;
      }
    }
    await sendThroughServer(ground, owner, path, body, onRetry, call);
  }, { call });
}
