import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Call } from '../../model/call';
import { isArtifactError } from '../../model/errors';
import type { RunRow } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import { TAG } from './tags';

const TRIES = 4;
const PAUSE_MS = 500;

export interface NewRun {
  readonly experiment: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Makes one run, and only one: a lost answer may have made it, and then it bears our mark. */
export async function makeRun(calls: MatihCalls, { experiment, name, tags }: NewRun, call?: Call): Promise<RunRow> {
  const mark = randomUUID();
  const marked = { ...tags, [TAG.draft]: mark };
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await calls.createRun({ experiment_id: experiment, name, tags: marked }, call);
      return { ...made, experiment: made.experiment ?? experiment, tags: made.tags ?? marked };
    } catch (error) {
      if (!isArtifactError(error, 'offline') && !isArtifactError(error, 'serverFault')) {
        throw error;
      }
      const found = await runWith(calls, experiment, mark, call);
      if (found !== undefined) {
        return found;
      }
      // What answers nonsense is not asked again; a broken connection is.
      if (attempt === TRIES || !isArtifactError(error, 'offline')) {
        throw error;
      }
      await setTimeout(PAUSE_MS * attempt, undefined, { signal: call?.signal });
    }
  }
}

async function runWith(calls: MatihCalls, experiment: string, mark: string, call?: Call): Promise<RunRow | undefined> {
  for await (const run of calls.runs(experiment, call)) {
    if (run.tags[TAG.draft] === mark) {
      return { ...run, experiment: run.experiment ?? experiment };
    }
  }
  return undefined;
}
