import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { notFound } from '../model/errors';
import { createFile, makeDirectory, replaceFile } from './durable';
import type { Layout } from './layout';
import { Lock } from './lock';
import { namesIn, readRecord, RUN_ID, type RunRecord, runRecord, sound } from './records';
import { seal } from './sealed';
import type { FileState } from './statCache';
import { isSameState } from './statShelf';
import type { Work } from './work';

export interface RunName {
  readonly workspace: string;
  readonly run: string;
}

export class Runs {
  /** As each file was when it was read. */
  private readonly known = new Map<string, { readonly state: FileState; readonly record: RunRecord }>();

  constructor(private readonly layout: Layout) {}

  /** Newest first. */
  list(workspace: string): RunRecord[] {
    return namesIn(this.layout.runs)
      .flatMap((name) => sound(() => this.read(name.replace(/\.json$/, ''))) ?? [])
      .filter((run) => run.workspace === workspace)
      .sort((a, b) => b.started - a.started || (a.run < b.run ? -1 : 1));
  }

  get(name: RunName): RunRecord {
    const run = this.find(name);
    if (run === undefined) {
      throw notFound(`run ${name.workspace}/${name.run}`);
    }
    return run;
  }

  find({ workspace, run }: RunName): RunRecord | undefined {
    const record = this.read(run);
    return record?.workspace === workspace ? record : undefined;
  }

  start(workspace: string, name: string): RunRecord {
    const run: RunRecord = { run: randomUUID(), workspace, name, status: 'running', started: Date.now() };
    makeDirectory(this.layout.runs);
    createFile(this.layout.run(run.run), seal(run), this.layout.tmp);
    return run;
  }

  end(name: RunName, status: 'finished' | 'failed', work: Work): void {
    // By this machine's clock, which may be behind the one that started it.
    this.change(name, (run) => ({ ...run, status, ended: Math.max(run.started, Date.now()) }), work);
  }

  rename(name: RunName, to: string, work: Work): RunRecord {
    return this.change(name, (run) => ({ ...run, name: to }), work);
  }

  /** One at a time: of two who read the same record the second would write what the first one changed as it was. */
  private change(name: RunName, to: (run: RunRecord) => RunRecord, work: Work): RunRecord {
    // Nothing is written, not even a lock, where there is no such run.
    this.get(name);
    const lock = new Lock(path.join(this.layout.locks, 'runs'));
    for (;;) {
      const turn = lock.acquire(work);
      try {
        const run = to(this.get(name));
        // A machine that slept since may have been taken over, and what it has read be old.
        if (turn.isMine) {
          replaceFile(this.layout.run(run.run), seal(run), this.layout.tmp);
          return run;
        }
      } finally {
        turn.release();
      }
    }
  }

  private read(id: string): RunRecord | undefined {
    if (!RUN_ID.test(id)) {
      return undefined;
    }
    const file = this.layout.run(id);
    const state = fs.statSync(file, { throwIfNoEntry: false });
    if (state === undefined) {
      return undefined;
    }
    const known = this.known.get(id);
    if (known !== undefined && isSameState(known.state, state)) {
      return known.record;
    }
    const record = readRecord(file, runRecord);
    if (record !== undefined) {
      this.known.set(id, { state, record });
    }
    return record;
  }
}
