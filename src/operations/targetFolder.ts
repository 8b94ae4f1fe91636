import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { noAccess, noSpace, unsafePath } from '../model/errors';

/** What stands at a path of the target folder. `blocked`: one of its parents is a file. */
export type Occupant = { readonly kind: 'nothing' | 'folder' | 'blocked' | 'other' } | { readonly kind: 'file'; readonly size: number; readonly names: number };

/**
 * The folder that a download goes to. Nothing is ever written outside of it: a link among the parents of a file is followed only
 * when it leads to a place inside.
 */
export class TargetFolder {
  private readonly seen = new Map<string, 'folder' | 'nothing' | 'blocked'>();
  private readonly made: string[] = [];
  private root: string | undefined;

  constructor(readonly path: string) {}

  /** The absolute path of a logical path that has been through the gate. */
  file(logical: string): string {
    return path.join(this.path, ...logical.split('/'));
  }

  async occupant(logical: string): Promise<Occupant> {
    const parent = await this.look(path.dirname(this.file(logical)));
    if (parent !== 'folder') {
      return { kind: parent };
    }
    const found = await status(this.file(logical));
    if (found === undefined) {
      return { kind: 'nothing' };
    }
    return found.isFile() ? { kind: 'file', size: found.size, names: found.nlink } : { kind: found.isDirectory() ? 'folder' : 'other' };
  }

  /** Makes the folder of a file, one level at a time, so that no link is followed out on the way. */
  async makeParents(logical: string): Promise<void> {
    await this.make(path.dirname(this.file(logical)));
  }

  /** Whether names that differ in case or Unicode form only are one name here; asks the disk itself. */
  async foldsNames(): Promise<boolean> {
    await this.make(this.path);
    const probe = path.join(this.path, `.ml-artifacts-é-${randomUUID()}`);
    try {
      await writeFile(probe, '', { flag: 'wx' });
      const upper = await status(path.join(this.path, path.basename(probe).toUpperCase()));
      const decomposed = await status(path.join(this.path, path.basename(probe).normalize('NFD')));
      return upper !== undefined || decomposed !== undefined;
    } finally {
      await rm(probe, { force: true });
    }
  }

  /** Takes back the folders made here that are still empty. */
  async removeEmpty(): Promise<void> {
    for (const folder of this.made.splice(0).reverse()) {
      // One that is in use by now stays.
      await rmdir(folder).catch(() => undefined);
    }
    this.seen.clear();
  }

  private async make(folder: string): Promise<void> {
    const found = await this.look(folder);
    if (found === 'folder') {
      return;
    }
    if (folder !== this.path) {
      await this.make(path.dirname(folder));
    }
    try {
      const first = await mkdir(folder, { recursive: folder === this.path });
      this.made.push(...(folder === this.path ? between(first, folder) : [folder]));
    } catch (error) {
      if (!isCode(error, 'EEXIST')) {
        throw fileError(error, folder);
      }
    }
    this.seen.delete(folder);
    if (await this.look(folder) !== 'folder') {
      throw unsafePath(`${folder} is not a folder`);
    }
  }

  private async look(folder: string): Promise<'folder' | 'nothing' | 'blocked'> {
    const known = this.seen.get(folder);
    if (known !== undefined && known !== 'nothing') {
      return known;
    }
    const found = await this.examine(folder);
    this.seen.set(folder, found);
    return found;
  }

  private async examine(folder: string): Promise<'folder' | 'nothing' | 'blocked'> {
    if (folder === this.path) {
      return this.examineRoot();
    }
    const parent = await this.look(path.dirname(folder));
    if (parent !== 'folder') {
      return parent;
    }
    const found = await status(folder);
    if (found === undefined) {
      return 'nothing';
    }
    if (found.isSymbolicLink()) {
      const place = await realpath(folder).catch(() => undefined);
      const root = await this.realRoot();
      if (place === undefined || !isInside(root, place)) {
        throw unsafePath(`${folder} is a link that leads out of the folder`);
      }
      return (await stat(folder)).isDirectory() ? 'folder' : 'blocked';
    }
    return found.isDirectory() ? 'folder' : 'blocked';
  }

  /** The user chose it, so that it may be a link to anywhere. */
  private async examineRoot(): Promise<'folder' | 'nothing' | 'blocked'> {
    try {
      return (await stat(this.path)).isDirectory() ? 'folder' : 'blocked';
    } catch (error) {
      if (isCode(error, 'ENOENT')) {
        return 'nothing';
      }
      throw fileError(error, this.path);
    }
  }

  private async realRoot(): Promise<string> {
    this.root ??= await realpath(this.path);
    return this.root;
  }
}

/** What the disk says, in our words. */
export function fileError(error: unknown, file: string): unknown {
  if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT')) {
    return noSpace(file, error);
  }
  if (['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ENOTDIR'].some((code) => isCode(error, code))) {
    return noAccess(file, error);
  }
  return error;
}

export const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

async function status(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) {
      return undefined;
    }
    throw fileError(error, file);
  }
}

const isInside = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
};

/** The folders from `first`, the uppermost that was made, down to `last`. */
function between(first: string | undefined, last: string): string[] {
  if (first === undefined) {
    return [];
  }
  const folders = [last];
  for (let folder = last; folder !== first && path.dirname(folder) !== folder;) {
    folder = path.dirname(folder);
    folders.unshift(folder);
  }
  return folders;
}
