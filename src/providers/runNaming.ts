import type { Run, RunRef } from '../model/artifact';
import type { Call } from '../model/call';

/** Other names for runs. Logged models have none. */
export interface RunNaming {
  /** The sentence that says what is wrong with a name, without asking anybody. */
  nameProblem(name: string): string | undefined;
  /** The run as it is then; `invalid` for a name that has a problem. */
  rename(run: RunRef, name: string, call?: Call): Promise<Run>;
}
