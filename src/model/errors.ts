/** The few ways in which things fail. `ui/messages.ts` turns a code into a sentence; automation reads `code`. */
export type ErrorCode =
  | 'signInNeeded'
  | 'forbidden'
  | 'notFound'
  | 'alreadyExists'
  | 'invalid'
  | 'offline'
  | 'rateLimited'
  | 'serverFault'
  | 'corrupt'
  | 'unsafePath'
  | 'unsupported'
  | 'noSpace'
  | 'noAccess'
  | 'diskFault';

/** A failure with a code. It survives a worker's and a webview's message channel through `errorData` and `errorFrom`. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';

  constructor(
    readonly code: ErrorCode,
    /** What it happened to, as a noun phrase (`version 1.2.0 of ada/resnet`), or a whole sentence for `invalid` and `unsupported`. */
    readonly details: string,
    cause?: unknown,
  ) {
    super(sentence(code, details), cause === undefined ? undefined : { cause });
  }
}

export interface ErrorData {
  readonly code: ErrorCode;
  readonly details: string;
}

export const signInNeeded = (what: string, cause?: unknown): ArtifactError => new ArtifactError('signInNeeded', what, cause);
export const forbidden = (what: string, cause?: unknown): ArtifactError => new ArtifactError('forbidden', what, cause);
export const notFound = (what: string, cause?: unknown): ArtifactError => new ArtifactError('notFound', what, cause);
export const alreadyExists = (what: string, cause?: unknown): ArtifactError => new ArtifactError('alreadyExists', what, cause);
export const invalid = (why: string, cause?: unknown): ArtifactError => new ArtifactError('invalid', why, cause);
export const offline = (what: string, cause?: unknown): ArtifactError => new ArtifactError('offline', what, cause);
export const rateLimited = (what: string, cause?: unknown): ArtifactError => new ArtifactError('rateLimited', what, cause);
export const serverFault = (what: string, cause?: unknown): ArtifactError => new ArtifactError('serverFault', what, cause);
export const corrupt = (what: string, cause?: unknown): ArtifactError => new ArtifactError('corrupt', what, cause);
export const unsafePath = (path: string, cause?: unknown): ArtifactError => new ArtifactError('unsafePath', path, cause);
export const unsupported = (why: string, cause?: unknown): ArtifactError => new ArtifactError('unsupported', why, cause);
export const noSpace = (where: string, cause?: unknown): ArtifactError => new ArtifactError('noSpace', where, cause);
export const noAccess = (what: string, cause?: unknown): ArtifactError => new ArtifactError('noAccess', what, cause);
export const diskFault = (what: string, cause?: unknown): ArtifactError => new ArtifactError('diskFault', what, cause);

export function isArtifactError(error: unknown, code?: ErrorCode): error is ArtifactError {
  return error instanceof ArtifactError && (code === undefined || error.code === code);
}

/** What the work answers, or nothing where what it is about is missing. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isArtifactError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}

/** Cancelled is not an error: whoever meets it goes home quietly. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** English, for logs and for automation; people read `ui/messages.ts`. */
function sentence(code: ErrorCode, details: string): string {
  switch (code) {
    case 'invalid':
    case 'unsupported':
      return details;
    case 'notFound':
      return `Not found: ${details}`;
    case 'alreadyExists':
      return `Already exists: ${details}`;
    case 'signInNeeded':
      return `Sign-in needed: ${details}`;
    case 'forbidden':
      return `Not allowed: ${details}`;
    case 'offline':
      return `Cannot be reached: ${details}`;
    case 'rateLimited':
      return `Too many requests: ${details}`;
    case 'serverFault':
      return `The server failed: ${details}`;
    case 'corrupt':
      return `Damaged: ${details}`;
    case 'unsafePath':
      return `Unsafe path: ${details}`;
    case 'noSpace':
      return `No space left: ${details}`;
    case 'noAccess':
      return `No access: ${details}`;
    case 'diskFault':
      return `Cannot be read or written: ${details}`;
  }
}
