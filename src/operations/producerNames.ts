import type { ArtifactVersion, Producer } from '../model/artifact';
import type { Call } from '../model/call';
import { isAbort } from '../model/errors';
import type { Provider } from '../providers/provider';
import { atATime } from './atATime';

const SIDE_BY_SIDE = 4;

/**
 * What people call the runs that made versions. A list of versions knows of some no more than the id, as of those that other clients of MLflow
 * registered: these are asked for when somebody looks, each run once.
 */
export class ProducerNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly provider: Pick<Provider, 'run'>) {}

  /** Without what could not be learned, the id stands for the name. */
  of({ producer }: Pick<ArtifactVersion, 'producer'>): Producer | undefined {
    return producer && { ...producer, name: this.names.get(keyOf(producer)) ?? producer.name };
  }

  /** Whether there is more to tell now. Rejects only when the call is cancelled. */
  async learn(versions: readonly Pick<ArtifactVersion, 'producer'>[], call: Call = {}): Promise<boolean> {
    const nameless = new Map(versions.flatMap(({ producer }) => (producer !== undefined && isNameless(producer) && !this.names.has(keyOf(producer)) ? [[keyOf(producer), producer] as const] : [])));
    if (this.provider.run === undefined || nameless.size === 0) {
      return false;
    }
    await atATime(SIDE_BY_SIDE, [...nameless], call.signal, async ([key, producer], signal) => {
      this.names.set(key, await this.nameOf(producer, signal));
    });
    return true;
  }

  private async nameOf({ connection, workspace, run }: Producer, signal: AbortSignal): Promise<string> {
    try {
      return (await this.provider.run?.({ connection, workspace, run }, { signal }))?.name ?? run;
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      // It may be gone for good; the version is there all the same.
      return run;
    }
  }
}

const isNameless = ({ run, name }: Producer): boolean => run === name;

const keyOf = ({ workspace, run }: Producer): string => JSON.stringify([workspace, run]);
