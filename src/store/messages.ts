import type { Progress } from '../model/call';
import { ArtifactError, type ErrorCode } from '../model/errors';

/*
 * What the main thread and a worker say to each other. A call has one answer; a stream gives a chunk each time it is asked, so that
 * nobody is sent more than he takes.
 */

export type Request =
  | { readonly kind: 'call' | 'open'; readonly id: number; readonly name: string; readonly input: unknown; readonly cancel: SharedArrayBuffer | undefined }
  | { readonly kind: 'next' | 'close'; readonly id: number };

export type Reply =
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure };

/** States of a call's cancel flag. Whoever moves it away from `Running` first decides. */
export const RUNNING = 0;
export const CANCELLED = 1;
/** Too late to cancel: the caller gets the result. */
export const SETTLED = 2;

export interface Failure {
  readonly code: ErrorCode;
  readonly details: string;
  /** For the log. */
  readonly cause?: string;
}

export function failureOf(error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? { cause: error.cause.message } : undefined;
  if (error instanceof ArtifactError) {
    return { code: error.code, details: error.details, ...cause };
  }
  // Nothing that the code foresaw.
  return error instanceof Error ? { code: 'noAccess', details: `the store (${error.message})`, cause: error.stack ?? error.message } : { code: 'noAccess', details: `the store (${String(error)})` };
}

export function errorOf({ code, details, cause }: Failure): ArtifactError {
  return new ArtifactError(code, details, cause === undefined ? undefined : new Error(cause));
}
