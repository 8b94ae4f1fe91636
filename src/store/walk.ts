import fs from 'node:fs';
import * as path from 'node:path';
import { invalid } from '../model/errors';
import { pathProblem } from '../model/safePath';
import { chosenPlace } from './chosenFiles';
import { exclusion, type Exclusion } from './exclusions';
import { errorCode, fileError, isMissing } from './fileErrors';
import { IgnoreRules } from './ignoreRules';
import type { ScannedFile, ScanOptions, Skipped } from './scan';
import type { FileState } from './statCache';
import type { Work } from './work';

/** A folder with these is a store; logging it into itself would never end. */
const STORE_NAMES = ['format.json', 'workspaces', 'tmp'];
/** Folders linked to from linked folders, and so on: deeper is a maze, not a data set. */
const LINKS_DEEP = 5;

interface Folder {
  readonly absolute: string;
  /** Relative to the chosen folder: what globs and ignore rules see. */
  readonly relative: string;
  readonly logical: string;
  readonly rules: IgnoreRules;
  /** Real paths of the folders above, this one included: a link back to one of them would never end. */
  readonly above: readonly string[];
  readonly links: number;
}

/** Finds the files of the targets; what is left out is told with the reason. */
export class Walk {
  readonly skipped: Skipped[] = [];
  readonly files: ScannedFile[] = [];
  /** What each of the files looked like. */
  readonly states: FileState[] = [];
  /** Where each logical path comes from, when there are several targets. */
  private readonly sources = new Map<string, string>();
  private readonly excluded: Exclusion;
  private bytes = 0;
  private root = '';
  private within = '';
  private alone = true;

  private constructor(
    private readonly options: ScanOptions,
    private readonly work: Work,
  ) {
    this.excluded = exclusion(options.exclude);
  }

  /** What the walk finds. */
  static over(options: ScanOptions, work: Work): Walk {
    const walk = new Walk(options, work);
    walk.all();
    return walk;
  }

  private all(): void {
    const targets = new Set(this.options.targets.map((target) => path.resolve(target)));
    this.alone = targets.size === 1;
    targets.forEach((target) => this.target(target));
  }

  /** A target is taken even when a glob names it or it is a link: somebody chose it. */
  private target(target: string): void {
    let status: fs.Stats;
    try {
      status = fs.statSync(target);
      this.within = chosenPlace(target);
    } catch (error) {
      throw fileError(error, target);
    }
    const name = path.basename(target);
    if (status.isDirectory()) {
      this.root = fs.realpathSync(target);
      const logical = this.alone ? '' : name;
      this.folder({ absolute: target, relative: '', logical, rules: IgnoreRules.named(this.options.ignoreFile), above: [this.root], links: 0 });
    } else if (status.isFile()) {
      this.named(name, target, status);
    } else {
      this.skip(name, 'special');
    }
  }

  private folder(folder: Folder): void {
    this.work.check();
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(folder.absolute, { withFileTypes: true });
    } catch (error) {
      this.skip(folder.logical, 'unreadable', errorCode(error));
      return;
    }
    const names = new Set(entries.map((entry) => entry.name));
    if (folder.relative !== '' && STORE_NAMES.every((name) => names.has(name))) {
      this.skip(folder.logical, 'excluded', 'a store of ML Artifacts');
      return;
    }
    const rules = folder.rules.inside(folder.absolute, folder.relative, names);
    const inside = { ...folder, rules };
    for (const entry of entries.sort(byName)) {
      this.entry(inside, entry);
    }
    this.work.report({ bytes: this.bytes, files: this.files.length, current: folder.logical });
  }

  private entry(folder: Folder, entry: fs.Dirent): void {
    const { name } = entry;
    const relative = joined(folder.relative, name);
    const logical = joined(folder.logical, name);
    const absolute = folder.absolute + (folder.absolute.endsWith(path.sep) ? '' : path.sep) + name;
    const link = entry.isSymbolicLink();
    if (this.excluded(relative, name)) {
      return this.skip(logical, 'excluded');
    }
    const status = link ? this.followed(folder, absolute, logical) : this.status(absolute, logical);
    if (status === undefined) {
      return;
    }
    if (folder.rules.ignores(relative, status.isDirectory())) {
      return this.skip(logical, 'excluded');
    }
    if (status.isDirectory()) {
      const above = [...folder.above, link ? fs.realpathSync(absolute) : path.join(folder.above.at(-1) ?? '', name)];
      return this.folder({ ...folder, absolute, relative, logical, above, links: folder.links + (link ? 1 : 0) });
    }
    if (!status.isFile()) {
      return this.skip(logical, 'special');
    }
    this.named(logical, absolute, status);
  }

  private named(logical: string, absolute: string, status: fs.Stats): void {
    const problem = pathProblem(logical);
    if (problem === undefined) {
      this.file(logical, absolute, status);
    } else {
      this.skip(logical, 'badName', problem);
    }
  }

  private status(absolute: string, logical: string): fs.Stats | undefined {
    try {
      return fs.lstatSync(absolute);
    } catch (error) {
      // Node replaces what is not UTF-8, and then nothing has that name.
      if (isMissing(error) && logical.includes('\ufffd')) {
        this.skip(logical, 'badName', 'the name is not valid UTF-8');
      } else if (!isMissing(error)) {
        this.skip(logical, 'unreadable', errorCode(error));
      }
      return undefined;
    }
  }

  /** What a link leads to, when that is inside of the chosen folder and not above. */
  private followed(folder: Folder, absolute: string, logical: string): fs.Stats | undefined {
    try {
      const real = fs.realpathSync(absolute);
      if (real !== this.root && !real.startsWith(this.root + path.sep)) {
        this.skip(logical, 'symlinkOutside', real);
        return undefined;
      }
      const status = fs.statSync(real);
      if (status.isDirectory() && (folder.above.includes(real) || folder.links >= LINKS_DEEP)) {
        this.skip(logical, 'symlinkLoop', real);
        return undefined;
      }
      return status;
    } catch (error) {
      const loop = errorCode(error) === 'ELOOP';
      this.skip(logical, loop ? 'symlinkLoop' : 'unreadable', loop ? undefined : errorCode(error));
      return undefined;
    }
  }

  private file(logical: string, absolute: string, { dev, ino, size, mtimeMs, ctimeMs }: fs.Stats): void {
    if (!this.alone) {
      const other = this.sources.get(logical);
      if (other !== undefined) {
        throw invalid(`${other} and ${absolute} would both become “${logical}”. Log them separately, or rename one.`);
      }
      this.sources.set(logical, absolute);
    }
    this.files.push({ path: logical, file: absolute, within: this.within, size });
    this.states.push({ dev, ino, size, mtimeMs, ctimeMs });
    this.bytes += size;
  }

  private skip(logical: string, reason: Skipped['reason'], detail?: string): void {
    this.skipped.push(detail === undefined ? { path: logical, reason } : { path: logical, reason, detail });
  }
}

const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const byName = (a: fs.Dirent, b: fs.Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
