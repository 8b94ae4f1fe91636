import pLimit from 'p-limit';
import type { Call } from '../../../model/call';
import { isArtifactError, unsupported } from '../../../model/errors';
import { safePath } from '../../../model/safePath';
import type { OpenAnswer, SendBody } from '../../http';
import type { Bucket } from '../../s3/bucket';
import type { ArtifactFiles, RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';
import { readingError, sizeOf } from './listing';
import { listFiles } from '../../mlflowListing';
import { openPresignedForRun, sendPresigned } from './presigned';
import { readThrough } from '../../resumed';
import { below } from './roots';
import { cutOff, endsRequests } from './timeLimit';
import { openForModel, openForRun, sendThroughServer } from './unproxied';
import { paced, sentOrUndone } from './writing';

/** From here on an address of the object store is worth a question of its own. Bytes. */
const PRESIGNED_FROM = 4 * 1024 * 1024;
const REMOVED_AT_A_TIME = 8;

/** The user's own way to the object store. */
export interface OwnWay {
  /** Nothing where there are no credentials for it. */
  readonly bucket: () => Promise<Bucket | undefined>;
  /** Key of the root. */
  readonly prefix: string;
}

/** Files where the server does not stand before them: in an object store, or on the server's own disk. */
export function remoteFiles(ground: Ground, owner: RootOwner, own?: OwnWay): ArtifactFiles {
  const ways = new Ways(ground, owner, own);
  return {
    list: (folder, call) => listFiles(ground, owner, folder === '' ? '' : safePath(folder), call),
    async *read(path, start, listed, call) {
      const size = listed ?? await sizeOf(ground, owner, path, call);
      yield* readThrough((from) => ways.open({ path: safePath(path), start: from, size }, call), { path, start, size, cutOff: endsRequests(ground) ? cutOff : undefined }, call);
    },
    write: (path, source, call) => paced(ground, source, call, (growing) => ways.write(safePath(path), source, growing)),
    ...(own === undefined ? {} : {
      remove: (path: string, call?: Call) => ways.remove(own, safePath(path), call),
      giveUpParts: (_: readonly string[], call?: Call) => ways.giveUpParts(own, call),
    }),
  };
}

interface Part {
  readonly path: string;
  readonly start: number;
  readonly size: number;
}

/** The ways in the order in which they are tried; one that is closed is not tried again. */
class Ways {
  private ownIsOpen = true;
  private presignedReads: boolean;
  private presignedWrites = true;

  constructor(private readonly ground: Ground, private readonly owner: RootOwner, private readonly own: OwnWay | undefined) {
    this.presignedReads = own !== undefined && owner.kind === 'run';
  }

  async open(part: Part, call?: Call): Promise<OpenAnswer> {
    try {
      return await this.openByOwn(part, call) ?? await this.openPresigned(part, call) ?? await this.openThroughServer(part, call);
    } catch (error) {
      throw await readingError(this.ground, this.owner, part.path, error, call);
    }
  }

  async write(path: string, source: FileSource, call?: Call): Promise<void> {
    const bucket = await this.ownBucket();
    if (this.own !== undefined && bucket !== undefined) {
      try {
        await bucket.write(below(this.own.prefix, path), source, { call, what: path, patient: true, onRetry: this.ground.pace.slower });
        return;
      } catch (error) {
        this.closeOwn(error);
      }
    }
    await sentOrUndone(this.ground, this.owner, path, source, (body, onRetry) => this.sendByServer(path, body, onRetry, call), { call });
  }

  async remove({ prefix }: OwnWay, path: string, call?: Call): Promise<void> {
    const bucket = await this.ownBucket();
    if (bucket === undefined) {
      throw unsupported(`${path} lies in an object store that you have no credentials for: it cannot be taken away from here.`);
    }
    const key = below(prefix, path);
    await bucket.remove(key, call);
    const inside: string[] = [];
    for await (const object of bucket.list(`${key}/`, call)) {
      inside.push(object.key);
    }
    const limit = pLimit(REMOVED_AT_A_TIME);
    await Promise.all(inside.map((each) => limit(() => bucket.remove(each, call))));
  }

  /** A bucket that does not let us look keeps them until a rule of its own clears them. */
  async giveUpParts({ prefix }: OwnWay, call?: Call): Promise<void> {
    const bucket = prefix === '' ? undefined : await this.ownBucket();
    if (bucket === undefined) {
      return;
    }
    try {
      for await (const upload of bucket.unfinished(`${prefix}/`, call)) {
        await bucket.giveUp(upload, call);
      }
    } catch (error) {
      if (!isArtifactError(error) || isArtifactError(error, 'offline')) {
        throw error;
      }
      this.ground.log.warn(`parts of large files may stay below ${prefix} in the object store: ${String(error)}`);
    }
  }

  private async ownBucket(): Promise<Bucket | undefined> {
    return this.ownIsOpen ? this.own?.bucket() : undefined;
  }

  private async openByOwn({ path, start }: Part, call?: Call): Promise<OpenAnswer | undefined> {
    const bucket = await this.ownBucket();
    if (this.own === undefined || bucket === undefined) {
      return undefined;
    }
    try {
      return await bucket.read(below(this.own.prefix, path), start, call, path);
    } catch (error) {
      this.closeOwn(error);
      return undefined;
    }
  }

  /** Credentials for somewhere else are no reason to fail. */
  private closeOwn(error: unknown): void {
    if (!isArtifactError(error, 'forbidden') && !isArtifactError(error, 'signInNeeded') && !isArtifactError(error, 'offline') && !isArtifactError(error, 'invalid')) {
      throw error;
    }
    this.ground.log.info(`your own credentials for the object store are not used: ${error.message}`);
    this.ownIsOpen = false;
  }

  private async openPresigned({ path, start, size }: Part, call?: Call): Promise<OpenAnswer | undefined> {
    if (!this.presignedReads || size < PRESIGNED_FROM) {
      return undefined;
    }
    const answer = await openPresignedForRun(this.ground, this.owner.id, path, start, call);
    this.presignedReads = answer !== undefined;
    return answer;
  }

  private async openThroughServer({ path, start, size }: Part, call?: Call): Promise<OpenAnswer> {
    const open = this.owner.kind === 'model' ? openForModel : openForRun;
    return open(this.ground, this.owner.id, path, start, size, call);
  }

  private async sendByServer(path: string, body: SendBody, onRetry: (refused: boolean) => void, call?: Call): Promise<void> {
    if (this.presignedWrites) {
      this.presignedWrites = await sendPresigned(this.ground, this.owner, path, body, onRetry, call);
      if (this.presignedWrites) {
        return;
      }
    }
    await sendThroughServer(this.ground, this.owner, path, body, onRetry, call);
  }
}
