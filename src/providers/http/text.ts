import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isArtifactError, serverFault } from '../../model/errors';
import type { Answer } from './attempt';

const unzipped = promisify(gunzip);

/** A whole body as text. What is longer than `limit` bytes is cut there, or refused. */
export async function textOf(answer: Answer, limit: number, what: string, excess: 'refuse' | 'cut' = 'refuse'): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) {
      if (excess === 'refuse') {
        throw serverFault(`its answer is too long, for ${what}`, new RangeError(`more than ${limit} bytes`));
      }
      break;
    }
  }
  const bytes = Buffer.concat(chunks).subarray(0, limit);
  // We ask for none, yet some proxies compress all the same.
  if (answer.headers['content-encoding'] === 'gzip') {
    return (await unzipped(bytes, { maxOutputLength: limit }).catch((error: unknown) => {
      throw serverFault(`its answer is not what its head says, for ${what}`, error);
    })).toString('utf8');
  }
  return bytes.toString('utf8');
}

/** Whether an answer was refused for its length, which unzipping reports in the same way: asking for less may help. */
export const isTooLong = (error: unknown): boolean => isArtifactError(error, 'serverFault') && error.cause instanceof RangeError;

/** `{}` for an empty body. */
export function parsed(text: string, what: string): unknown {
  if (text.trim() === '') {
    return {};
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw serverFault(`its answer is no JSON, for ${what}`, new Error(error instanceof Error ? error.name : 'not JSON'));
  }
}
