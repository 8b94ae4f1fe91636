import * as os from 'node:os';

/** Who works on this machine. */
export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'me';
  }
}
