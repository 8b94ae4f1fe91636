import * as path from 'node:path';
import { standingIn, type SystemCall } from './standIn';

/** Calls of the system that may be refused. */
const ACTS = /^(?:open|write|writeFile|appendFile|readFile|fsync|fdatasync|mkdir|rename|link|copyFile|readdir|read|statfs)Sync$/;

/** A failed call as Node tells it. */
export const failure = (code: string, name: string, file: unknown): Error =>
  Object.assign(new Error(`${code}: ${name}`), { code, syscall: name.replace('Sync', ''), ...(typeof file === 'string' ? { path: file } : undefined) });

export interface Refusal {
  /** Function of `fs` and the file. */
  readonly call: string;
  /** How often the same functions came to it before it was told that it failed. */
  readonly tries: number;
  readonly error: unknown;
}

/**
 * Refuses the n-th call of `work` and, for good, the same call on the same file; what tidies up after a failure, `tidy`, meets the same.
 * Nothing where `work` has fewer calls, which is then done.
 */
export function refusingFrom(n: number, code: string, work: () => void, tidy: () => void = () => {}): Refusal | undefined {
  const opened = new Map<number, string>();
  let calls = 0;
  let refused: string | undefined;
  const tries = new Map<string, number>();
  let isTold = false;
  let error: unknown;
  const around = (name: string, args: any[], original: SystemCall): unknown => {
    if (!ACTS.test(name)) {
      return original(...args);
    }
    const [on] = args as readonly unknown[];
    const file = typeof on === 'number' ? opened.get(on) : String(on);
    const call = `${name} ${file ?? String(on)}`;
    if (refused === undefined && ++calls === n) {
      refused = call;
    }
    if (call === refused) {
      const from = comingFrom();
      tries.set(from, (tries.get(from) ?? 0) + (isTold ? 0 : 1));
      throw failure(code, name, on);
    }
    const result = original(...args);
    if (name === 'openSync') {
      opened.set(result as number, path.normalize(String(on)));
    }
    return result;
  };
  standingIn(around, () => {
    try {
      work();
    } catch (thrown) {
      error = thrown;
    }
    isTold = true;
    tidy();
  });
  return refused === undefined ? undefined : { call: refused, tries: Math.max(...tries.values()), error };
}

/** The functions that are at work, whatever their lines. */
const comingFrom = (): string => new Error().stack?.replaceAll(/\(.*\)|:\d+/gu, '') ?? '';
