import type { Log } from '../../model/call';
import type { Http } from '../http';
import { fromContainer, fromMachine } from './machineCredentials';
import { fromProfile } from './profileCredentials';
import { readProfiles, type Profiles, type Variables } from './profiles';
import { credentialsOf } from './credentialShapes';
import type { Credentials } from './signing';
import { withWebIdentity } from './roles';

/** Temporary credentials are renewed this long before they end. */
const RENEW_MS = 5 * 60_000;
/** Who has none is asked again after this long: a login may have happened. */
const NONE_MS = 60_000;

export interface CredentialsEnvironment {
  readonly http: Http;
  readonly log: Log;
  readonly variables: Variables;
}

/** The user's own credentials for AWS, from where AWS's tools look for them. */
export class OwnCredentials {
  private known: { readonly credentials: Promise<Credentials | undefined>; readonly until: number } | undefined;

  constructor(private readonly environment: CredentialsEnvironment) {}

  /** Nothing where there are none. */
  async get(): Promise<Credentials | undefined> {
    if (this.known === undefined || this.known.until < Date.now()) {
      const finding = this.find();
      this.known = { credentials: finding, until: Infinity };
      const found = await finding;
      this.known = { credentials: finding, until: found === undefined ? Date.now() + NONE_MS : (found.expires ?? Infinity) - RENEW_MS };
    }
    return this.known.credentials;
  }

  private async find(): Promise<Credentials | undefined> {
    const { variables, log } = this.environment;
    const profiles = await readProfiles(variables);
    for (const [place, look] of PLACES) {
      try {
        const found = await look(this.environment, profiles);
        if (found !== undefined) {
          log.debug(`AWS credentials from ${place}`);
          return found;
        }
      } catch (error) {
        log.info(`no AWS credentials from ${place}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return undefined;
  }
}

type Look = (environment: CredentialsEnvironment, profiles: Profiles) => Promise<Credentials | undefined>;

/** In the order in which boto3, and with it every Python client of MLflow, asks them. */
const PLACES: readonly (readonly [place: string, look: Look])[] = [
  ['the environment', async ({ variables }) => credentialsOf(variables['AWS_ACCESS_KEY_ID'], variables['AWS_SECRET_ACCESS_KEY'], variables['AWS_SESSION_TOKEN'])],
  ['a web identity', withWebIdentity],
  ['a profile', (environment, profiles) => fromProfile(environment, profiles, profiles.current)],
  ['the container', fromContainer],
  ['the machine', fromMachine],
];
