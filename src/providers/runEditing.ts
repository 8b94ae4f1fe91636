import type { ExperimentRef, Run, RunDetails, RunRef } from '../model/artifact';
import type { Call } from '../model/call';

/** What is absent stays. */
export interface RunChange {
  /** Markdown; the empty text takes it away. */
  readonly description?: string | undefined;
  /** Sets these, and leaves others. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Keys of tags that are taken away; one that is not there is gone already. */
  readonly untagged?: readonly string[] | undefined;
}

/** What deleting a run would mean. */
export interface RunRemoval {
  readonly run: RunDetails;
  /** Versions whose files lie in the run, by the names that the clients of the back end know: while there are any, it is not deleted. */
  readonly holds: readonly string[];
  /** Runs were made below it: they stay. */
  readonly hasNested: boolean;
}

/** What people change of the runs that others made. Logged models are none. */
export interface RunEditing {
  /** The sentence that says what is wrong with a change, without asking anybody. */
  problem(change: RunChange): string | undefined;
  /** Keys that belong to the back end or to us are `invalid`, and so are texts that it would cut. */
  change(run: RunRef, change: RunChange, call?: Call): Promise<RunDetails>;
  /** What is written about an experiment, as Markdown; empty where there is nothing. */
  experimentDescription(experiment: ExperimentRef, call?: Call): Promise<string>;
  describeExperiment(experiment: ExperimentRef, description: string, call?: Call): Promise<void>;
  removal(run: RunRef, call?: Call): Promise<RunRemoval>;
  /** Takes the run out of all lists; its data stay. `invalid` while versions need its files. */
  remove(run: RunRef, call?: Call): Promise<void>;
  /** What `remove` took out of the lists of an experiment and can be restored, newest first; those whose name contains `search`, without regard to case. */
  removed(query: ExperimentRef & { readonly search?: string | undefined }, call?: Call): AsyncIterable<Run>;
  /** Brings it back as it was. */
  restore(run: RunRef, call?: Call): Promise<void>;
}
