import type { Call } from '../../../model/call';
import { isArtifactError } from '../../../model/errors';
import type { Headers, OpenAnswer } from '../../http';
import type { RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';
import { textsOf } from './multipart';
import { encoded } from './roots';

/** Seconds for which an address to send to is good. */
const GOOD_FOR_S = 900;

interface Signed {
  readonly url: string;
  readonly headers: Headers;
}

/** From the object store itself; nothing where the server gives no address, or the store cannot be reached from here. */
export async function openPresigned(ground: Ground, path: string, start: number, call?: Call): Promise<OpenAnswer | undefined> {
  const { http, offers } = ground;
  try {
    const signed = signedAddress(await http.json('GET', `/api/2.0/mlflow-artifacts/presigned/${encoded(path)}`, { headers: ground.headers(), call, patient: true, what: path }), 'url');
    const answer = signed === undefined ? undefined : await http.open(signed.url, { start, headers: signed.headers, call, what: path, patient: offers.presignedOnly });
    if (answer !== undefined) {
      return answer;
    }
  } catch (error) {
    if (offers.presignedOnly || !isNoWay(error)) {
      throw error;
    }
    ground.log.info(`the object store is not used directly for reading: ${(error as Error).message}`);
  }
  offers.presignedReads = 'no';
  return undefined;
}

/** Straight to the object store of a root that the server does not proxy; false where it gives no address. */
export async function sendPresigned(ground: Ground, { kind, id }: RootOwner, path: string, source: FileSource, onRetry: () => void, call?: Call): Promise<boolean> {
  try {
    const body = { ...(kind === 'run' ? { run_id: id } : { model_id: id }), path, expiration: GOOD_FOR_S };
    const signed = signedAddress(await ground.http.json('POST', '/api/2.0/mlflow/artifacts/presigned-upload-url', { body, headers: ground.headers(), call, patient: true, what: path }), 'presigned_url');
    if (signed === undefined) {
      return false;
    }
    await ground.http.send('PUT', signed.url, source, { headers: signed.headers, call, what: path, onRetry });
    return true;
  } catch (error) {
    if (isNoWay(error)) {
      ground.log.info(`the object store is not used directly for writing: ${(error as Error).message}`);
      return false;
    }
    throw error;
  }
}

/** For reading from a root that the server does not proxy. */
export async function openPresignedForRun(ground: Ground, run: string, path: string, start: number, call?: Call): Promise<OpenAnswer | undefined> {
  try {
    const answer = await ground.http.json('POST', '/api/2.0/mlflow/artifacts/presigned-download-url', { body: { run_id: run, path }, headers: ground.headers(), call, patient: true, what: path });
    const signed = signedAddress(answer, 'presigned_url');
    return signed === undefined ? undefined : await ground.http.open(signed.url, { start, headers: signed.headers, call, what: path, patient: false });
  } catch (error) {
    if (isNoWay(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The server does not do this, or where it points to cannot be reached: another way may do. */
const isNoWay = (error: unknown): boolean => (['unsupported', 'notFound', 'invalid', 'offline', 'forbidden', 'serverFault'] as const).some((code) => isArtifactError(error, code));

function signedAddress(answer: unknown, field: string): Signed | undefined {
  const { [field]: url, headers } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  if (typeof url !== 'string') {
    return undefined;
  }
  return { url, headers: textsOf(headers) };
}
