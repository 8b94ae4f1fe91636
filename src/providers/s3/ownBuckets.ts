import type { Log } from '../../model/call';
import type { Http } from '../http';
import type { Bucket } from './bucket';
import type { Variables } from './profiles';

/** Who has no credentials may have some after a login. */
const NONE_MS = 60_000;

interface Known {
  readonly bucket: Promise<Bucket | undefined>;
  readonly until: number;
}

export interface BucketsEnvironment {
  readonly http: Http;
  readonly log: Log;
  readonly variables: Variables;
  /** Address of the store; the one of the user's AWS settings, or Amazon's, unless it is given. */
  readonly endpoint?: string | undefined;
}

/** Buckets by name, each opened when it is first used. */
export function ownBuckets(environment: BucketsEnvironment): (name: string) => Promise<Bucket | undefined> {
  const known = new Map<string, Known>();
  return async (name) => {
    const before = known.get(name);
    if (before !== undefined && before.until > Date.now()) {
      return before.bucket;
    }
    const bucket = open(environment, name);
    known.set(name, { bucket, until: Infinity });
    if (await bucket === undefined) {
      known.set(name, { bucket, until: Date.now() + NONE_MS });
    }
    return bucket;
  };
}

async function open(environment: BucketsEnvironment, bucket: string): Promise<Bucket | undefined> {
  const { openBucket } = await import(/* webpackChunkName: "s3" */ './openBucket');
  try {
    return await openBucket({ ...environment, bucket });
  } catch (error) {
    environment.log.info(`your own credentials for the object store cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
