import type { Run, RunRef } from '../model/artifact';
import type { Call } from '../model/call';
import { unlessMissing } from '../model/errors';
import type { Provider } from '../providers/provider';

/** One run by its id, looked for in the list where the back end tells of no single ones. Nothing where it is not there, or deleted. */
export async function findRun(provider: Pick<Provider, 'run' | 'runs'>, { connection, workspace, run }: RunRef, call?: Call): Promise<Run | undefined> {
  if (provider.run !== undefined) {
    const details = await unlessMissing(provider.run({ connection, workspace, run }, call));
    return details?.isDeleted === true ? undefined : details;
  }
  for await (const each of provider.runs?.({ connection, workspace }, call) ?? []) {
    if (each.run === run) {
      return each;
    }
  }
  return undefined;
}
