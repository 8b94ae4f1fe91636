import { invalid } from '../../model/errors';
import type { Settings, Variables } from './profiles';

const REGION = /^[a-z\d-]{1,40}$/u;
const BUCKET = /^[\w][\w.-]{1,254}$/u;

export function regionOf(variables: Variables, settings: Settings | undefined): string {
  const named = variables['AWS_REGION'] ?? variables['AWS_DEFAULT_REGION'] ?? settings?.['region'];
  return named !== undefined && REGION.test(named) ? named : 'us-east-1';
}

export const isRegion = (name: string | undefined): name is string => name !== undefined && REGION.test(name);

/** The user's own object store, where it is none of Amazon's. */
export function ownEndpoint(variables: Variables, settings: Settings | undefined): string | undefined {
  const named = variables['MLFLOW_S3_ENDPOINT_URL'] ?? variables['AWS_ENDPOINT_URL_S3'] ?? variables['AWS_ENDPOINT_URL'] ?? settings?.['endpoint_url'];
  return named === undefined || named === '' ? undefined : named.replace(/\/+$/u, '');
}

/** Address under which the objects of a bucket stand, without a slash at the end. The bucket's name comes from a server. */
export function bucketAddress(bucket: string, region: string, endpoint: string | undefined): string {
  if (!BUCKET.test(bucket)) {
    throw invalid('The address of the files names a bucket that cannot be one.');
  }
  if (endpoint !== undefined) {
    return `${endpoint}/${bucket}`;
  }
  const domain = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  // The certificate covers one name before the domain.
  return /^[a-z\d-]+$/u.test(bucket) ? `https://${bucket}.${domain}` : `https://${domain}/${bucket}`;
}
