import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { createHttp, type Http } from '../../../src/providers/http';
import { OwnCredentials } from '../../../src/providers/s3/credentials';
import { parseSections } from '../../../src/providers/s3/profiles';
import type { Credentials } from '../../../src/providers/s3/signing';
import { faultServer, type FaultServer, type Reply, type Seen } from '../../support/faultServer';
import { keepingLog } from '../../support/keepingLog';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const STS = '<AssumeRoleResponse><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResponse>';
const JSON_KEYS = JSON.stringify({ Version: 1, AccessKeyId: 'JSON', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' });

describe('credentials for AWS', () => {
  const folder = temporaryFolder();
  const log = keepingLog();
  let server: FaultServer;
  let http: Http;
  let answer: (seen: Seen) => Reply;

  beforeEach(async () => {
    answer = () => ({ status: 404 });
    server = await faultServer({ answer: (seen) => answer(seen) });
    http = createHttp({ base: 'http://mlflow.example', log, pause: 2 });
  });
  afterEach(async () => {
    http.dispose();
    await server.close();
  });

  const find = async (variables: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): Promise<Credentials | undefined> => {
    writeFiles(path.join(folder(), '.aws'), files);
    return new OwnCredentials({ http, log, variables: { HOME: folder(), AWS_EC2_METADATA_DISABLED: 'true', ...variables } }).get();
  };

  it('are none where there are none', async () => {
    assert.equal(await find({}), undefined);
  });

  it('come from the environment before anything else', async () => {
    const found = await find({ AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }, { credentials: '[default]\naws_access_key_id = FILE\naws_secret_access_key = f\n' });
    assert.deepEqual(found, { accessKeyId: 'ENV', secretAccessKey: 's', sessionToken: 't' });
  });

  it('come from the profile that AWS_PROFILE names', async () => {
    const files = { credentials: '[default]\naws_access_key_id=D\naws_secret_access_key=d\n\n[team]\naws_access_key_id = TEAM\naws_secret_access_key = with=equals\n' };
    assert.equal((await find({}, files))?.accessKeyId, 'D');
    assert.deepEqual(await find({ AWS_PROFILE: 'team' }, files), { accessKeyId: 'TEAM', secretAccessKey: 'with=equals' });
    assert.equal(await find({ AWS_PROFILE: 'missing' }, files), undefined);
  });

  it('come from a role that a profile names, lent to another profile', async () => {
    answer = ({ headers, path: asked }) => (headers.authorization?.includes('Credential=BASE/') === true && asked.includes('Action=AssumeRole&') ? { body: STS } : { status: 403 });
    const found = await find({ AWS_PROFILE: 'team', AWS_ENDPOINT_URL_STS: server.url }, {
      config: '[profile team]\nrole_arn = arn:aws:iam::1:role/team\nsource_profile = base\nregion = eu-west-1\n',
      credentials: '[base]\naws_access_key_id = BASE\naws_secret_access_key = b\n',
    });
    assert.deepEqual(found, { accessKeyId: 'ROLE', secretAccessKey: 'a&b', sessionToken: 't', expires: Date.parse('2099-01-01') });
  });

  it('come through profiles that lend to each other in a circle without an end of their own', async () => {
    assert.equal(await find({ AWS_PROFILE: 'a' }, { config: '[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\nrole_arn = y\nsource_profile = a\n' }), undefined);
  });

  it('come from a single sign-on that is still good', async () => {
    const cached = `sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`;
    const config = '[profile dev]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = Dev\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example\n';
    answer = ({ headers }) => (headers['x-amz-sso_bearer_token'] === 'bearer' ? { body: JSON.stringify({ roleCredentials: { accessKeyId: 'SSO', secretAccessKey: 's', sessionToken: 't', expiration: 4_000_000_000_000 } }) } : { status: 401 });
    const variables = { AWS_PROFILE: 'dev', AWS_ENDPOINT_URL_SSO: server.url };
    assert.equal((await find(variables, { config, [cached]: JSON.stringify({ accessToken: 'bearer', expiresAt: '2099-01-01T00:00:00Z' }) }))?.accessKeyId, 'SSO');
    assert.equal(await find(variables, { config, [cached]: JSON.stringify({ accessToken: 'bearer', expiresAt: '2020-01-01T00:00:00Z' }) }), undefined);
    assert.ok(log.lines.some((line) => line.includes('aws sso login')));
  });

  it('come from a program that the profile names', async () => {
    const [program] = writeFiles(folder(), { 'keys.js': `console.log(${JSON.stringify(JSON_KEYS)})` });
    const found = await find({}, { config: `[default]\ncredential_process = "${process.execPath}" "${program!}"\n` });
    assert.equal(found?.accessKeyId, 'JSON');
  });

  it('come from the token of a pod', async () => {
    const [token] = writeFiles(folder(), { token: 'jwt\n' });
    answer = ({ path: asked, headers }) => (asked.includes('WebIdentityToken=jwt&') || asked.endsWith('WebIdentityToken=jwt') ? { body: headers.authorization === undefined ? STS : '' } : { status: 403 });
    assert.equal((await find({ AWS_WEB_IDENTITY_TOKEN_FILE: token!, AWS_ROLE_ARN: 'arn', AWS_ENDPOINT_URL_STS: server.url }))?.accessKeyId, 'ROLE');
  });

  it('come from a container, from where only it can ask', async () => {
    answer = ({ headers }) => (headers.authorization === 'secret' ? { body: JSON_KEYS } : { status: 401 });
    assert.equal((await find({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/keys`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret' }))?.accessKeyId, 'JSON');
    assert.equal(await find({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/keys', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret' }), undefined);
  });

  it('come from the machine, with a token of its own', async () => {
    answer = ({ method, path: asked, headers }) => (method === 'PUT' ? { body: 'imds' } : headers['x-aws-ec2-metadata-token'] !== 'imds' ? { status: 401 } : { body: asked.endsWith('/') ? 'the-role\n' : JSON_KEYS });
    assert.equal((await find({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url }))?.accessKeyId, 'JSON');
  });

  it('do not keep anybody waiting for a machine that does not answer', async () => {
    server.script({ kind: 'silence' });
    const began = Date.now();
    assert.equal(await find({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url }), undefined);
    assert.ok(Date.now() - began < 1_800);
  });

  it('are asked for once, and again before they end', async () => {
    let asked = 0;
    answer = () => ({ body: JSON.stringify({ AccessKeyId: `K${++asked}`, SecretAccessKey: 's', Expiration: new Date(Date.now() + (asked === 1 ? 60_000 : 3_600_000)).toISOString() }) });
    const credentials = new OwnCredentials({ http, log, variables: { HOME: folder(), AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/keys` } });
    assert.deepEqual((await Promise.all([credentials.get(), credentials.get()])).map((each) => each?.accessKeyId), ['K1', 'K1']);
    assert.equal((await credentials.get())?.accessKeyId, 'K2');
    assert.equal((await credentials.get())?.accessKeyId, 'K2');
  });

  it('are never in the log', async () => {
    answer = () => ({ status: 403, body: 'AKIA-IN-BODY' });
    await find({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/keys?secret-query`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret-token' });
    assert.doesNotMatch(log.lines.join('\n'), /secret-token|secret-query|AKIA-IN-BODY/u);
  });
});

describe('settings of AWS', () => {
  it('are sections of names and values, with comments and indented lines left out', () => {
    const sections = parseSections('# all\n[default]\nregion = eu-west-1 # mine\ns3 =\n  max_concurrent_requests = 20\n; no\n[ profile   b ]\r\nRegion=us-east-1\r\n');
    assert.deepEqual(Object.fromEntries(sections), { 'default': { 'region': 'eu-west-1', 's3': '' }, 'profile b': { region: 'us-east-1' } });
  });
});
