import { randomUUID } from 'node:crypto';
import { notFound } from '../model/errors';
import { createFile, makeDirectory, replaceFile } from './durable';
import type { Layout } from './layout';
import { namesIn, readRecord, RUN_ID, type RunRecord, runRecord, sound } from './records';
import { seal } from './sealed';

export interface RunName {
  readonly workspace: string;
  readonly run: string;
}

export class Runs {
  /** What has ended does not change any more. */
  private readonly ended = new Map<string, RunRecord>();

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

  end(name: RunName, status: 'finished' | 'failed'): void {
    const run = this.get(name);
    // By this machine's clock, which may be behind the one that started it.
    const ended = Math.max(run.started, Date.now());
    replaceFile(this.layout.run(run.run), seal({ ...run, status, ended }), this.layout.tmp);
    this.ended.delete(run.run);
  }

  private read(id: string): RunRecord | undefined {
    if (!RUN_ID.test(id)) {
      return undefined;
    }
    const run = this.ended.get(id) ?? readRecord(this.layout.run(id), runRecord);
    if (run !== undefined && run.status !== 'running') {
      this.ended.set(id, run);
    }
    return run;
  }
}
