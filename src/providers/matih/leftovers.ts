import type { Log } from '../../model/call';
import { isRunning, type Maker } from '../../store/processes';
import type { MatihCalls } from './calls/matihCalls';
import { objectOf, TAG } from './tags';
import type { VersionRun } from './versions';

interface Environment {
  readonly calls: MatihCalls;
  readonly log: Log;
  readonly end: (run: string, status: 'failed') => Promise<void>;
}

/** Ends what processes of this machine left pending that are gone. Never fails: whoever logs has other things in mind. */
export async function endLeftovers(runs: readonly VersionRun[], { calls, log, end }: Environment): Promise<void> {
  for (const { id } of runs.filter((run) => run.tags[TAG.upload] === 'pending' && isOrphan(run))) {
    try {
      log.info(`run ${id} holds files of a version that nobody finishes: it is ended`);
      await calls.setTags(id, { [TAG.upload]: 'abandoned' }, `run ${id}`);
      await end(id, 'failed');
    } catch (error) {
      log.warn(`an unfinished version was not ended: ${String(error)}`);
    }
  }
}

/** Whether the process that writes it is known to be gone. */
export function isOrphan({ tags }: Pick<VersionRun, 'tags'>): boolean {
  const { space, pid } = objectOf(tags[TAG.maker]) ?? {};
  const maker: Maker | undefined = typeof space === 'string' && typeof pid === 'number' ? { space, pid } : undefined;
  return maker !== undefined && isRunning(maker) === false;
}
