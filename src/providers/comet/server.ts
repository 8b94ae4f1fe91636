import type { Log } from '../../model/call';
import { signInNeeded } from '../../model/errors';
import type { Http } from '../http';
import { createHttp } from '../http';
import type { Patience } from '../registry';
import { CometCalls } from './calls/cometCalls';
import { ExperimentCalls } from './calls/experimentCalls';
import { createWire } from './calls/wire';
import { serverOf } from './key';
import { cometError } from './serverErrors';

const PAUSE_MS = 1_000;

export interface ServerEnvironment {
  readonly url?: string | undefined;
  readonly key: () => Promise<string | undefined>;
  readonly log: Log;
  readonly patience?: Patience | undefined;
}

/** A Comet server, found when it is first spoken to: the key may say where it is. */
export class CometServer {
  readonly calls: CometCalls;
  readonly experiments: ExperimentCalls;
  /** Milliseconds before what broke is tried again where only Comet's rules tell whether it may be. */
  readonly pause: number;
  private opened: Promise<Http> | undefined;

  constructor(private readonly environment: ServerEnvironment) {
    this.pause = environment.patience?.pause ?? PAUSE_MS;
    const wire = createWire(() => this.http());
    this.calls = new CometCalls(wire);
    this.experiments = new ExperimentCalls(wire);
  }

  async http(): Promise<Http> {
    this.opened ??= this.open();
    try {
      return await this.opened;
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }

  async root(): Promise<string> {
    return serverOf(this.environment.url, await this.key());
  }

  dispose(): void {
    this.opened?.then((http) => http.dispose(), () => {});
  }

  private async open(): Promise<Http> {
    return createHttp({
      base: await this.root(),
      // The key as it is, without a word before it.
      headers: async () => ({ Authorization: await this.key() }),
      log: this.environment.log,
      errorOf: cometError,
      reuses: true,
      ...this.environment.patience,
    });
  }

  private async key(): Promise<string> {
    const key = await this.environment.key();
    if (key === undefined || key === '') {
      throw signInNeeded('Comet wants an API key');
    }
    return key;
  }
}
