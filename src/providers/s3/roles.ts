import { readFile } from 'node:fs/promises';
import { regionOf } from './endpoint';
import { credentialsOfXml } from './credentialShapes';
import type { CredentialsEnvironment } from './credentials';
import type { Variables } from './profiles';
import { signed, type Credentials } from './signing';

export interface Role {
  readonly arn: string;
  readonly sessionName?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The credentials of a role, lent to whoever holds `own`. */
export async function assumeRole({ http, variables }: CredentialsEnvironment, { arn, sessionName, externalId }: Role, own: Credentials, region: string): Promise<Credentials | undefined> {
  const url = stsAddress(variables, region, { Action: 'AssumeRole', RoleArn: arn, RoleSessionName: sessionName ?? 'ml-artifacts', ...(externalId === undefined ? {} : { ExternalId: externalId }) });
  return credentialsOfXml(await http.text(url, { headers: await signed({ method: 'GET', url, service: 'sts', region }, own), what: 'the AWS role' }));
}

/** The role of a pod or of a build, proved by the token in a file. */
export async function withWebIdentity({ http, variables }: CredentialsEnvironment): Promise<Credentials | undefined> {
  const file = variables['AWS_WEB_IDENTITY_TOKEN_FILE'];
  const arn = variables['AWS_ROLE_ARN'];
  if (file === undefined || arn === undefined) {
    return undefined;
  }
  const token = (await readFile(file, 'utf8')).trim();
  const url = stsAddress(variables, regionOf(variables, undefined), {
    Action: 'AssumeRoleWithWebIdentity', RoleArn: arn, RoleSessionName: variables['AWS_ROLE_SESSION_NAME'] ?? 'ml-artifacts', WebIdentityToken: token,
  });
  return credentialsOfXml(await http.text(url, { what: 'the AWS role' }));
}

const stsAddress = (variables: Variables, region: string, query: Readonly<Record<string, string>>): string =>
  `${variables['AWS_ENDPOINT_URL_STS'] ?? `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`}/?${new URLSearchParams({ Version: '2011-06-15', ...query }).toString().replaceAll('+', '%20')}`;
