import pLimit from 'p-limit';
import { serverFault } from '../../model/errors';
import type { Request, SendBody } from '../http';
import { slice } from '../slice';
import type { Bucket } from './bucket';
import { element, escaped } from './xml';

/** Larger objects go up in parts. Bytes. */
export const PARTS_FROM = 64 * 1024 * 1024;
const PART = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;
const SIDE_BY_SIDE = 4;

/** All parts, then the object; of an upload that fails nothing stays. */
export async function uploadInParts(bucket: Bucket, key: string, source: SendBody, { call, what = key, ...rest }: Request): Promise<void> {
  const size = Math.max(PART, Math.ceil(source.size / MOST_PARTS));
  const id = element(await bucket.post(key, 'uploads=', '', { ...rest, call, what }), 'UploadId');
  if (id === undefined) {
    throw serverFault(`the object store does not say where the parts of ${what} go`);
  }
  const upload = `uploadId=${encodeURIComponent(id)}`;
  const inner = new AbortController();
  const signal = AbortSignal.any([inner.signal, ...(call?.signal === undefined ? [] : [call.signal])]);
  const sent: number[] = [];
  const sendPart = async (index: number): Promise<string> => {
    const start = index * size;
    const length = Math.min(size, source.size - start);
    const { headers } = await bucket.put(key, `partNumber=${index + 1}&${upload}`, { size: length, open: (from = 0) => slice(source, start + from, length - from) }, {
      ...rest,
      what,
      call: {
        signal,
        onProgress: ({ bytes }) => {
          sent[index] = bytes;
          call?.onProgress?.({ bytes: sent.reduce((sum, one) => sum + one, 0), totalBytes: source.size });
        },
      },
    });
    return headers['etag'] ?? '';
  };
  try {
    const limit = pLimit(SIDE_BY_SIDE);
    const tags = await Promise.all(Array.from({ length: Math.ceil(source.size / size) }, (_, index) => limit(() => sendPart(index))));
    const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`);
    await bucket.post(key, upload, `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`, { ...rest, call, what, retry: false });
  } catch (error) {
    inner.abort(error);
    const aborted = bucket.delete(key, upload, { what }).catch(() => {
      // Buckets have a rule that clears what nobody finishes.
    });
    call?.signal?.throwIfAborted();
    // A lost answer to the last step may have been a yes.
    await aborted;
    if (await bucket.size(key) !== source.size) {
      throw error;
    }
  }
}
