import type { Call } from '../../model/call';
import { corrupt, unlessMissing, serverFault, type ArtifactError } from '../../model/errors';
import type { FailedAnswer, Headers, Http, OpenAnswer, Request, SendAnswer, SendBody } from '../http';
import type { OwnCredentials } from './credentials';
import { bucketAddress, isRegion } from './endpoint';
import { uploadInParts, PARTS_FROM } from './parts';
import { signed } from './signing';
import { element, elements } from './xml';

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** What the store calls its content. */
  readonly tag?: string | undefined;
}

/** An upload in parts that became no object yet. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly id: string;
}

export interface BucketEnvironment {
  readonly http: Http;
  readonly credentials: OwnCredentials;
  readonly bucket: string;
  readonly region: string;
  /** A store that is none of Amazon's. */
  readonly endpoint?: string | undefined;
}

export interface S3Request extends Request {
  readonly retry?: boolean | undefined;
  readonly start?: number | undefined;
}

/** One bucket, spoken to with the user's own credentials. Keys are plain text. */
export class Bucket {
  private region: string;
  private told: string | undefined;

  constructor(private readonly environment: BucketEnvironment) {
    this.region = environment.region;
  }

  async read(key: string, start: number, call?: Call, what = key, query = ''): Promise<OpenAnswer> {
    return this.asked('GET', key, query, (url, headers) => this.environment.http.open(url, { start, headers, call, what, errorOf: this.errorOf }));
  }

  /** Whole, its size compared with what the store says. */
  async write(key: string, body: SendBody, request: Request = {}): Promise<void> {
    const what = request.what ?? key;
    if (body.size >= PARTS_FROM) {
      await uploadInParts(this, key, body, request);
    } else {
      await this.put(key, '', body, request);
    }
    if (await this.size(key, request.call) !== body.size) {
      throw corrupt(`${what} did not arrive whole at the object store`);
    }
  }

  /** Nothing for a missing object. */
  async size(key: string, call?: Call, query = ''): Promise<number | undefined> {
    const asked = this.asked('HEAD', key, query, (url, headers) => this.environment.http.head(url, { headers, call, what: key, patient: true, errorOf: this.errorOf }));
    const answer = await unlessMissing(asked);
    return answer && (answer.size ?? 0);
  }

  async *list(prefix: string, call?: Call): AsyncGenerator<StoredObject, void, undefined> {
    const tokens = new Set<string>();
    for (let token: string | undefined; ;) {
      const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) });
      const xml = await this.asked('GET', '', query.toString().replaceAll('+', '%20'), (url, headers) => this.environment.http.text(url, { headers, call, what: 'the objects of the bucket', errorOf: this.errorOf }));
      for (const content of elements(xml, 'Contents')) {
        const tag = element(content, 'ETag')?.replaceAll('"', '');
        yield { key: keyIn(content, 'Key'), size: Number(element(content, 'Size') ?? 0), ...(tag === undefined ? undefined : { tag }) };
      }
      token = element(xml, 'IsTruncated') === 'true' ? element(xml, 'NextContinuationToken') : undefined;
      if (token === undefined) {
        return;
      }
      if (tokens.has(token)) {
        throw serverFault('the list of the objects of the bucket does not end');
      }
      tokens.add(token);
    }
  }

  /** None from a store that knows no such list and answers with another one. */
  async *unfinished(prefix: string, call?: Call): AsyncGenerator<UnfinishedUpload, void, undefined> {
    const seen = new Set<string>();
    for (let after: Readonly<Record<string, string>> | undefined = {}; after !== undefined && !seen.has(JSON.stringify(after));) {
      seen.add(JSON.stringify(after));
      const query: URLSearchParams = new URLSearchParams({ 'encoding-type': 'url', ...after, prefix, uploads: '' });
      const xml: string = await this.asked('GET', '', query.toString().replaceAll('+', '%20'), (url, headers) => this.environment.http.text(url, { headers, call, what: 'the unfinished uploads of the bucket', errorOf: this.errorOf }));
      for (const upload of elements(xml, 'Upload')) {
        yield { key: keyIn(upload, 'Key'), id: element(upload, 'UploadId') ?? '' };
      }
      after = element(xml, 'IsTruncated') === 'true' ? { 'key-marker': keyIn(xml, 'NextKeyMarker'), 'upload-id-marker': element(xml, 'NextUploadIdMarker') ?? '' } : undefined;
    }
  }

  /** One that is gone already is fine. */
  async giveUp({ key, id }: UnfinishedUpload, call?: Call): Promise<void> {
    await unlessMissing(this.delete(key, `uploadId=${encodeURIComponent(id)}`, { call, what: key }));
  }

  /** A missing object is fine. */
  async remove(key: string, call?: Call): Promise<void> {
    await this.delete(key, '', { call, what: key });
  }

  async put(key: string, query: string, body: SendBody, request: S3Request): Promise<SendAnswer> {
    return this.asked('PUT', key, query, (url, headers) => this.environment.http.send('PUT', url, body, { ...request, headers, errorOf: this.errorOf }));
  }

  async post(key: string, query: string, text: string, request: S3Request): Promise<string> {
    const bytes = Buffer.from(text);
    const body: SendBody = { size: bytes.length, async *open(start = 0) { yield bytes.subarray(start); } };
    const answer = await this.asked('POST', key, query, (url, headers) => this.environment.http.send('POST', url, body, {
      // These bytes are nobody's progress.
      ...request, call: { signal: request.call?.signal }, headers, errorOf: this.errorOf,
    }));
    // It may find out that it cannot after it has begun to answer that it can.
    if (/<Error[\s>]/u.test(answer.body)) {
      throw serverFault(`the object store says ${element(answer.body, 'Code') ?? 'no'}, for ${request.what ?? key}`);
    }
    return answer.body;
  }

  async delete(key: string, query: string, request: S3Request): Promise<void> {
    await this.asked('DELETE', key, query, (url, headers) => this.environment.http.json('DELETE', url, { ...request, headers, errorOf: this.errorOf }));
  }

  /** Signs, asks, and asks once more in the region that the store names. */
  private async asked<T>(method: string, key: string, query: string, ask: (url: string, headers: Headers) => Promise<T>): Promise<T> {
    for (let again = true; ; again = false) {
      const { credentials, bucket, endpoint } = this.environment;
      const own = await credentials.get();
      if (own === undefined) {
        throw serverFault('there are no credentials for the object store any more');
      }
      const path = key.split('/').map(encodeURIComponent).join('/');
      const url = `${bucketAddress(bucket, this.region, endpoint)}/${path}${query === '' ? '' : `?${query}`}`;
      try {
        return await ask(url, await signed({ method, url, service: 's3', region: this.region }, own));
      } catch (error) {
        const { told } = this;
        if (!again || told === undefined || told === this.region) {
          throw error;
        }
        this.region = told;
      }
    }
  }

  private readonly errorOf = ({ headers, body }: FailedAnswer): ArtifactError | undefined => {
    const named = headers['x-amz-bucket-region'] ?? element(body, 'Region');
    this.told = isRegion(named) ? named : undefined;
    return undefined;
  };
}

/** A key as a list with `encoding-type=url` tells it. */
const keyIn = (xml: string, name: string): string => decodeURIComponent((element(xml, name) ?? '').replaceAll('+', '%20'));
