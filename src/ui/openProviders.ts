import type { Call, Log } from '../model/call';
import type { Change } from '../model/change';
import type { Account, Provider, Stop } from '../providers/provider';
import type { ConnectionSettings } from '../providers/registry';
import type { Credentials, Secrets } from './services';

export interface OpeningEnvironment {
  /** Called when a connection is first used. */
  open(settings: ConnectionSettings, secret: () => Promise<string | undefined>): Promise<Provider>;
  readonly secrets: Pick<Secrets, 'get' | 'onDidChange'>;
  readonly log: Log;
}

/** A provider that was asked for, with what it was made from. */
interface Opened {
  readonly made: string;
  readonly provider: Promise<Provider>;
}

/** One provider for each connection in use, opened when somebody first asks and watched until it is closed. */
export class OpenProviders {
  private readonly opened = new Map<string, Opened>();
  private readonly watches = new Map<Provider, Stop>();

  constructor(private readonly environment: OpeningEnvironment, private readonly onChange: (change: Change) => void) {}

  /** `made` tells whether settings that come later ask for another one. */
  async get(settings: ConnectionSettings, made: string): Promise<Provider> {
    const { name } = settings;
    const known = this.opened.get(name);
    if (known !== undefined) {
      return await known.provider;
    }
    const opened = { made, provider: this.open(settings) };
    this.opened.set(name, opened);
    try {
      return await opened.provider;
    } catch (error) {
      // The next one who asks tries again.
      if (this.opened.get(name) === opened) {
        this.opened.delete(name);
      }
      throw error;
    }
  }

  /** Opens one for a single question and closes it again. */
  async probe(settings: ConnectionSettings, secret: string | undefined, call: Call): Promise<Account> {
    const provider = await this.environment.open(settings, async () => secret);
    try {
      return await provider.whoAmI(call);
    } finally {
      await provider.dispose();
    }
  }

  /** Closes those of which `isOutdated` is told name and making; they open again when somebody asks. Whether there were any. */
  close(isOutdated: (name: string, made: string) => boolean): boolean {
    const outdated = [...this.opened].filter(([name, { made }]) => isOutdated(name, made));
    for (const [name, { provider }] of outdated) {
      this.opened.delete(name);
      provider
        .then((open) => this.end(open))
        .catch((error: unknown) => this.environment.log.warn(`a connection did not close cleanly: ${String(error)}`));
    }
    return outdated.length > 0;
  }

  private async open(settings: ConnectionSettings): Promise<Provider> {
    this.environment.log.debug(`opening connection ${settings.name} (${settings.kind})`);
    const credentials = await this.environment.secrets.get(settings);
    // A provider is closed when its secret changes: reading it once is enough.
    const provider = await this.environment.open(signedIn(settings, credentials), async () => credentials?.secret);
    const stop = provider.watch?.((change) => this.onChange(change));
    if (stop !== undefined) {
      this.watches.set(provider, stop);
    }
    return provider;
  }

  private async end(provider: Provider): Promise<void> {
    this.watches.get(provider)?.();
    this.watches.delete(provider);
    await provider.dispose();
  }
}

/** A person signs in to a connection of the workspace's settings under a name that those do not know. */
const signedIn = (settings: ConnectionSettings, credentials: Credentials | undefined): ConnectionSettings =>
  settings.kind !== 'mlflow' || credentials === undefined ? settings : { ...settings, username: credentials.username };
