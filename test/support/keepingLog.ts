import type { Log } from '../../src/model/call';

/** A log that keeps its lines. */
export function keepingLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (message: string): void => { lines.push(message); };
  return { lines, debug: keep, info: keep, warn: keep, error: (message, cause) => keep(cause instanceof Error ? `${message} ${cause.message}` : message) };
}
