import type { Call } from '../../../model/call';
import { isArtifactError } from '../../../model/errors';
import type { Headers, OpenAnswer, SendBody } from '../../http';
import type { RootOwner } from './artifactFiles';
import type { Ground } from './ground';
import { textsOf } from './multipart';
import { encoded } from './roots';

/** Seconds for which an address to send to is good. */
const GOOD_FOR_S = 900;

interface Signed {
  readonly url: string;
  readonly headers: Headers;
}

/** From the object store behind the server; nothing where the server gives no address, or the store cannot be reached from here. */
export async function openPresigned(ground: Ground, path: string, start: number, call?: Call): Promise<OpenAnswer | undefined> {
  const { http, offers } = ground;
  const signed = await signedOf(ground, 'url', path, http.json('GET', `/api/2.0/mlflow-artifacts/presigned/${encoded(path)}`, { headers: ground.headers(), call, patient: true, what: path }));
  if (signed === undefined) {
    // One question is enough to a server that has not said that it gives any.
    offers.presignedReads = offers.presignedReads === 'perhaps' ? 'no' : offers.presignedReads;
    return undefined;
  }
  try {
    return await http.open(signed.url, { start, headers: signed.headers, signed: true, call, what: path, patient: offers.presignedOnly });
  } catch (error) {
    if (offers.presignedOnly || !isOutOfReach(error)) {
      throw error;
    }
    ground.log.info(`the object store is not used directly for reading: ${error.message}`);
    offers.presignedReads = 'no';
    return undefined;
  }
}

/** Straight to the object store of a root that the server does not proxy; false where that is no way. */
export async function sendPresigned(ground: Ground, { kind, id }: RootOwner, path: string, source: SendBody, onRetry: (refused: boolean) => void, call?: Call): Promise<boolean> {
  const body = { ...(kind === 'run' ? { run_id: id } : { model_id: id }), path, expiration: GOOD_FOR_S };
  const signed = await signedOf(ground, 'presigned_url', path, ground.http.json('POST', '/api/2.0/mlflow/artifacts/presigned-upload-url', { body, headers: ground.headers(), call, patient: true, what: path }));
  if (signed === undefined) {
    return false;
  }
  try {
    await ground.http.send('PUT', signed.url, source, { headers: signed.headers, signed: true, call, what: path, onRetry });
    return true;
  } catch (error) {
    if (!isOutOfReach(error)) {
      throw error;
    }
    ground.log.info(`the object store is not used directly for writing: ${error.message}`);
    return false;
  }
}

/** For reading from a root that the server does not proxy. */
export async function openPresignedForRun(ground: Ground, run: string, path: string, start: number, call?: Call): Promise<OpenAnswer | undefined> {
  const signed = await signedOf(ground, 'presigned_url', path, ground.http.json('POST', '/api/2.0/mlflow/artifacts/presigned-download-url', {
    body: { run_id: run, path }, headers: ground.headers(), call, patient: true, what: path,
  }));
  try {
    return signed && await ground.http.open(signed.url, { start, headers: signed.headers, signed: true, call, what: path, patient: false });
  } catch (error) {
    if (!isOutOfReach(error)) {
      throw error;
    }
    ground.log.info(`the object store is not used directly for reading: ${error.message}`);
    return undefined;
  }
}

/** The store is where only the server gets to, or does not know the server's signature. */
const isOutOfReach = (error: unknown): error is Error => isArtifactError(error, 'offline') || isArtifactError(error, 'forbidden');

/** Nothing where the server does not give addresses for this. */
async function signedOf(ground: Ground, field: string, path: string, asking: Promise<unknown>): Promise<Signed | undefined> {
  try {
    const { [field]: url, headers } = (await asking ?? {}) as Readonly<Record<string, unknown>>;
    return typeof url === 'string' ? { url, headers: textsOf(headers) } : undefined;
  } catch (error) {
    if (ground.offers.presignedOnly || !(['unsupported', 'notFound', 'invalid', 'forbidden', 'serverFault'] as const).some((code) => isArtifactError(error, code))) {
      throw error;
    }
    ground.log.debug(`no address of the object store for ${path}`);
    return undefined;
  }
}
