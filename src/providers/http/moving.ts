import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { type Agents, ownHeaders, transport } from './agents';
import { answered, type Exchange, type WireAnswer } from './wire';

/** Bytes of files go over Node's own requests: axios takes as long again as one of them, and there are thousands. */
export function moveOver(agents: Agents): Exchange {
  return async ({ method, url, headers, body, alone, onRequest }) => new Promise<WireAnswer>((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const pair = alone ? agents.alone : agents.kept;
    const onAnswer = (answer: IncomingMessage): void => resolve(answered(answer.statusCode ?? 0, answer.headers, answer));
    const request = transport(isSecure, onRequest).request({
      ...urlToHttpOptions(url), method, agent: isSecure ? pair.https : pair.http, headers: { ...ownHeaders(alone), ...headers },
    }, onAnswer);
    request.on('error', reject);
    if (body instanceof Readable) {
      body.on('error', (error) => request.destroy(error));
      body.pipe(request);
    } else {
      request.end(body);
    }
  });
}
