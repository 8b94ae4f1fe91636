import type { Asset } from '../model/artifact';
import type { Call, Log } from '../model/call';
import { corrupt, invalid, notFound, unsupported } from '../model/errors';
import { safePath } from '../model/safePath';
import { createHttp } from './http';
import type { RemoteAsset } from './provider';
import { s3Place, syncedMetadata, syncedObject, type SyncedObject } from './remoteLinks';
import { readThrough } from './resumed';
import type { Bucket, StoredObject } from './s3/bucket';
import { ownBuckets } from './s3/ownBuckets';
import type { Variables } from './s3/profiles';

/** As many as Comet's client makes of one link. */
export const MOST_OBJECTS = 10_000;

export interface RemoteEnvironment {
  readonly log: Log;
  readonly variables: Variables;
}

/** Objects in the user's own buckets that remote assets lead to, read with the user's own credentials. Loads axios: reach this file by `import()`. */
export interface RemoteObjects {
  /** Bytes of the object that a remote asset stands for; `undefined` for one that is a link and nothing else. */
  size(asset: Asset, call?: Call): Promise<number | undefined>;
  /** `asset` with its true size. An object that is another one than was logged is `corrupt`. */
  read(asset: Asset, start?: number, call?: Call): AsyncIterable<Uint8Array>;
  /** One asset for each object below an `s3://` address, filed below `folder` by the rest of its key. More than 10,000 are `invalid`. */
  below(link: string, folder: string, call?: Call): Promise<readonly RemoteAsset[]>;
  dispose(): void;
}

export function openRemoteObjects({ log, variables }: RemoteEnvironment): RemoteObjects {
  // Every address is a whole one; the base stands for nothing.
  const http = createHttp({ base: 'https://s3.amazonaws.com', log });
  const buckets = ownBuckets({ http, log, variables });
  const bucketOf = async (name: string): Promise<Bucket> => {
    const bucket = await buckets(name);
    if (bucket === undefined) {
      throw unsupported(`No AWS credentials were found for s3://${name}: sign in with AWS's own tools, or set AWS_PROFILE, and try again.`);
    }
    return bucket;
  };
  return {
    async size(asset, call) {
      const object = syncedObject(asset);
      if (object === undefined) {
        return undefined;
      }
      const size = asset.size > 0 ? asset.size : await (await bucketOf(object.bucket)).size(object.key, call, versionQuery(object));
      if (size === undefined) {
        throw notFound(`s3://${object.bucket}/${object.key}`);
      }
      return size;
    },
    async *read(asset, start = 0, call) {
      const object = syncedObject(asset);
      if (object === undefined) {
        throw unsupported(`${asset.path} is a remote asset: only its link is kept.`);
      }
      const bucket = await bucketOf(object.bucket);
      yield* readThrough(async (from) => {
        const answer = await bucket.read(object.key, from, call, `s3://${object.bucket}/${object.key}`, versionQuery(object));
        if (isOther(object, answer.headers['etag'])) {
          answer.leave();
          throw corrupt(`${asset.path} is not what was logged: s3://${object.bucket}/${object.key} was changed since`);
        }
        return answer;
      }, { path: asset.path, start, size: asset.size }, call);
    },
    async below(link, folder, call) {
      const place = s3Place(link);
      if (place === undefined) {
        throw unsupported(`Only s3:// addresses can be expanded into their objects: ${link} is added as one link.`);
      }
      return await expanded(await bucketOf(place.bucket), place, { link, folder }, call);
    },
    dispose: () => http.dispose(),
  };
}

const versionQuery = ({ version }: SyncedObject): string => (version === undefined ? '' : `versionId=${encodeURIComponent(version)}`);

/** An exact version cannot have changed. */
const isOther = ({ version, checksum }: SyncedObject, tag: string | undefined): boolean =>
  version === undefined && checksum !== undefined && tag !== undefined && tag.replaceAll('"', '') !== checksum;

async function expanded(bucket: Bucket, { bucket: name, key }: { readonly bucket: string; readonly key: string }, { link, folder }: { readonly link: string; readonly folder: string }, call?: Call): Promise<readonly RemoteAsset[]> {
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  const found = await objectsBelow(bucket, prefix, link, call);
  // A prefix is no beginning of a name: `data` means what is in that folder, or the one object, and not `data2/x`.
  const objects = found.length > 0 || prefix === key ? found : await theObject(bucket, key, call);
  if (objects.length === 0) {
    throw notFound(`any object below ${link}`);
  }
  return objects.map(({ key: each, size, tag }): RemoteAsset => ({
    path: safePath([folder, each === key ? each.slice(each.lastIndexOf('/') + 1) : each.slice(prefix.length)].filter((part) => part !== '').join('/')),
    link: `s3://${name}/${each}`,
    size,
    metadata: syncedMetadata({ bucket: name, key: each, checksum: tag }),
  }));
}

/** What a store keeps in the place of a folder is none. */
const isFolder = ({ key, size }: StoredObject): boolean => key.endsWith('/') && size === 0;

async function objectsBelow(bucket: Bucket, prefix: string, link: string, call?: Call): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const object of bucket.list(prefix, call)) {
    if (!isFolder(object) && objects.push(object) > MOST_OBJECTS) {
      throw invalid(`${link} has more than ${MOST_OBJECTS} objects: too many for one version. Name a folder with fewer, or add it as one link.`);
    }
  }
  return objects;
}

/** In the order of keys it is the first that begins like itself. */
async function theObject(bucket: Bucket, key: string, call?: Call): Promise<readonly StoredObject[]> {
  for await (const object of bucket.list(key, call)) {
    return object.key === key ? [object] : [];
  }
  return [];
}
