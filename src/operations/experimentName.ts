import type { Run } from '../model/artifact';
import type { Call } from '../model/call';
import type { Provider } from '../providers/provider';

/** The last changed stand first, so that the one of a run that somebody looks at is among the first. */
const MOST = 1000;

/** The name of a run's experiment; nothing where it has none, or it is far down a long list. */
export async function experimentName(provider: Pick<Provider, 'experiments'>, run: Pick<Run, 'connection' | 'workspace' | 'experiment'>, call: Call = {}): Promise<string | undefined> {
  if (run.experiment === undefined) {
    return undefined;
  }
  let looked = 0;
  for await (const { experiment, name } of provider.experiments?.({ connection: run.connection, workspace: run.workspace }, call) ?? []) {
    looked++;
    if (experiment === run.experiment || looked === MOST) {
      return experiment === run.experiment ? name : undefined;
    }
  }
  return undefined;
}
