import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isAbort, offline, signInNeeded } from '../../src/model/errors';
import { addConnection } from '../../src/ui/commands/addConnection';
import { signIn } from '../../src/ui/commands/signIn';
import { createConnections } from '../../src/ui/connections';
import { BACK } from '../../src/ui/prompts';
import type { Services } from '../../src/ui/services';
import { MemoryProvider } from '../support/memoryProvider';
import { type Answer, LEAVE, ScriptedPrompts } from './scriptedPrompts';
import { silent, TestSecretStorage, testSecrets } from './world';

const URL = 'https://mlflow.example:5000';

describe('adding a connection step by step', () => {
  let storage: TestSecretStorage;
  let connections: ReturnType<typeof createConnections>;
  let services: Services;
  /** What each check was made with. */
  let revealed: unknown[];
  let tried: { readonly settings: unknown; readonly secret: string | undefined }[];
  /** What the next checks end in. */
  let failures: (Error | undefined)[];
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    storage = new TestSecretStorage();
    tried = [];
    revealed = [];
    failures = [];
    const secrets = testSecrets(storage);
    connections = createConnections({
      log: silent,
      secrets,
      open: async (settings, secret) => {
        tried.push({ settings, secret: await secret() });
        const provider = new MemoryProvider(settings.name);
        const failure = failures.shift();
        return Object.assign(provider, failure && { whoAmI: () => Promise.reject(failure) });
      },
    });
    services = { connections, secrets, log: silent, tree: { reveal: async (ref: unknown) => void revealed.push(ref) } } as unknown as Services;
    environment = { ...process.env };
    for (const key of Object.keys(process.env).filter((each) => each.startsWith('MLFLOW_'))) {
      process.env[key] = '';
    }
  });
  afterEach(async () => {
    process.env = environment;
    connections.dispose();
    await vscode.workspace.getConfiguration('artifacts').update('connections', undefined, vscode.ConfigurationTarget.Global);
  });

  async function add(prompts: ScriptedPrompts, answers?: unknown) {
    const settings = await addConnection(services, { answers, prompts, subject: undefined, subjects: [], byCode: answers !== undefined });
    assert.ok(prompts.isDone, 'the script was played to its end');
    return settings;
  }
  const script = (...answers: readonly Answer[]) => new ScriptedPrompts(...answers);
  const names = (): readonly string[] => connections.all.map(({ name }) => name);

  it('takes kind, address, sign-in and name, and calls the server before it saves anything', async () => {
    const prompts = script('MLflow', { typed: `${URL}/` }, 'User Name and Password', 'ada', 'pw', 'enter');
    const settings = await add(prompts);
    assert.deepEqual(settings, { kind: 'mlflow', name: 'mlflow.example', url: URL, username: 'ada' });
    assert.deepEqual(tried, [{ settings, secret: 'pw' }]);
    assert.deepEqual(names(), ['local', 'mlflow.example']);
    assert.deepEqual(await services.secrets.get(settings), { username: 'ada', secret: 'pw' });
  });

  it('offers a server on this machine, and a name that is free', async () => {
    await add(script('MLflow', 'http://127.0.0.1:5000', 'No Sign-In', 'enter'));
    const second = await add(script('MLflow', 'http://127.0.0.1:5000', 'No Sign-In', 'enter'));
    assert.deepEqual(names(), ['local', 'mlflow', 'mlflow 2']);
    assert.deepEqual(second, { kind: 'mlflow', name: 'mlflow 2', url: 'http://127.0.0.1:5000' });
    assert.equal(storage.values.size, 0);
  });

  it('says what is wrong with an address while it is typed', async () => {
    const prompts = script('MLflow', { typed: 'ftp://mlflow.example' });
    await assert.rejects(add(prompts), /cannot be chosen among: .*An address begins with http/u);
  });

  it('completes an address without a scheme, and offers nothing beside what is typed', async () => {
    const prompts = script('MLflow', { typed: 'localhost:5000' }, 'No Sign-In', 'enter');
    assert.deepEqual(await add(prompts), { kind: 'mlflow', name: 'mlflow', url: 'http://localhost:5000' });
    assert.deepEqual(prompts.lists[1], ['http://localhost:5000', 'https://localhost:5000']);
  });

  it('shows in the view what was added to a person, and nothing to code', async () => {
    const settings = await add(script('MLflow', { typed: URL }, 'No Sign-In', 'enter'));
    await add(script(), { kind: 'mlflow', name: 'by code', url: URL });
    assert.deepEqual(revealed, [{ connection: settings.name }]);
  });

  it('goes back over what had nothing to ask', async () => {
    const prompts = script('MLflow', { typed: URL }, 'No Sign-In', BACK, 'Token', 't0ken', 'enter');
    assert.deepEqual(await services.secrets.get(await add(prompts)), { secret: 't0ken' });
  });

  it('goes back to another kind', async () => {
    const prompts = script('MLflow', BACK, 'MLflow', { typed: URL }, BACK, { typed: 'https://other.example' }, 'No Sign-In', 'enter');
    assert.equal((await add(prompts)).name, 'other.example');
  });

  it('offers what the environment names first, and asks for nothing that it says', async () => {
    Object.assign(process.env, { MLFLOW_TRACKING_URI: URL, MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'pw', MLFLOW_WORKSPACE: 'vision' });
    const prompts = script('MLflow', `From the environment: ${URL}`, 'enter');
    const settings = await add(prompts);
    assert.deepEqual(settings, { kind: 'mlflow', name: 'mlflow.example', url: URL, username: 'ada', workspace: 'vision' });
    assert.equal(prompts.lists[1]?.[0], `From the environment: ${URL}`);
    assert.deepEqual(await services.secrets.get(settings), { username: 'ada', secret: 'pw' });
  });

  it('moves credentials out of the address', async () => {
    const settings = await add(script('MLflow', { typed: 'https://ada:p%40ss@mlflow.example' }, 'enter'));
    assert.doesNotMatch(JSON.stringify(vscode.workspace.getConfiguration('artifacts').inspect('connections')?.globalValue), /p(?:%40|@)ss/u);
    assert.deepEqual(await services.secrets.get(settings), { username: 'ada', secret: 'p@ss' });
  });

  it('says why a server refuses, and lets the sign-in be changed', async () => {
    failures = [signInNeeded('the server')];
    const prompts = script('MLflow', { typed: URL }, 'No Sign-In', 'enter', 'Change the Sign-In…', 'Token', 't0ken');
    await add(prompts);
    assert.equal(prompts.sentences[3], 'The server wants you to sign in.');
    assert.deepEqual(tried.map(({ secret }) => secret), [undefined, 't0ken']);
  });

  it('lets the address be changed', async () => {
    failures = [offline('mlflow.example')];
    const settings = await add(script('MLflow', { typed: URL }, 'No Sign-In', 'enter', 'Change the Address…', { typed: 'https://other.example' }));
    assert.deepEqual(settings, { kind: 'mlflow', name: 'mlflow.example', url: 'https://other.example' });
  });

  it('saves a server that is not there now when told to', async () => {
    failures = [offline('mlflow.example'), offline('mlflow.example')];
    await add(script('MLflow', { typed: URL }, 'No Sign-In', 'team', 'Try Again', 'Save Anyway'));
    assert.deepEqual(names(), ['local', 'team']);
  });

  it('leaves nothing behind when it is left at the last step', async () => {
    failures = [offline('mlflow.example')];
    await assert.rejects(add(script('MLflow', { typed: URL }, 'Token', 't0ken', 'enter', LEAVE)), isAbort);
    assert.deepEqual([names(), storage.values.size], [['local'], 0]);
  });

  it('asks before a token is sent unencrypted, and sends nothing when that is not wanted', async () => {
    await assert.rejects(add(script('MLflow', { typed: 'http://mlflow.example' }, 'Token', 't0ken', 'enter', LEAVE)), isAbort);
    assert.deepEqual(tried, []);
  });

  it('asks only for what a call leaves open', async () => {
    assert.deepEqual(await add(script('enter'), { kind: 'mlflow', url: URL, secret: 't0ken' }), { kind: 'mlflow', name: 'mlflow.example', url: URL });
    assert.deepEqual(tried.map(({ secret }) => secret), ['t0ken']);
  });

  describe('and signing in to it', () => {
    const run = async (prompts: ScriptedPrompts, subject?: unknown) => {
      const result = await signIn(services, { answers: undefined, prompts, subject, subjects: [subject], byCode: false });
      assert.ok(prompts.isDone, 'the script was played to its end');
      return result;
    };
    const team = { kind: 'mlflow', name: 'team', url: URL, username: 'ada' } as const;

    beforeEach(() => connections.add(team));

    it('proposes the user of before', async () => {
      await run(script('User Name and Password', 'enter', 'pw'));
      assert.deepEqual(await services.secrets.get(team), { username: 'ada', secret: 'pw' });
    });

    it('changes from a password to a token', async () => {
      await services.secrets.store(team, { username: 'ada', secret: 'pw' });
      assert.deepEqual(await run(script('Token', 't0ken'), { connection: 'team' }), { connection: 'team' });
      assert.deepEqual(connections.all[1], { kind: 'mlflow', name: 'team', url: URL });
      assert.equal(storage.values.size, 1);
    });

    it('forgets the secret of who needs none', async () => {
      await services.secrets.store(team, { username: 'ada', secret: 'pw' });
      await run(script('No Sign-In'));
      assert.equal(storage.values.size, 0);
    });

    it('keeps what was there when the new one is refused and not wanted all the same', async () => {
      await services.secrets.store(team, { username: 'ada', secret: 'pw' });
      failures = [signInNeeded('the server')];
      await assert.rejects(run(script('User Name and Password', 'enter', 'wrong', LEAVE)), isAbort);
      assert.deepEqual(await services.secrets.get(team), { username: 'ada', secret: 'pw' });
    });

    it('asks for which one where there are several', async () => {
      await connections.add({ ...team, name: 'lab' });
      assert.equal((await run(script('lab', 'No Sign-In'))).connection, 'lab');
    });
  });
});
