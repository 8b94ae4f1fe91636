import { exec } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { unsupported } from '../../model/errors';
import type { CredentialsEnvironment } from './credentials';
import { credentialsOf, credentialsOfJson } from './credentialShapes';
import { regionOf } from './endpoint';
import { fromContainer, fromMachine } from './machineCredentials';
import { awsFolder, type Profiles, type Settings } from './profiles';
import { assumeRole } from './roles';
import type { Credentials } from './signing';

const PROCESS_MS = 30_000;
const run = promisify(exec);

/** What a profile of ~/.aws leads to: keys, a role, a single sign-on, or a program that knows them. */
export async function fromProfile(environment: CredentialsEnvironment, profiles: Profiles, name: string, seen: ReadonlySet<string> = new Set()): Promise<Credentials | undefined> {
  const settings = profiles.profile(name);
  if (settings === undefined) {
    return undefined;
  }
  if (settings['role_arn'] !== undefined && !seen.has(name)) {
    return fromRole(environment, profiles, settings, new Set([...seen, name]));
  }
  return credentialsOf(settings['aws_access_key_id'], settings['aws_secret_access_key'], settings['aws_session_token'])
    ?? await fromSingleSignOn(environment, profiles, settings)
    ?? await fromProgram(settings);
}

async function fromRole(environment: CredentialsEnvironment, profiles: Profiles, settings: Settings, seen: ReadonlySet<string>): Promise<Credentials | undefined> {
  const { role_arn: arn = '', source_profile: source, credential_source: place, mfa_serial: device } = settings;
  if (device !== undefined) {
    throw unsupported('A role that asks for a code of a device cannot be used here.');
  }
  const own = source !== undefined ? await fromProfile(environment, profiles, source, seen)
    : place === 'EcsContainer' ? await fromContainer(environment)
      : place === 'Ec2InstanceMetadata' ? await fromMachine(environment)
        : credentialsOf(environment.variables['AWS_ACCESS_KEY_ID'], environment.variables['AWS_SECRET_ACCESS_KEY'], environment.variables['AWS_SESSION_TOKEN']);
  return own && assumeRole(environment, { arn, sessionName: settings['role_session_name'], externalId: settings['external_id'] }, own, regionOf(environment.variables, settings));
}

/** With the token that `aws sso login` left. */
async function fromSingleSignOn({ http, variables }: CredentialsEnvironment, profiles: Profiles, settings: Settings): Promise<Credentials | undefined> {
  const { sso_session: session, sso_account_id: account, sso_role_name: role } = settings;
  const common = session === undefined ? settings : profiles.ssoSession(session);
  const key = session ?? settings['sso_start_url'];
  const region = common?.['sso_region'];
  if (key === undefined || account === undefined || role === undefined || region === undefined || !/^[a-z\d-]+$/u.test(region)) {
    return undefined;
  }
  const file = path.join(awsFolder(variables), 'sso', 'cache', `${createHash('sha1').update(key).digest('hex')}.json`);
  const { accessToken, expiresAt } = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as { readonly accessToken?: unknown; readonly expiresAt?: unknown };
  if (typeof accessToken !== 'string' || typeof expiresAt !== 'string' || Date.parse(expiresAt) <= Date.now()) {
    throw unsupported('The single sign-on has ended: run “aws sso login”.');
  }
  const answer = await http.json('GET', `${variables['AWS_ENDPOINT_URL_SSO'] ?? `https://portal.sso.${region}.amazonaws.com`}/federation/credentials`, {
    query: { account_id: account, role_name: role }, headers: { 'x-amz-sso_bearer_token': accessToken }, what: 'the AWS single sign-on',
  });
  const { roleCredentials: found } = answer as { readonly roleCredentials?: Readonly<Record<string, unknown>> };
  return credentialsOf(found?.['accessKeyId'], found?.['secretAccessKey'], found?.['sessionToken'], found?.['expiration']);
}

/** The user's own program, named in the user's own file. */
async function fromProgram({ credential_process: command }: Settings): Promise<Credentials | undefined> {
  if (command === undefined) {
    return undefined;
  }
  const { stdout } = await run(command, { timeout: PROCESS_MS, windowsHide: true }).catch(() => {
    // What it printed may hold secrets.
    throw unsupported('The program that the AWS profile names failed.');
  });
  return credentialsOfJson(JSON.parse(stdout));
}
