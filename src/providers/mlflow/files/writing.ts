import { setTimeout as after } from 'node:timers/promises';
import type { Call } from '../../../model/call';
import { corrupt, isArtifactError } from '../../../model/errors';
import type { SendBody } from '../../http';
import type { RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';
import { storedAt } from './listing';
import { cutOff, endsRequests } from './timeLimit';

/** Smaller ones that went well in one try are compared by whoever writes many, with one list for all. Bytes. */
const COMPARED_FROM = 64 * 1024 * 1024;
/** A request that fails after this long was ended by a limit of the server. */
const LIMIT_MS = 20_000;
/** A server, or a proxy before it, that takes a beginning for the whole may still be at work on it when it is first looked for. */
const SECOND_LOOK_MS = 1_000;

export interface WayBack {
  /** Takes away what lies at the path. */
  readonly undo?: () => Promise<void>;
  readonly call?: Call | undefined;
}

/** When it is its turn, with progress that never goes back: a second way begins at the start again. */
export async function paced(ground: Ground, { size }: FileSource, call: Call = {}, job: (call: Call) => Promise<void>): Promise<void> {
  let most = 0;
  const { signal, onProgress } = call;
  await ground.pace.run(() => job({
    signal,
    onProgress(progress) {
      if (progress.bytes > most) {
        most = progress.bytes;
        onProgress?.(progress);
      }
    },
  }), size, call);
}

/**
 * Sends a file and compares its size with the list where anything was doubtful. What breaks off is taken away behind the caller:
 * some servers keep the beginning of it.
 */
export async function sentOrUndone(
  ground: Ground, owner: RootOwner, path: string, source: FileSource, send: (body: SendBody, onRetry: (refused: boolean) => void) => Promise<void>, { undo, call }: WayBack,
): Promise<void> {
  let doubtful = source.size >= COMPARED_FROM;
  let opened = 0;
  const body: SendBody = {
    size: source.size,
    get bytes() {
      opened = Date.now();
      return source.bytes;
    },
    open(start) {
      opened = Date.now();
      return source.open(start);
    },
  };
  const onRetry = (refused: boolean): void => {
    doubtful ||= !refused;
    ground.pace.slower();
  };
  try {
    await send(body, onRetry);
    if (doubtful && !await isWhole(ground, owner, path, source.size, call)) {
      await send(body, onRetry);
      if (!await isWhole(ground, owner, path, source.size, call)) {
        throw corrupt(`${path} did not arrive whole at the server`);
      }
    }
  } catch (error) {
    const lasted = Date.now() - opened;
    if (opened !== 0 && undo !== undefined) {
      const look = (): Promise<boolean> => undoPart(ground, owner, path, source.size, undo);
      const first = look();
      void first.then((isGone) => (isGone || after(SECOND_LOOK_MS, undefined, { ref: false }).then(look)));
      if (call?.signal?.aborted !== true) {
        await first;
      }
    }
    const broke = isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault');
    throw broke && lasted > LIMIT_MS && endsRequests(ground) ? cutOff(path) : error;
  }
}

export async function isWhole(ground: Ground, owner: RootOwner, path: string, size: number, call?: Call): Promise<boolean> {
  const stored = await storedAt(ground, owner, path, call, { patient: true });
  return stored !== undefined && !stored.isFolder && stored.size === size;
}

/** Only a beginning is taken away: true where there was one. Nothing where the server cannot be asked. */
async function undoPart(ground: Ground, owner: RootOwner, path: string, size: number, undo: () => Promise<void>): Promise<boolean> {
  try {
    const stored = await storedAt(ground, owner, path);
    const isPart = stored !== undefined && !stored.isFolder && stored.size < size;
    if (isPart) {
      await undo();
    }
    return isPart;
  } catch (error) {
    ground.log.warn(`what may have arrived of ${path} was not taken away: ${error instanceof Error ? error.message : String(error)}`);
    return true;
  }
}
