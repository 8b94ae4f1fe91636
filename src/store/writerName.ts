import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import * as os from 'node:os';

/** Names a new file that only its maker will write: host, process, and enough chance for the threads of a process. */
export function writerName(): string {
  return `${plainHost()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/**
 * Says which processes can be asked whether another one lives: those of the same machine that see the same process numbers.
 * Containers may share a host name and a folder, not their numbers.
 */
export function processSpace(): string {
  return `${plainHost()}/${pidNamespace()}`;
}

const plainHost = (): string => os.hostname().toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40) || 'host';

function pidNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
