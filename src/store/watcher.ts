import { readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Log } from '../model/call';
import type { Announcement, Subject } from './changeFeed';
import { isMissing } from './fileErrors';
import { Layout } from './layout';

/** Changes that come together are told together. */
const GATHER_MS = 100;
/** Where the system tells nothing (network folders, no watches left) this is how late a change is seen. */
const POLL_MS = 1_000;
/** A change that happened while the watcher was starting is told rather than missed. */
const FRESH_MS = 5_000;
/** What a writer says at most is a tenth of it; anybody may write into the folder. */
const MOST_BYTES = 1024 * 1024;

type Listener = (subject: Subject) => void;

/** Tells of changes to a store, made here or by anyone. Watches one folder of small files, never data. */
export class StoreWatcher {
  private readonly folder: string;
  private readonly listeners = new Set<Listener>();
  private watching: Watching | undefined;

  constructor(
    root: string,
    private readonly log: Log,
  ) {
    this.folder = new Layout(root).changes;
  }

  watch(listener: Listener): () => void {
    // A listener of its own, so that the same function may listen twice.
    const own: Listener = (subject) => listener(subject);
    this.listeners.add(own);
    this.watching ??= new Watching(this.folder, (subject) => this.tell(subject), this.log);
    return () => {
      this.listeners.delete(own);
      if (this.listeners.size === 0) {
        void this.end();
      }
    };
  }

  async dispose(): Promise<void> {
    this.listeners.clear();
    await this.end();
  }

  private tell(subject: Subject): void {
    for (const listener of [...this.listeners]) {
      listener(subject);
    }
  }

  private async end(): Promise<void> {
    const { watching } = this;
    this.watching = undefined;
    await watching?.end();
  }
}

/** Throws when it is none. */
function announcement(value: unknown): Announcement {
  const { count, recent } = value as Partial<Announcement>;
  if (!Number.isSafeInteger(count) || count === undefined || !Array.isArray(recent)) {
    throw new TypeError('not an announcement');
  }
  return { count, recent: recent.filter((subject): subject is Subject => typeof subject === 'object' && subject !== null) };
}

/** What is known about a writer's file. */
interface Seen {
  readonly state: string;
  readonly count: number;
}

class Watching {
  private readonly poll: NodeJS.Timeout;
  private readonly gathered = new Map<string, Subject>();
  private gathering: NodeJS.Timeout | undefined;
  private seen: Map<string, Seen> | undefined;
  private folderState = '';
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  private watcher: Promise<FSWatcher | undefined> | undefined;
  private over = false;

  constructor(
    private readonly folder: string,
    private readonly tell: (subject: Subject) => void,
    private readonly log: Log,
  ) {
    this.poll = setInterval(() => void this.check(), POLL_MS).unref();
    this.look();
  }

  async end(): Promise<void> {
    this.over = true;
    clearInterval(this.poll);
    clearTimeout(this.gathering);
    await (await this.watcher)?.close();
  }

  /** Looks only when the folder says that something in it was replaced. */
  private async check(): Promise<void> {
    const state = await stat(this.folder, { bigint: true }).then(({ mtimeNs, ino }) => `${mtimeNs} ${ino}`, () => '');
    if (state !== this.folderState) {
      this.folderState = state;
      this.look();
    }
  }

  /** One look at a time, and one more when something happened meanwhile. */
  private look(): void {
    if (this.looking !== undefined) {
      this.lookAgain = true;
      return;
    }
    this.looking = this.lookThrough()
      .catch((error: unknown) => this.log.warn(`changes of the store cannot be read: ${String(error)}`))
      .finally(() => {
        this.looking = undefined;
        if (this.lookAgain && !this.over) {
          this.lookAgain = false;
          this.look();
        }
      });
  }

  private async lookThrough(): Promise<void> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) {
        return undefined;
      }
      throw error;
    });
    if (names === undefined) {
      // No store yet. All that comes is new.
      this.seen ??= new Map();
      return;
    }
    this.watcher ??= this.startWatcher();
    const before = this.seen;
    const seen = new Map<string, Seen>();
    for (const name of names) {
      const known = await this.file(name, before);
      if (known !== undefined) {
        seen.set(name, known);
      }
    }
    this.seen = seen;
  }

  private async file(name: string, before: ReadonlyMap<string, Seen> | undefined): Promise<Seen | undefined> {
    const file = path.join(this.folder, name);
    const known = before?.get(name);
    try {
      const { mtimeNs, mtimeMs, ino, size } = await stat(file, { bigint: true });
      const state = `${mtimeNs} ${ino}`;
      if (known?.state === state) {
        return known;
      }
      if (size > MOST_BYTES) {
        return known;
      }
      const { count, recent } = announcement(JSON.parse(await readFile(file, 'utf8')));
      if (before !== undefined) {
        const fresh = count - (known?.count ?? 0);
        this.gather(fresh > recent.length ? [{}] : recent.slice(recent.length - fresh));
      } else if (Math.abs(Date.now() - Number(mtimeMs)) < FRESH_MS) {
        this.gather([{}]);
      }
      return { state, count };
    } catch {
      // Gone meanwhile, or nothing of ours.
      return known;
    }
  }

  private gather(subjects: readonly Subject[]): void {
    for (const { workspace, artifact } of subjects) {
      this.gathered.set(JSON.stringify([workspace, artifact]), { workspace, artifact });
    }
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      const told = [...this.gathered.values()];
      this.gathered.clear();
      // One that may concern all makes the others superfluous.
      (told.find(({ workspace }) => workspace === undefined) === undefined ? told : [{}]).forEach((subject) => this.tell(subject));
    }, GATHER_MS).unref();
  }

  /** The system's own watching where it works; the poll goes on beside it. */
  private async startWatcher(): Promise<FSWatcher | undefined> {
    try {
      const { watch } = await import('chokidar');
      if (this.over) {
        return undefined;
      }
      const watcher = watch(this.folder, { depth: 0, ignoreInitial: true, persistent: false, ignorePermissionErrors: true });
      watcher.on('all', () => this.look());
      watcher.on('error', (error) => this.log.debug(`the store is only polled: ${String(error)}`));
      return watcher;
    } catch (error) {
      this.log.debug(`the store is only polled: ${String(error)}`);
      return undefined;
    }
  }
}
