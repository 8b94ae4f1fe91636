import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isAbort, signInNeeded } from '../../src/model/errors';
import { addConnection } from '../../src/ui/commands/addConnection';
import { signIn } from '../../src/ui/commands/signIn';
import { createConnections } from '../../src/ui/connections';
import { BACK } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { type Matih, startMatih } from '../support/matih/matih';
import { MemoryProvider } from '../support/memoryProvider';
import { type Answer, LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { call } from './verbs';
import { silent, TestSecretStorage, testSecrets } from './world';

const configured = () => vscode.workspace.getConfiguration('artifacts');
const written = (): unknown => configured().inspect('connections')?.globalValue ?? [];
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.e30.t0ken';

describe('a connection to MATIH, by argument', () => {
  const name = 'matih double';
  let matih: Matih;

  beforeEach(async () => {
    matih = await startMatih({ token: TOKEN });
  });
  afterEach(async () => {
    await Promise.resolve(call('removeConnection', name)).catch(() => undefined);
    await matih.stop();
    assert.deepEqual(matih.faults, []);
  });
  const add = (more: object = {}) => call('addConnection', { kind: 'matih', name, url: `${matih.url}/`, tenant: matih.tenant, secret: TOKEN, readFrom: matih.readFrom.mlflow, ...more });
  const fails = (code: string, work: Thenable<unknown>): Promise<void> => assert.rejects(async () => work, { code });

  it('keeps the token out of the settings', async () => {
    const profile = { storage: { override: '{artifact_location}/{run_id}' } };
    const settings = await add({ profile });
    assert.deepEqual(settings, { kind: 'matih', name, url: matih.url, tenant: 'acme-corp', readFrom: matih.readFrom.mlflow, profile });
    assert.deepEqual(written(), [settings]);
    assert.equal(matih.calls.length, 0, 'nobody is there to be told how it went');
    assert.deepEqual(await call('listArtifacts', { connection: name }), []);
  });

  it('logs a dictionary as JSON and a text under their paths, and lists them', async () => {
    await add();
    const dictionary = { threshold: 0.5, features: ['amount', 'frequency'] };
    const { reference } = await call('logSelection', undefined as never, { connection: name, artifact: 'config', path: 'config/model_config.json', text: JSON.stringify(dictionary), version: 'major', confirm: false });
    assert.equal(reference, 'acme-corp/config:1.0.0');
    const [run] = matih.versionRuns();
    assert.deepEqual(JSON.parse(run!.files.get('files/config/model_config.json')!.bytes().toString()), dictionary);
    assert.deepEqual((await call('listAssets', reference, { connection: name })).map(({ path, type }: { path: string; type: string }) => [path, type]), [['config/model_config.json', 'configuration']]);
    await call('setAliases', reference, { connection: name, aliases: ['prod'] });
    assert.deepEqual((await call('listVersions', 'acme-corp/config', { connection: name })).map(({ aliases }) => aliases), [['prod']]);
    await fails('unsupported', call('deleteVersion', reference, { connection: name, confirm: false }));
  });

  it('lets in who signs in with another token, and takes no user name', async () => {
    await add({ secret: 'old' });
    await fails('signInNeeded', call('listArtifacts', { connection: name }));
    await fails('invalid', call('signIn', name, { username: 'ada', secret: 'x' }));
    assert.deepEqual(await call('signIn', name, { secret: TOKEN }), { connection: name });
    assert.deepEqual(await call('listArtifacts', { connection: name }), []);
  });

  it('refuses what cannot be used, before anything is written', async () => {
    const wrongs = [{ tenant: 'two words' }, { tenant: 'a/b' }, { tenant: '' }, { url: 'matih.example' }, { secret: 'two words' }, { readFrom: 'minio' }, { profile: { routes: { runs: 'https://evil.example' } } }, { profile: { rutes: {} } }, { username: 'ada' }];
    for (const wrong of wrongs) {
      await fails('invalid', add(wrong));
    }
    assert.deepEqual(written(), []);
  });
});

describe('adding a connection to MATIH step by step', () => {
  let storage: TestSecretStorage;
  let connections: ReturnType<typeof createConnections>;
  let services: Services;
  let tried: { readonly settings: unknown; readonly secret: string | undefined }[];
  let failures: (Error | undefined)[];

  beforeEach(() => {
    storage = new TestSecretStorage();
    tried = [];
    failures = [];
    const secrets = testSecrets(storage);
    connections = createConnections({
      log: silent,
      secrets,
      open: async (settings, secret) => {
        tried.push({ settings, secret: await secret() });
        const failure = failures.shift();
        return Object.assign(new MemoryProvider(settings.name), failure && { whoAmI: () => Promise.reject(failure) });
      },
    });
    services = { connections, secrets, log: silent, tree: { reveal: async () => {} } } as unknown as Services;
  });
  afterEach(async () => {
    connections.dispose();
    await configured().update('connections', undefined, vscode.ConfigurationTarget.Global);
  });

  const script = (...answers: readonly Answer[]) => new ScriptedPrompts(...answers);
  async function add(prompts: ScriptedPrompts, answers?: unknown) {
    const settings = await addConnection(services, { answers, prompts, subject: undefined, subjects: [], byCode: answers !== undefined });
    assert.ok(prompts.isDone, 'the script was played to its end');
    return settings;
  }

  it('takes address, tenant, token and what files are read from, and calls MATIH before it saves anything', async () => {
    const settings = await add(script('MATIH', 'https://matih.example/', 'acme-corp', 'Token', 't0ken', 'S3', 'enter'));
    assert.deepEqual(settings, { kind: 'matih', name: 'matih.example', url: 'https://matih.example', tenant: 'acme-corp', readFrom: 's3://' });
    assert.deepEqual(tried, [{ settings, secret: 't0ken' }]);
    assert.deepEqual(await services.secrets.get(settings), { secret: 't0ken' });
    assert.doesNotMatch(JSON.stringify(written()), /t0ken/u);
  });

  it('needs neither a token nor a place to read from', async () => {
    const settings = await add(script('MATIH', 'http://127.0.0.1:8000', 'acme-corp', 'No Sign-In', 'Nowhere', 'enter'));
    assert.deepEqual(settings, { kind: 'matih', name: 'matih', url: 'http://127.0.0.1:8000', tenant: 'acme-corp' });
    assert.deepEqual([tried, storage.values.size], [[{ settings, secret: undefined }], 0]);
  });

  it('takes another place to read from, and goes back from it', async () => {
    const settings = await add(script('MATIH', 'https://matih.example', 'acme-corp', 'No Sign-In', 'Another Address…', BACK, 'Another Address…', 'https://mlflow.example', 'enter'));
    assert.equal((settings as { readFrom?: string }).readFrom, 'https://mlflow.example');
  });

  it('says that MATIH refuses a token, and lets it be changed', async () => {
    failures = [signInNeeded('MATIH')];
    const prompts = script('MATIH', 'https://matih.example', 'acme-corp', 'Token', 'wrong', 'S3', 'enter', 'Change the Sign-In…', 'Token', 'right');
    await add(prompts);
    assert.ok(prompts.sentences.includes('The server does not accept this token.'));
    assert.deepEqual(tried.map(({ secret }) => secret), ['wrong', 'right']);
  });

  it('asks before a token is sent unencrypted, and leaves nothing behind', async () => {
    await assert.rejects(add(script('MATIH', 'http://matih.example', 'acme-corp', 'Token', 't0ken', 'S3', 'enter', LEAVE)), isAbort);
    assert.deepEqual([tried, connections.all.length, storage.values.size], [[], 1, 0]);
  });

  it('asks only for what a call leaves open', async () => {
    assert.deepEqual(await add(script('enter'), { kind: 'matih', url: 'https://matih.example', tenant: 'acme-corp' }), { kind: 'matih', name: 'matih.example', url: 'https://matih.example', tenant: 'acme-corp' });
    assert.deepEqual(await add(script('acme-corp'), { kind: 'matih', name: 'ours', url: 'https://matih.example' }), { kind: 'matih', name: 'ours', url: 'https://matih.example', tenant: 'acme-corp' });
  });

  it('asks for the token alone when somebody signs in again', async () => {
    const settings = { kind: 'matih', name: 'm', url: 'https://matih.example', tenant: 'acme-corp' } as const;
    await connections.add(settings);
    await signIn(services, { answers: undefined, prompts: script('Token', 'new'), subject: { connection: 'm' }, subjects: [], byCode: false });
    assert.deepEqual(await services.secrets.get(settings), { secret: 'new' });
  });
});
