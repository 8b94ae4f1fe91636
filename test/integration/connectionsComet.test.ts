import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isAbort, signInNeeded } from '../../src/model/errors';
import type { CometSettings } from '../../src/providers/registry';
import { addConnection } from '../../src/ui/commands/addConnection';
import { signIn } from '../../src/ui/commands/signIn';
import { createConnections } from '../../src/ui/connections';
import { BACK } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { type Comet, startComet } from '../support/comet/comet';
import { MemoryProvider } from '../support/memoryProvider';
import { type Answer, LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { call } from './verbs';
import { silent, TestSecretStorage, testSecrets } from './world';

const keyFor = (baseUrl: string): string => `key*${Buffer.from(JSON.stringify({ baseUrl })).toString('base64')}`;
const configured = () => vscode.workspace.getConfiguration('artifacts');
const written = (): unknown => configured().inspect('connections')?.globalValue ?? [];

describe('a connection to Comet, by argument', () => {
  const name = 'comet double';
  let comet: Comet;

  beforeEach(async () => {
    comet = await startComet();
  });
  afterEach(async () => {
    await Promise.resolve(call('removeConnection', name)).catch(() => undefined);
    await comet.stop();
    assert.deepEqual(comet.faults, []);
  });
  const list = () => call('listArtifacts', { connection: name });
  const fails = (code: string, work: Thenable<unknown>): Promise<void> => assert.rejects(async () => work, { code });

  it('keeps the key out of the settings', async () => {
    const settings = await call('addConnection', { kind: 'comet', name, url: `${comet.url}/`, secret: comet.apiKey, workspace: 'team', project: 'churn' });
    assert.deepEqual(settings, { kind: 'comet', name, url: comet.url, workspace: 'team', project: 'churn' });
    assert.deepEqual(written(), [settings]);
    assert.equal(comet.calls.length, 0, 'nobody is there to be told how it went');
    assert.deepEqual(await list(), []);
  });

  it('goes where the key says', async () => {
    const settings = await call('addConnection', { kind: 'comet', name, secret: `${comet.apiKey}*${keyFor(comet.url).split('*')[1] ?? ''}` });
    assert.deepEqual(settings, { kind: 'comet', name, url: comet.url });
  });

  it('lets in who signs in with another key, and takes no user name', async () => {
    await call('addConnection', { kind: 'comet', name, url: comet.url, secret: 'old' });
    await fails('signInNeeded', list());
    await fails('invalid', call('signIn', name, { username: 'ada', secret: 'x' }));
    assert.deepEqual(await call('signIn', name, { secret: comet.apiKey }), { connection: name });
    assert.deepEqual(await list(), []);
  });

  it('refuses what cannot be used, before anything is written', async () => {
    for (const wrong of [{ secret: '' }, { secret: 'two words' }, { secret: 'key*broken' }, { secret: keyFor('ftp://x') }, { secret: 'k', url: 'comet.example' }, { secret: 'k', username: 'ada' }, { secret: 'k', experiment: 'x' }]) {
      await fails('invalid', call('addConnection', { kind: 'comet', name, ...wrong }));
    }
    assert.deepEqual(written(), []);
  });

  it('gives Python that names the server, and no key', async () => {
    await call('addConnection', { kind: 'comet', name, url: comet.url, secret: comet.apiKey });
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'comet-')), 'a.csv');
    fs.writeFileSync(file, 'x,y\n');
    const { reference } = await call('logArtifact', vscode.Uri.file(file), { connection: name, artifact: 'data', version: 'major', confirm: false });
    const text = await call('copyPythonSnippet', reference, { connection: name });
    assert.match(text, /experiment\.get_artifact\("data", "ada", version_or_alias="1\.0\.0"\)/u);
    assert.ok(text.includes(`"${comet.url}/clientlib/"`));
    assert.ok(!text.includes(comet.apiKey));
    await call('setTags', reference, { connection: name, tags: [] });
    fs.rmSync(path.dirname(file), { recursive: true });
  });
});

describe('a key of Comet', () => {
  let storage: TestSecretStorage;
  let secrets: ReturnType<typeof testSecrets>;
  const comet: CometSettings = { kind: 'comet', name: 'comet' };

  beforeEach(() => {
    storage = new TestSecretStorage();
    secrets = testSecrets(storage);
  });
  afterEach(() => secrets.dispose());

  it('is kept for Comet where nothing says otherwise', async () => {
    await secrets.store(comet, { secret: 'key' });
    assert.deepEqual([...storage.values.keys()], ['connection ["comet","https://www.comet.com",""]']);
    assert.deepEqual(await secrets.get(comet), { secret: 'key' });
    assert.equal(await secrets.get({ ...comet, url: 'https://evil.example' }), undefined);
  });

  it('is kept for the server that it names', async () => {
    const key = keyFor('https://comet.example/');
    await secrets.store(comet, { secret: key });
    assert.deepEqual([...storage.values.keys()], ['connection ["comet","https://comet.example",""]']);
    assert.deepEqual(await secrets.get(comet), { secret: key });
    assert.deepEqual(await secrets.get({ ...comet, url: 'https://comet.example' }), { secret: key });
    assert.equal(await secrets.get({ ...comet, url: 'https://www.comet.com' }), undefined);
  });

  it('of a server of one’s own does not go to Comet when the address is taken away', async () => {
    await secrets.store({ ...comet, url: 'https://comet.example' }, { secret: 'key' });
    assert.equal(await secrets.get(comet), undefined);
  });

  it('takes the place of one that named another server', async () => {
    await secrets.store(comet, { secret: keyFor('https://comet.example') });
    await secrets.store(comet, { secret: 'key' });
    assert.deepEqual(await secrets.get(comet), { secret: 'key' });
    assert.equal(storage.values.size, 1);
  });
});

describe('adding a connection to Comet step by step', () => {
  let storage: TestSecretStorage;
  let connections: ReturnType<typeof createConnections>;
  let services: Services;
  let tried: { readonly settings: unknown; readonly secret: string | undefined }[];
  let failures: (Error | undefined)[];
  let environment: NodeJS.ProcessEnv;
  const config = path.join(os.homedir(), '.comet.config');

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
    environment = { ...process.env };
    for (const key of Object.keys(process.env).filter((each) => each.startsWith('COMET_'))) {
      process.env[key] = '';
    }
  });
  afterEach(async () => {
    process.env = environment;
    connections.dispose();
    fs.rmSync(config, { force: true });
    await configured().update('connections', undefined, vscode.ConfigurationTarget.Global);
  });

  const script = (...answers: readonly Answer[]) => new ScriptedPrompts(...answers);
  async function add(prompts: ScriptedPrompts, answers?: unknown) {
    const settings = await addConnection(services, { answers, prompts, subject: undefined, subjects: [], byCode: answers !== undefined });
    assert.ok(prompts.isDone, 'the script was played to its end');
    return settings;
  }

  it('takes key, place and name, and calls Comet before it saves anything', async () => {
    const settings = await add(script('Comet', 'k3y', 'www.comet.com', 'enter'));
    assert.deepEqual(settings, { kind: 'comet', name: 'comet' });
    assert.deepEqual(tried, [{ settings, secret: 'k3y' }]);
    assert.deepEqual(await services.secrets.get(settings), { secret: 'k3y' });
    assert.doesNotMatch(JSON.stringify(written()), /k3y/u);
  });

  it('takes the address of a server of one’s own, as its Python has it too', async () => {
    const settings = await add(script('Comet', 'k3y', { typed: 'https://comet.example/clientlib/' }, 'enter'));
    assert.deepEqual(settings, { kind: 'comet', name: 'comet.example', url: 'https://comet.example' });
  });

  it('asks for no address where the key names it', async () => {
    const settings = await add(script('Comet', keyFor('https://comet.example/'), 'enter'));
    assert.deepEqual(settings, { kind: 'comet', name: 'comet.example', url: 'https://comet.example' });
  });

  it('offers what the environment has, and asks for nothing that it says', async () => {
    Object.assign(process.env, { COMET_API_KEY: 'k3y', COMET_WORKSPACE: 'ada', COMET_PROJECT_NAME: 'churn', COMET_URL_OVERRIDE: 'https://comet.example/clientlib/' });
    const prompts = script('Comet', 'From the environment: COMET_API_KEY', 'enter');
    const settings = await add(prompts);
    assert.deepEqual(settings, { kind: 'comet', name: 'comet.example', url: 'https://comet.example', workspace: 'ada', project: 'churn' });
    assert.deepEqual(await services.secrets.get(settings), { secret: 'k3y' });
    assert.ok(prompts.lists.flat().every((row) => !row.includes('k3y')), 'a key is not shown');
  });

  it('offers what Comet’s own file has, and another key beside it', async () => {
    fs.writeFileSync(config, '[comet]\napi_key=k3y\nworkspace=ada\n');
    assert.deepEqual(await add(script('Comet', 'From ~/.comet.config', 'enter')), { kind: 'comet', name: 'comet', workspace: 'ada' });
    const other = await add(script('Comet', 'Another API Key…', BACK, 'Another API Key…', 'other', 'www.comet.com', 'enter'));
    assert.deepEqual(other, { kind: 'comet', name: 'comet 2' });
    assert.deepEqual(await services.secrets.get(other), { secret: 'other' });
  });

  it('says that Comet refuses a key, and lets it be changed', async () => {
    failures = [signInNeeded('Comet')];
    const prompts = script('Comet', 'wrong', 'www.comet.com', 'enter', 'Change the Sign-In…', 'right');
    await add(prompts);
    assert.ok(prompts.sentences.includes('Comet does not accept this API key.'));
    assert.deepEqual(tried.map(({ secret }) => secret), ['wrong', 'right']);
  });

  it('leaves nothing behind when it is left at the last step', async () => {
    failures = [signInNeeded('Comet')];
    await assert.rejects(add(script('Comet', 'k3y', 'www.comet.com', 'enter', LEAVE)), isAbort);
    assert.deepEqual([connections.all.length, storage.values.size], [1, 0]);
  });

  it('asks before a key is sent unencrypted', async () => {
    await assert.rejects(add(script('Comet', 'k3y', { typed: 'http://comet.example' }, 'enter', LEAVE)), isAbort);
    assert.deepEqual(tried, []);
  });

  it('asks only for what a call leaves open', async () => {
    assert.deepEqual(await add(script('enter'), { kind: 'comet', secret: 'k3y' }), { kind: 'comet', name: 'comet' });
    assert.deepEqual(await add(script('k3y'), { kind: 'comet', name: 'ours', url: 'https://comet.example' }), { kind: 'comet', name: 'ours', url: 'https://comet.example' });
  });

  it('asks for the key alone when somebody signs in again', async () => {
    await connections.add({ kind: 'comet', name: 'comet' });
    const prompts = script('new');
    await signIn(services, { answers: undefined, prompts, subject: { connection: 'comet' }, subjects: [], byCode: false });
    assert.deepEqual(prompts.questions, ['API key, from your account settings in Comet']);
    assert.deepEqual(await services.secrets.get({ kind: 'comet', name: 'comet' }), { secret: 'new' });
  });
});
