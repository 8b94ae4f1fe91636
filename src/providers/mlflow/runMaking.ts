import { randomUUID } from 'node:crypto';
import type { Call, Log } from '../../model/call';
import { isArtifactError } from '../../model/errors';
import type { RunEntry } from './calls/answers';
import type { NewRun } from './calls/trackingCalls';
import { clause } from './filter';
import { makeOnce, patiently } from './makingOnce';
import { closedExperiment } from './serverErrors';
import type { Site } from './server';
import { TAG } from './mapping/tags';

/** Makes a run, one even where answers get lost, and none for long where the call is cancelled. */
export async function makeRun({ tracking }: Site, log: Log, run: NewRun, call?: Call): Promise<RunEntry> {
  const mark = randomUUID();
  const find = async (within?: Call): Promise<RunEntry | undefined> => {
    const { items } = await tracking.runs({ experimentIds: [run.experimentId], filter: clause(`tags.\`${TAG.draft}\``, '=', mark), size: 1 }, within);
    return items[0];
  };
  const takeBack = async (): Promise<void> => {
    const made = await patiently(find);
    if (made !== undefined) {
      await tracking.deleteRun(made.info.run_id);
    }
  };
  try {
    return await makeOnce({
      make: () => tracking.createRun({ ...run, tags: { ...run.tags, [TAG.draft]: mark } }, call),
      find: () => find(call),
      onLost: (error) => log.warn(`making run ${run.name} was not answered: ${String(error)}`),
    });
  } catch (error) {
    if (call?.signal?.aborted === true) {
      takeBack().catch((failed: unknown) => log.warn(`run ${run.name} may stay, made by a call that was cancelled: ${String(failed)}`));
    }
    throw isArtifactError(error, 'forbidden') ? closedExperiment(run.name, error) : error;
  }
}
