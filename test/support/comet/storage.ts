import type * as http from 'node:http';
import { deliver, replyOf } from './delivery';
import type { BlobWriter } from './blobs';
import type { Mishaps } from './mishaps';
import type { Quirks } from './quirks';
import type { Records } from './records';
import { BUCKET, findAsset, signatureOf } from './routes/assets';

export interface StoragePlace {
  readonly records: Records;
  readonly quirks: () => Quirks;
  readonly mishaps: Mishaps;
  readonly apiKey: string;
  readonly note: (what: string) => void;
  readonly saw: (route: string, path: string, status: number) => void;
  readonly newBlob: () => BlobWriter;
}

/** Headers that no other server may get to see. */
const OURS = /^(authorization|cookie|comet-.*|x-comet-.*)$/u;

/** The object storage: it knows signed addresses and no keys. */
export async function serveStorage(request: http.IncomingMessage, response: http.ServerResponse, place: StoragePlace): Promise<void> {
  const { method = '', url = '' } = request;
  const address = new URL(url, 'http://storage');
  const name = address.pathname.slice(BUCKET.length);
  const route = `${method} storage`;
  for (const header of Object.keys(request.headers).filter((each) => OURS.test(each))) {
    place.note(`the header ${header} came to the object storage`);
  }
  if (`${url}\n${request.rawHeaders.join('\n')}`.includes(place.apiKey)) {
    place.note('the key came to the object storage');
  }
  const mishap = place.mishaps.take(route);
  const end = (status: number, headers: http.OutgoingHttpHeaders = {}, body = ''): void => {
    place.saw(route, address.pathname, status);
    response.writeHead(status, headers).end(body);
  };
  if (mishap?.kind === 'answer') {
    request.resume();
    end(mishap.status, mishap.headers, mishap.body);
    return;
  }
  if (!address.pathname.startsWith(BUCKET) || address.searchParams.get('X-Amz-Signature') !== signatureOf(name)) {
    place.note(`${method} ${address.pathname} at the object storage without a right signature`);
    request.resume();
    end(403);
    return;
  }
  if (method === 'PUT') {
    const [id = '', part] = name.split('/');
    const upload = place.records.directUploads.get(id);
    const writer = place.newBlob();
    for await (const chunk of request) {
      await writer.write(chunk as Buffer);
    }
    const blob = await writer.end();
    upload?.parts.set(Number(part), blob);
    end(upload === undefined ? 404 : 200, { etag: `"${blob.sha256}"` });
    return;
  }
  const blob = findAsset(place.records, name)?.blob;
  if (method !== 'GET' || blob === undefined) {
    end(404);
    return;
  }
  const reply = replyOf({ kind: 'bytes', blob }, place.quirks(), request.headers.range);
  place.saw(route, address.pathname, reply.status);
  await deliver(response, reply, mishap);
}
