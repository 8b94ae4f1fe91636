import childProcess from 'node:child_process';
import fs from 'node:fs';

export type SystemCall = (...args: any[]) => unknown;

/** Reads only, or changes nothing that a power cut could take back. */
export const HARMLESS = /^(?:exists|stat|lstat|fstat|statfs|read|readv|readFile|readdir|opendir|realpath|readlink|access|close|chmod|fchmod|utimes|futimes|lutimes)Sync$/;

/**
 * Runs `work` while `around` stands in the place of every synchronous call of `fs` and of starting programs. What a call does inside
 * of itself is its own.
 */
export function standingIn<T>(around: (name: string, args: any[], original: SystemCall) => unknown, work: () => T): T {
  const modules = [fs, childProcess] as unknown as Record<string, SystemCall>[];
  const originals = modules.map((module) => Object.entries(module).filter(([name]) => name.endsWith('Sync')));
  let inside = false;
  const standIn = (name: string, original: SystemCall): SystemCall => (...args) => {
    if (inside) {
      return original(...args);
    }
    inside = true;
    try {
      return around(name, args, original);
    } finally {
      inside = false;
    }
  };
  modules.forEach((module, index) => originals[index]!.forEach(([name, original]) => {
    module[name] = standIn(name, original);
  }));
  try {
    return work();
  } finally {
    modules.forEach((module, index) => Object.assign(module, Object.fromEntries(originals[index]!)));
  }
}
