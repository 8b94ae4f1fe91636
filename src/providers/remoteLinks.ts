import type { Asset } from '../model/artifact';
import type { JsonObject } from '../model/json';

/** The words that Comet's client writes beside a link when it looked the object up, and believes when it reads one. */
const SYNCED = 'synced';
const PLATFORM = 's3_platform';
const CHECKSUM = 'checksum';
const PATH = 's3_path';
const VERSION = 'version_id';

/** An object of S3 that a remote asset stands for. */
export interface SyncedObject {
  readonly bucket: string;
  readonly key: string;
  /** The version of the object, where its bucket keeps versions. */
  readonly version?: string | undefined;
  /** What the store called its content when it was logged. */
  readonly checksum?: string | undefined;
}

/** A bucket and what stands after it in the link; the rest may be empty. Keys stand in links as they are. */
export function s3Place(link: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/su.exec(link) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

/** Only what somebody looked up when it was logged: any other link may mean anything. */
export function syncedObject({ link, metadata }: Pick<Asset, 'link' | 'metadata'>): SyncedObject | undefined {
  const place = metadata?.[SYNCED] === true ? s3Place(link ?? '') : undefined;
  return place === undefined || place.key === '' ? undefined : { ...place, version: textOf(metadata?.[VERSION]), checksum: textOf(metadata?.[CHECKSUM]) };
}

/** The same for Google's storage, whose bytes only its own tools and the browser fetch. */
export const isSyncedOnGoogle = ({ link, metadata }: Pick<Asset, 'link' | 'metadata'>): boolean => metadata?.[SYNCED] === true && link?.startsWith('gs://') === true;

/** What is noted beside the link to an object. */
export const syncedMetadata = ({ bucket, key, version, checksum }: SyncedObject): JsonObject => ({
  [SYNCED]: true,
  [PLATFORM]: 'aws',
  [PATH]: `s3://${bucket}/${key}`,
  ...(checksum === undefined ? undefined : { [CHECKSUM]: checksum }),
  ...(version === undefined ? undefined : { [VERSION]: version }),
});

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' && value !== 'null' ? value : undefined);
