import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import * as os from 'node:os';
import { isArtifactError } from '../model/errors';
import { errorCode } from './fileErrors';
import { readSmallFile } from './smallFile';

/** Bytes of a file that says who made something. */
const MOST_MAKER = 64 * 1024;

/** Names a new file that only its maker will write: host, process, and enough chance for the threads of a process. */
export function writerName(): string {
  return `${plainHost()}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/**
 * Says which processes can be asked whether another one lives: those of the same machine, since it started, that see the same process
 * numbers. Containers may share a host name and a folder, not their numbers; machines may share a host name and a disk.
 */
function processSpace(): string {
  return `${plainHost()}/${machine()}/${pidNamespace()}`;
}

/** What no other machine has; on Linux, neither this one after it is started again. */
function machine(): string {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // The folder that each user of Windows and macOS has for himself: no two are made in one nanosecond.
    const folder = fs.statSync(os.tmpdir(), { bigint: true, throwIfNoEntry: false });
    return folder === undefined ? '' : `${folder.ino}-${folder.birthtimeNs}`;
  }
}

const plainHost = (): string => os.hostname().toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40) || 'host';

function pidNamespace(): string {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Who made something, so that others can tell whether he still lives. */
export interface Maker {
  readonly space: string;
  readonly pid: number;
  /** Tells two holders of one process apart. */
  readonly token?: string;
}

export const thisMaker = (): Maker => ({ space: processSpace(), pid: process.pid });

/** Whether a process runs; nothing when it cannot be asked from here. */
export function isRunning({ space, pid }: Maker): boolean | undefined {
  if (space !== processSpace()) {
    return undefined;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may belong to someone else.
    return errorCode(error) === 'EPERM';
  }
}

/** What `thisMaker` said in a file of JSON, nothing while it is not whole or not there. */
export function readMaker(file: string): Maker | undefined {
  try {
    const value: unknown = JSON.parse(readSmallFile(file, MOST_MAKER)?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && 'pid' in value && 'space' in value ? (value as Maker) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isArtifactError(error, 'corrupt')) {
      return undefined;
    }
    throw error;
  }
}
