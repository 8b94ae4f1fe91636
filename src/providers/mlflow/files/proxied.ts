import type { Call } from '../../../model/call';
import { invalid, isArtifactError } from '../../../model/errors';
import { safePath } from '../../../model/safePath';
import type { OpenAnswer } from '../../http';
import type { ArtifactFiles, RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';
import { readingError, sizeOf, storedAt } from './listing';
import { listFiles } from '../../mlflowListing';
import { giveUpNoted, writeInParts } from './multipart';
import { openPresigned } from './presigned';
import { below, encoded, isMisread } from './roots';
import { cutOff, endsRequests } from './timeLimit';
import { spooled } from './spooled';
import { openForRun } from './unproxied';
import { paced, sentOrUndone } from './writing';

const ROUTE = '/api/2.0/mlflow-artifacts/artifacts/';
/** From here on an address of the object store is worth a question of its own. Bytes. */
const PRESIGNED_FROM = 8 * 1024 * 1024;
const PARTS_FROM = 64 * 1024 * 1024;

/** Files behind the server's own routes. */
export function proxiedFiles(ground: Ground, owner: RootOwner, root: string): ArtifactFiles {
  const address = (path: string): string => ROUTE + encoded(below(root, path));
  return {
    list: (folder, call) => listFiles(ground, owner, folder === '' ? '' : safePath(folder), call),

    async *read(path, start, listed, call) {
      const size = listed ?? await sizeOf(ground, owner, path, call);
      const place = { root, path, address: address(safePath(path)) };
      yield* ground.ahead(
        (from, within, end) => open(ground, owner, place, { start: from, end, size }, within),
        { path, start, size, cutOff: endsRequests(ground) ? cutOff : undefined },
        { call, goesOn: () => ground.offers.ranges === true && !isPresigned(ground, size) },
      );
    },

    write: (path, source, call) => paced(ground, source, call, (growing) => {
      const send = (from: FileSource): Promise<void> => write(ground, owner, { root, path: safePath(path), address: address(path) }, from, growing);
      return endsRequests(ground) ? spooled(source, send, growing) : send(source);
    }),

    async remove(path, call) {
      await ground.http.json('DELETE', address(safePath(path)), { headers: ground.headers(), call, patient: true, what: path });
    },

    giveUpParts: (noted, call) => giveUpNoted(ground, root, noted, call),
  };
}

export interface Place {
  readonly root: string;
  readonly path: string;
  readonly address: string;
}

/** What is asked for of a file of `size` bytes. */
interface Part {
  readonly start: number;
  readonly end?: number | undefined;
  readonly size: number;
}

/** Whether a file comes from the object store itself, as far as that is known. */
const isPresigned = ({ offers }: Ground, size: number): boolean => offers.presignedReads !== 'no' && (offers.presignedOnly || size >= PRESIGNED_FROM);

async function open(ground: Ground, owner: RootOwner, { root, path, address }: Place, { start, end, size }: Part, call?: Call): Promise<OpenAnswer> {
  const { http, offers } = ground;
  try {
    if (isPresigned(ground, size)) {
      const answer = await openPresigned(ground, below(root, path), start, call);
      if (answer !== undefined) {
        return answer;
      }
    }
    const beyond = (start > 0 && offers.ranges === false) || (offers.isOld && /[\u0100-\u{10ffff}]/u.test(path));
    const beside = beyond ? await openBeside(ground, owner, { path, start, size }, call) : undefined;
    if (beside !== undefined) {
      return beside;
    }
    const openHere = (): Promise<OpenAnswer> => http.open(address, { start, end, apart: end !== undefined, expected: (end ?? size) - start, headers: ground.headers(), call, what: path, onRetry: ground.pace.slower });
    const answer = await openHere();
    if (start > 0 && offers.ranges !== false) {
      offers.ranges = answer.start === start;
      if (!offers.ranges && owner.kind === 'run' && offers.lacksOtherRoute !== true) {
        // Before anything else is asked: a server with one worker answers one at a time.
        answer.leave();
        return await openBeside(ground, owner, { path, start, size }, call) ?? await openHere();
      }
    }
    if (answer.headers['accept-ranges'] === 'bytes') {
      offers.ranges ??= true;
    }
    return answer;
  } catch (error) {
    throw await readingError(ground, owner, path, error, call);
  }
}

/** By the other route, which gives parts where the proxy's does not, and every name. Nothing where there is none. */
async function openBeside(ground: Ground, owner: RootOwner, { path, start, size }: Part & { readonly path: string }, call?: Call): Promise<OpenAnswer | undefined> {
  const { offers } = ground;
  if (owner.kind !== 'run' || offers.lacksOtherRoute === true) {
    return undefined;
  }
  try {
    return await openForRun(ground, owner.id, path, start, size, call);
  } catch (error) {
    if (!isArtifactError(error, 'notFound') || await storedAt(ground, owner, path, call) === undefined) {
      throw error;
    }
    offers.lacksOtherRoute = true;
    return undefined;
  }
}

async function write(ground: Ground, owner: RootOwner, place: Place, source: FileSource, call?: Call): Promise<void> {
  const { http, offers } = ground;
  const { path, address } = place;
  if (isMisread(path)) {
    throw invalid(`MLflow would keep this file under another name: ${path}.`);
  }
  const many = offers.presignedOnly || source.size >= PARTS_FROM;
  if (many && offers.parts !== 'no' && await writeInParts(ground, owner, place, source, call)) {
    return;
  }
  await sentOrUndone(ground, owner, path, source, async (body, onRetry) => {
    await http.send('PUT', address, body, { headers: ground.headers(), call, what: path, onRetry });
  }, {
    undo: async () => {
      await http.json('DELETE', address, { headers: ground.headers(), what: path });
    },
    call,
  });
}
