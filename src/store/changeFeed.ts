import fs from 'node:fs';
import * as path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Layout } from './layout';
import { writerName } from './processes';

/** What a change was about. */
export interface Subject {
  readonly workspace?: string | undefined;
  readonly artifact?: string | undefined;
}

/** What a writer's file in `changes/` says: its last changes, numbered from 1. */
export interface Announcement {
  /** Number of the last one. */
  readonly count: number;
  readonly recent: readonly Subject[];
}

const REMEMBERED = 50;

/**
 * Tells other windows and processes what changed, in one small file per writer. Watching that one folder is enough, however many
 * artifacts there are. Nothing depends on it: a change that is not told is seen at the next look.
 */
export class ChangeFeed {
  private file: string | undefined;
  private count = 0;
  private recent: Subject[] = [];

  constructor(private readonly layout: Layout) {}

  announce(subject: Subject): void {
    this.count++;
    this.recent = [...this.recent, subject].slice(-REMEMBERED);
    const announcement: Announcement = { count: this.count, recent: this.recent };
    const temporary = path.join(this.layout.tmp, randomUUID());
    try {
      fs.mkdirSync(this.layout.changes, { recursive: true });
      this.file ??= path.join(this.layout.changes, `${writerName()}.json`);
      fs.writeFileSync(temporary, JSON.stringify(announcement));
      fs.renameSync(temporary, this.file);
    } catch {
      fs.rmSync(temporary, { force: true });
    }
  }
}
