import { AwsV4Signer } from 'aws4fetch';
import type { Headers } from '../http';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end, in milliseconds since 1970; never, unless it is given. */
  readonly expires?: number | undefined;
}

export interface Signable {
  readonly method: string;
  readonly url: string;
  readonly headers?: Headers | undefined;
  readonly service: string;
  readonly region: string;
  /** For tests: the moment of signing, as `20150830T123600Z`. */
  readonly datetime?: string | undefined;
}

/** The headers that make a request of it that AWS, and what speaks like it, believes. The body stays unsigned: it is a stream. */
export async function signed({ method, url, headers = {}, service, region, datetime }: Signable, { accessKeyId, secretAccessKey, sessionToken }: Credentials): Promise<Headers> {
  const signer = new AwsV4Signer({
    method, url, headers: { ...headers }, service, region, accessKeyId, secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(datetime === undefined ? {} : { datetime }),
  });
  return Object.fromEntries((await signer.sign()).headers.entries());
}
