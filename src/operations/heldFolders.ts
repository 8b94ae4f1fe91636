import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { ArtifactError } from '../model/errors';
import { O_PATH } from '../store/chosenFiles';
import { fileError } from '../store/fileErrors';

/** A folder in which files are written. */
export interface HeldFolder {
  /** Where it really was when it was opened. */
  readonly real: string;
  /** A path that leads to it: where it `isHeld`, for every thread of this process, and whatever stands under its name by now. */
  readonly place: string;
  readonly isHeld: boolean;
}

interface Holding {
  readonly opened: Promise<HeldFolder & { readonly handle?: FileHandle }>;
  users: number;
}

const MOST = 64;

/**
 * Folders that are kept open while files are written to them; up to `MOST`, those too that nobody needs at the moment. Only Linux has paths that
 * lead through an open folder: elsewhere its own path stands for it.
 */
export class HeldFolders {
  private readonly holdings = new Map<string, Holding>();
  private readonly lost = new Set<string>();

  constructor(private readonly platform: NodeJS.Platform) {}

  /** Whoever takes a folder gives it back. Rejects, in our words, when it cannot be opened. */
  async take(folder: string): Promise<HeldFolder> {
    const holding = this.holdings.get(folder) ?? { opened: openFolder(folder, this.platform), users: 0 };
    holding.users++;
    // The last used stands last.
    this.holdings.delete(folder);
    this.holdings.set(folder, holding);
    try {
      const held = await holding.opened;
      await this.let(this.idle());
      return held;
    } catch (error) {
      if (this.holdings.get(folder) === holding) {
        this.holdings.delete(folder);
      }
      throw fileError(error, folder);
    }
  }

  give(folder: string): void {
    const holding = this.holdings.get(folder);
    if (holding !== undefined) {
      holding.users--;
    }
  }

  /** Closes all, and answers those that were held and to which their paths did not lead any more in the end. */
  async close(): Promise<string[]> {
    await this.let([...this.holdings]);
    return [...this.lost];
  }

  private idle(): (readonly [string, Holding])[] {
    const surplus = this.holdings.size - MOST;
    return surplus > 0 ? [...this.holdings].filter(([, { users }]) => users === 0).slice(0, surplus) : [];
  }

  private async let(holdings: readonly (readonly [string, Holding])[]): Promise<void> {
    for (const [folder] of holdings) {
      this.holdings.delete(folder);
    }
    await Promise.all(holdings.map(async ([folder, { opened }]) => {
      const { handle } = await opened;
      if (handle === undefined) {
        return;
      }
      try {
        if (!await leadsTo(folder, handle)) {
          this.lost.add(folder);
        }
      } finally {
        await handle.close();
      }
    }));
  }
}

async function openFolder(folder: string, platform: NodeJS.Platform): Promise<HeldFolder & { readonly handle?: FileHandle }> {
  if (platform === 'linux') {
    const handle = await open(folder, O_PATH | constants.O_DIRECTORY);
    // Shorter for each file than by way of /proc/self, which is a link.
    const self = await readlink('/proc/self').catch(() => undefined);
    const place = `/proc/${self}/fd/${handle.fd}`;
    const real = await readlink(place).catch(() => undefined);
    if (self !== undefined && real !== undefined) {
      return { real, place, isHeld: true, handle };
    }
    // Nobody has mounted /proc.
    await handle.close();
  }
  return { real: await realpath(folder), place: folder, isHeld: false };
}

async function leadsTo(folder: string, handle: FileHandle): Promise<boolean> {
  const held = await handle.stat({ bigint: true });
  const found = await stat(folder, { bigint: true }).catch(() => undefined);
  return found?.dev === held.dev && found.ino === held.ino;
}

/** The same error, with the folders' own paths in the place of those that lead through them. */
export function inOwnPaths(error: unknown, folders: ReadonlyMap<string, HeldFolder>): unknown {
  const own = (text: string): string =>
    [...folders].reduce((named, [folder, { place, isHeld }]) => (isHeld ? named.replaceAll(`${place}/`, () => `${folder}/`) : named), text);
  if (error instanceof ArtifactError) {
    const [details, cause] = [own(error.details), inOwnPaths(error.cause, folders)];
    return details === error.details && cause === error.cause ? error : new ArtifactError(error.code, details, cause);
  }
  if (error instanceof Error && 'syscall' in error && own(error.message) !== error.message) {
    const facts = Object.entries(error).map(([key, value]: [string, unknown]) => [key, typeof value === 'string' ? own(value) : value]);
    return Object.assign(new Error(own(error.message)), Object.fromEntries(facts));
  }
  return error;
}
