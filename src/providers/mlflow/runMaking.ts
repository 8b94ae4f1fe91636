import { randomUUID } from 'node:crypto';
import type { Call, Log } from '../../model/call';
import type { RunEntry } from './calls/answers';
import type { NewRun } from './calls/trackingCalls';
import { clause } from './filter';
import { makeOnce } from './makingOnce';
import type { Site } from './server';
import { TAG } from './tags';

/** Makes a run, one even where answers get lost. */
export function makeRun({ tracking }: Site, log: Log, run: NewRun, call?: Call): Promise<RunEntry> {
  const mark = randomUUID();
  return makeOnce({
    make: () => tracking.createRun({ ...run, tags: { ...run.tags, [TAG.draft]: mark } }, call),
    find: async () => {
      const { items } = await tracking.runs({ experimentIds: [run.experimentId], filter: clause(`tags.\`${TAG.draft}\``, '=', mark), size: 1 }, call);
      return items[0];
    },
    onLost: (error) => log.warn(`making run ${run.name} was not answered: ${String(error)}`),
  });
}
