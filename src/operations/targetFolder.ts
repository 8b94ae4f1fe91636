import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import { unsafePath } from '../model/errors';
import { errorCode, fileError, isMissing } from '../store/fileErrors';
import { between, isInside } from './ancestry';
import { type HeldFolder, HeldFolders, inOwnPaths } from './heldFolders';

/** What stands at a path of the target folder. `blocked`: one of its parents is a file. */
export type Occupant = { readonly kind: 'nothing' | 'folder' | 'blocked' | 'other' } | { readonly kind: 'file'; readonly size: number; readonly names: number };

/**
 * The folder that a download goes to. Nothing is ever written outside of it: a link among the parents of a file is followed only
 * when it leads to a place inside, and a folder in which files are made is held, so that no link can take its place meanwhile.
 */
export class TargetFolder {
  private readonly seen = new Map<string, 'folder' | 'nothing' | 'blocked'>();
  private readonly made: string[] = [];
  private readonly held: HeldFolders;
  private root: string | undefined;

  /** Whoever makes one closes it. */
  constructor(readonly path: string, platform = process.platform) {
    this.held = new HeldFolders(platform);
  }

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

  /** Takes a folder inside, to write files in it, until it is given back. Rejects with `unsafePath` when its path leads to a place outside. */
  async hold(folder: string): Promise<HeldFolder> {
    const held = await this.held.take(folder);
    if (!await this.contains(held.real)) {
      this.giveBack(folder);
      throw this.leadsOut(folder);
    }
    return held;
  }

  giveBack(folder: string): void {
    this.held.give(folder);
  }

  /** Whether a real path is inside. */
  async contains(real: string): Promise<boolean> {
    this.root ??= await realpath(this.path);
    return isInside(this.root, real);
  }

  readonly leadsOut = (folder: string): Error => unsafePath(`${folder} is a link that leads out of the folder`);

  /** Lets go of all folders. Rejects with `unsafePath` when one was moved away, and with it what was written. */
  async close(): Promise<void> {
    const [lost] = await this.held.close();
    if (lost !== undefined) {
      throw unsafePath(`${lost} was moved while files were written to it`);
    }
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
      await this.inParent(folder, rmdir).catch(() => undefined);
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
      if (folder === this.path) {
        this.made.push(...between(await mkdir(folder, { recursive: true }), folder));
      } else {
        await this.inParent(folder, (place) => mkdir(place));
        this.made.push(folder);
      }
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') {
        throw fileError(error, folder);
      }
    }
    this.seen.delete(folder);
    if (await this.look(folder) !== 'folder') {
      throw unsafePath(`${folder} is not a folder`);
    }
  }

  /** What is done to a folder inside is done where its parent is held. */
  private async inParent(folder: string, work: (folder: string) => Promise<void>): Promise<void> {
    const parent = path.dirname(folder);
    if (!isInside(this.path, parent)) {
      return work(folder);
    }
    const held = await this.hold(parent);
    try {
      await work(path.join(held.place, path.basename(folder)));
    } catch (error) {
      throw inOwnPaths(error, new Map([[parent, held]]));
    } finally {
      this.giveBack(parent);
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
      if (place === undefined || !await this.contains(place)) {
        throw this.leadsOut(folder);
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
      if (errorCode(error) === 'ENOENT') {
        return 'nothing';
      }
      throw fileError(error, this.path);
    }
  }
}

async function status(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw fileError(error, file);
  }
}
