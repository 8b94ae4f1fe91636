import { readFile } from 'node:fs/promises';
import type { CredentialsEnvironment } from './credentials';
import { credentialsOfJson } from './credentialShapes';
import type { Credentials } from './signing';

/** Machines that are none of Amazon's do not answer at all: nobody waits long for that. */
const PATIENCE_MS = 1_000;
const MACHINE = 'http://169.254.169.254';
const CONTAINER = 'http://169.254.170.2';
const HOSTS = /^(?:127(?:\.\d+){3}|localhost|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/u;

/** What a container of Amazon's is told. */
export async function fromContainer({ http, variables }: CredentialsEnvironment): Promise<Credentials | undefined> {
  const relative = variables['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const full = variables['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const url = URL.parse(relative === undefined ? full ?? '' : CONTAINER + relative);
  if (url === null || (url.protocol === 'http:' && !HOSTS.test(url.hostname))) {
    return undefined;
  }
  const file = variables['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file === undefined ? variables['AWS_CONTAINER_AUTHORIZATION_TOKEN'] : (await readFile(file, 'utf8')).trim();
  return credentialsOfJson(await http.json('GET', url.href, {
    headers: token === undefined ? {} : { Authorization: token }, retry: false, call: { signal: AbortSignal.timeout(PATIENCE_MS) }, what: 'the credentials of the container',
  }));
}

/** What a machine of Amazon's tells those on it. */
export async function fromMachine({ http, variables }: CredentialsEnvironment): Promise<Credentials | undefined> {
  if (variables['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') {
    return undefined;
  }
  const call = { signal: AbortSignal.timeout(PATIENCE_MS) };
  const base = variables['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? MACHINE;
  const what = 'the credentials of the machine';
  const { body: token } = await http.send('PUT', `${base}/latest/api/token`, { size: 0, async *open() {} }, { headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '300' }, retry: false, call, what });
  const headers = { 'X-aws-ec2-metadata-token': token };
  const folder = `${base}/latest/meta-data/iam/security-credentials/`;
  const [role = ''] = (await http.text(folder, { headers, call, what })).split('\n');
  return credentialsOfJson(await http.json('GET', folder + encodeURIComponent(role.trim()), { headers, call, what }));
}
