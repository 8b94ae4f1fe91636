import type { ExperimentRef, Run, RunDetails, RunRef } from '../../src/model/artifact';
import { invalid } from '../../src/model/errors';
import type { RunChange, RunEditing, RunRemoval } from '../../src/providers/runEditing';
import type { RunNaming } from '../../src/providers/runNaming';
import type { MemoryServer } from './memoryServer';

/** Runs of a server in memory that people can change; assign it to the server. */
export class MemoryRunEditing implements RunEditing, RunNaming {
  /** Versions that need the files of a run. */
  readonly holds: string[] = [];
  private readonly deleted = new Map<string, RunDetails>();

  constructor(private readonly server: MemoryServer) {}

  nameProblem(name: string): string | undefined {
    return name === '' ? 'A name is needed.' : undefined;
  }

  async rename(ref: RunRef, name: string): Promise<RunDetails> {
    const problem = this.nameProblem(name);
    if (problem !== undefined) {
      throw invalid(problem);
    }
    const renamed = { ...await this.server.run(ref), name };
    this.server.detailsById.set(ref.run, renamed);
    return renamed;
  }

  problem({ tags = {}, untagged = [] }: RunChange): string | undefined {
    return [...Object.keys(tags), ...untagged].some((key) => key.startsWith('mlflow.')) ? 'Not one to edit.' : undefined;
  }

  async change(ref: RunRef, change: RunChange): Promise<RunDetails> {
    const problem = this.problem(change);
    if (problem !== undefined) {
      throw invalid(problem);
    }
    const before = await this.server.run(ref);
    const { description = before.description, tags, untagged = [] } = change;
    const kept = Object.entries({ ...before.tags, ...tags }).filter(([key]) => !untagged.includes(key));
    const changed = { ...before, description, tags: Object.fromEntries(kept) };
    this.server.detailsById.set(ref.run, changed);
    return changed;
  }

  async experimentDescription({ experiment }: ExperimentRef): Promise<string> {
    return this.server.experimentsById.get(experiment)?.description ?? '';
  }

  async describeExperiment({ experiment }: ExperimentRef, description: string): Promise<void> {
    this.server.experimentsById.set(experiment, { ...this.server.experimentsById.get(experiment)!, description });
  }

  async removal(ref: RunRef): Promise<RunRemoval> {
    return { run: await this.server.run(ref), holds: this.holds, hasNested: false };
  }

  async remove(ref: RunRef): Promise<void> {
    this.deleted.set(ref.run, await this.server.run(ref));
    this.server.detailsById.delete(ref.run);
  }

  async *removed({ experiment, search = '' }: ExperimentRef & { readonly search?: string | undefined }): AsyncGenerator<Run, void, undefined> {
    yield* [...this.deleted.values()].filter((run) => run.experiment === experiment && run.name.includes(search));
  }

  async restore(ref: RunRef): Promise<void> {
    const run = this.deleted.get(ref.run);
    if (run !== undefined) {
      this.deleted.delete(ref.run);
      this.server.detailsById.set(ref.run, run);
    }
  }
}
