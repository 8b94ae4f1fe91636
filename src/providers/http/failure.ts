import { type ArtifactError, alreadyExists, corrupt, forbidden, invalid, noSpace, notFound, offline, rateLimited, serverFault, signInNeeded, unsupported } from '../../model/errors';
import type { FailedAnswer } from '../http';

/** A request that failed, and whether the same request may go better. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly reason: ArtifactError,
    /** `now`: the server had closed a connection that was kept open, which says nothing about the server. */
    readonly again: 'never' | 'now' | 'later',
    /** Nobody answers at all: worth a wait within a transfer only. */
    readonly unreachable = false,
    /** Milliseconds that the server asked for. */
    readonly after?: number,
    /** The server says that it did nothing: even what must not happen twice may be sent again. */
    readonly refused = false,
  ) {
    super(reason.message);
  }
}

const PASSING = new Set([408, 429, 502, 503, 504]);

export function failedAnswer(answer: FailedAnswer, own: ArtifactError | undefined): Failure {
  const reason = own ?? byStatus(answer);
  const again = PASSING.has(answer.status) || reason.code === 'rateLimited' ? 'later' : 'never';
  // Comet has a word of its own for it.
  const after = retryAfter(answer.headers['retry-after-custom'] ?? answer.headers['retry-after'], Date.now());
  const refused = reason.code === 'rateLimited' || (answer.status === 503 && after !== undefined);
  return new Failure(reason, again, false, after, refused);
}

function byStatus({ status, what }: FailedAnswer): ArtifactError {
  switch (status) {
    case 401:
      return signInNeeded(what);
    case 403:
      return forbidden(what);
    case 404:
    case 410:
      return notFound(what);
    case 405:
    case 501:
      return unsupported(`The server does not offer this: ${what}.`);
    case 409:
      return alreadyExists(what);
    case 413:
      return invalid(`The server, or a proxy before it, takes no request this large: ${what}.`);
    case 416:
      return corrupt(`${what} ends before the byte that was asked for`);
    case 429:
      return rateLimited(what);
    case 507:
      return noSpace(`the server, for ${what}`);
    default:
      return status >= 500 || status === 408 ? serverFault(`${what} (status ${status})`) : invalid(`The server did not accept the request for ${what} (status ${status}).`);
  }
}

/** Milliseconds from a number of seconds or a date; nothing for what is neither. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (/^\d+$/u.test(value.trim())) {
    return Number(value) * 1000;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_NETWORK']);

/** What broke below the level of answers. `what` names the request, `host` the other side. */
export function brokenConnection(error: unknown, { what, host, reused }: { readonly what: string; readonly host: string; readonly reused: boolean }): Failure {
  const code = codeOf(error);
  const cause = new Error(`${code ?? 'no code'}: ${error instanceof Error ? error.message : String(error)}`);
  if (code !== undefined && UNREACHABLE.has(code)) {
    return new Failure(offline(host, cause), 'later', true);
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Failure(serverFault(`the head of its answer is too long, for ${what}`, cause), 'never');
  }
  if (code?.startsWith('HPE_') === true) {
    return new Failure(serverFault(`its answer is no HTTP, for ${what}`, cause), reused ? 'now' : 'later');
  }
  if (code !== undefined && LOST.has(code)) {
    return new Failure(offline(`the connection to ${host} was lost, for ${what}`, cause), reused ? 'now' : 'later');
  }
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|VERIFY_LEAF|ISSUER|EPROTO/u.test(code)) {
    return new Failure(offline(`no secure connection to ${host} (${code})`, cause), 'never');
  }
  return new Failure(offline(`${host}, for ${what}`, cause), 'later');
}

/** The messages of axios are Node's; its errors hold the headers that were sent, and go no further than here. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && at.code !== 'ERR_BAD_RESPONSE' && at.code !== 'ERR_BAD_REQUEST') {
      return at.code;
    }
  }
  return undefined;
}
