import type { Log } from '../../model/call';
import type { Http } from '../http';
import { Bucket } from './bucket';
import { OwnCredentials } from './credentials';
import { ownEndpoint, regionOf } from './endpoint';
import { readProfiles, type Variables } from './profiles';

export interface OpenBucket {
  readonly http: Http;
  readonly log: Log;
  readonly variables: Variables;
  readonly bucket: string;
  /** Address of the store; the one of the user's AWS settings, or Amazon's, unless it is given. */
  readonly endpoint?: string | undefined;
}

/** A bucket that the user has credentials for; nothing where there are none at all. */
export async function openBucket({ http, log, variables, bucket, endpoint }: OpenBucket): Promise<Bucket | undefined> {
  const credentials = new OwnCredentials({ http, log, variables });
  if (await credentials.get() === undefined) {
    return undefined;
  }
  const profiles = await readProfiles(variables);
  const settings = profiles.profile(profiles.current);
  return new Bucket({ http, credentials, bucket, region: regionOf(variables, settings), endpoint: endpoint ?? ownEndpoint(variables, settings) });
}
