import fs from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import * as path from 'node:path';
import { unsafePath } from '../model/errors';
import { fileError } from './fileErrors';

/** A file of this machine that somebody chose, alone or with a folder that it is in. */
export interface ChosenFile {
  /** Absolute. */
  readonly file: string;
  /** What `chosenPlace` said of what was chosen; without it the file is read wherever it leads. */
  readonly within?: string | undefined;
}

interface Held {
  readonly folder: string;
  readonly within: string;
  /** A path that leads to the folder; absent where the folder is not within. */
  readonly place?: string | undefined;
  readonly descriptor?: number | undefined;
}

const { O_RDONLY, O_DIRECTORY } = fs.constants;
// Windows has neither. Opening a pipe would wait for its other end.
const { O_NONBLOCK = 0, O_NOFOLLOW } = fs.constants as Partial<typeof fs.constants>;
/** Opens a folder on Linux that may be written to, but perhaps not listed; Node has no name for it. */
export const O_PATH = 0o10_000_000;
const DESCRIPTORS = '/proc/self/fd';

/**
 * Opens files of this machine for reading, and nothing that lies outside of what was chosen, whatever link somebody put in the way since. On Linux
 * the folder of the last file is held, and the next ones are found through it; elsewhere a folder is looked at when its first file is opened.
 */
export class ChosenFiles {
  private held: Held | undefined;

  constructor(private readonly platform: NodeJS.Platform = process.platform) {}

  /** A descriptor of what may be no file at all. Throws `unsafePath` where it lies outside. */
  open({ file, within }: ChosenFile): number {
    return within === undefined ? fs.openSync(file, O_RDONLY | O_NONBLOCK) : this.inFolder(file, within) ?? openWithin(file, within, this.platform);
  }

  /** Lets go of the folder. */
  rest(): void {
    if (this.held?.descriptor !== undefined) {
      fs.closeSync(this.held.descriptor);
    }
    this.held = undefined;
  }

  /** Nothing for a link, which may be one to a place within, and where it fails: that is met again, and told, by the file's own path. */
  private inFolder(file: string, within: string): number | undefined {
    const folder = path.dirname(file);
    if (this.held?.folder !== folder || this.held.within !== within) {
      this.rest();
      this.held = held(folder, within, this.platform);
    }
    const { place } = this.held;
    if (place === undefined || (O_NOFOLLOW === undefined && fs.lstatSync(file).isSymbolicLink())) {
      return undefined;
    }
    try {
      return fs.openSync(place + file.slice(file.lastIndexOf(path.sep)), O_RDONLY | O_NONBLOCK | (O_NOFOLLOW ?? 0));
    } catch {
      return undefined;
    }
  }
}

/** As `ChosenFiles.open`, for who blocks nobody and opens few. */
export async function openChosen({ file, within }: ChosenFile): Promise<FileHandle> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw fileError(error, file);
  });
  try {
    if (within !== undefined) {
      checkWithin(handle.fd, file, within, process.platform);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw fileError(error, file);
  }
}

/** Where what somebody chose really is, links that lead to it followed. Throws what the system says. */
export function chosenPlace(target: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'linux') {
    const descriptor = fs.openSync(target, O_PATH);
    try {
      const place = placeOfOpen(descriptor);
      if (place !== undefined) {
        return place;
      }
    } finally {
      fs.closeSync(descriptor);
    }
  }
  return fs.realpathSync(target);
}

/** Throws `unsafePath` where the file that was opened as `file` lies outside. */
function checkWithin(descriptor: number, file: string, within: string, platform: NodeJS.Platform): void {
  const place = (platform === 'linux' ? placeOfOpen(descriptor) : undefined) ?? placeOf(descriptor, file);
  // Linux says so of a file in whose place there is another by now.
  if (place === undefined || !(isWithin(place, within) || place === `${within} (deleted)`)) {
    throw unsafePath(`${file}, as a link that took its place or that of a folder above it leads out of what was chosen`);
  }
}

/** A path to an open file that leads nowhere else, where there are such. */
export const throughDescriptor = (descriptor: number): string | undefined => (placeOfOpen(descriptor) === undefined ? undefined : `${DESCRIPTORS}/${descriptor}`);

function openWithin(file: string, within: string, platform: NodeJS.Platform): number {
  const descriptor = fs.openSync(file, O_RDONLY | O_NONBLOCK);
  try {
    checkWithin(descriptor, file, within, platform);
    return descriptor;
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

function held(folder: string, within: string, platform: NodeJS.Platform): Held {
  try {
    if (platform !== 'linux') {
      return { folder, within, place: isWithin(fs.realpathSync(folder), within) ? folder : undefined };
    }
    const descriptor = fs.openSync(folder, O_PATH | O_DIRECTORY);
    const place = placeOfOpen(descriptor);
    if (place !== undefined && isWithin(place, within)) {
      return { folder, within, place: `${DESCRIPTORS}/${descriptor}`, descriptor };
    }
    fs.closeSync(descriptor);
  } catch {
    // The file's own path says what is wrong.
  }
  return { folder, within };
}

/** The system's own word: a link that is put somewhere now does not change it. */
function placeOfOpen(descriptor: number): string | undefined {
  try {
    return fs.readlinkSync(`${DESCRIPTORS}/${descriptor}`);
  } catch {
    // Nobody has mounted /proc.
    return undefined;
  }
}

/** Where `file` leads to now, if that is what is open. */
function placeOf(descriptor: number, file: string): string | undefined {
  const real = fs.realpathSync(file);
  const [found, opened] = [fs.lstatSync(real), fs.fstatSync(descriptor)];
  return found.dev === opened.dev && found.ino === opened.ino ? real : undefined;
}

const isWithin = (place: string, within: string): boolean => place === within || place.startsWith(within.endsWith(path.sep) ? within : within + path.sep);
