import * as assert from 'node:assert/strict';
import type { MlflowSettings } from '../../src/providers/registry';
import { allowUnencrypted } from '../../src/ui/commands/checkServer';
import type { ServerDraft } from '../../src/ui/commands/serverSteps';
import { createConnections } from '../../src/ui/connections';
import type { Prompts } from '../../src/ui/prompts';
import { MemoryProvider } from '../support/memoryProvider';
import { silent, TestSecretStorage, testSecrets } from './world';

const team: MlflowSettings = { kind: 'mlflow', name: 'team', url: 'https://mlflow.example/a', username: 'ada' };

describe('secrets', () => {
  let storage: TestSecretStorage;
  let secrets: ReturnType<typeof testSecrets>;

  beforeEach(async () => {
    storage = new TestSecretStorage();
    secrets = testSecrets(storage);
    await secrets.store(team, { username: 'ada', secret: 'pw' });
  });
  afterEach(() => secrets.dispose());

  it('are found again for the connection they were entered for, wherever below its address', async () => {
    assert.deepEqual(await secrets.get({ ...team, url: 'https://mlflow.example/b', experiment: 'Nightly' }), { username: 'ada', secret: 'pw' });
  });

  for (const [what, change] of [
    ['host', { url: 'https://evil.example/a' }], ['port', { url: 'https://mlflow.example:8443/a' }], ['scheme', { url: 'http://mlflow.example/a' }],
    ['user', { username: 'bob' }], ['name', { name: 'other' }],
  ] as const) {
    it(`are not found for another ${what}`, async () => {
      assert.equal(await secrets.get({ ...team, ...change }), undefined);
    });
  }

  it('do not mix up names that look like keys', async () => {
    const [odd, other] = [{ ...team, name: 'a","https://mlflow.example","ada' }, { ...team, name: 'a' }];
    await secrets.store(odd, { secret: 'odd' });
    assert.equal(await secrets.get(other), undefined);
  });

  it('are one for a name and an origin: another user takes the place of the first', async () => {
    await secrets.store({ ...team, username: 'bob' }, { username: 'bob', secret: 'other' });
    assert.equal(await secrets.get(team), undefined);
    assert.equal(storage.values.size, 1);
  });

  it('go with their connection, wherever it pointed, and leave those of others', async () => {
    await secrets.store({ ...team, url: 'https://elsewhere.example' }, { secret: 'x' });
    await secrets.store({ ...team, name: 'lab' }, { secret: 'y' });
    await storage.store('something else', 'z');
    await secrets.forget('team');
    assert.deepEqual([...storage.values.keys()], ['connection ["lab","https://mlflow.example","ada"]', 'something else']);
  });

  it('are forgotten when somebody goes on without signing in', async () => {
    await secrets.store(team, undefined);
    assert.equal(storage.values.size, 0);
  });

  it('that somebody else wrote in another form count as none', async () => {
    for (const value of ['pw', '{}', '{"secret":7}', 'null']) {
      await storage.store('connection ["team","https://mlflow.example","ada"]', value);
      assert.equal(await secrets.get(team), undefined);
    }
  });

  it('are no business of a folder', async () => {
    const folder = { kind: 'local', name: 'team', path: '/stores/team' } as const;
    await secrets.store(folder, { secret: 'x' });
    assert.equal(await secrets.get(folder), undefined);
    assert.equal(storage.values.size, 1);
  });
});

describe('a provider and the secret of its connection', () => {
  let opened: { readonly settings: unknown; readonly secret: string | undefined; readonly provider: MemoryProvider }[];
  let secrets: ReturnType<typeof testSecrets>;
  let connections: ReturnType<typeof createConnections>;

  beforeEach(() => {
    opened = [];
    secrets = testSecrets();
    connections = createConnections({
      log: silent,
      secrets,
      open: async (settings, secret) => {
        const provider = new MemoryProvider(settings.name);
        opened.push({ settings, secret: await secret(), provider });
        return provider;
      },
    });
    connections.attach({ ...team, username: undefined });
  });
  afterEach(() => {
    connections.dispose();
    secrets.dispose();
  });

  it('meet when it is opened', async () => {
    await secrets.store({ ...team, username: undefined }, { secret: 'token' });
    await connections.get('team');
    assert.deepEqual(opened.map(({ secret }) => secret), ['token']);
  });

  it('part when the secret changes: the next one who asks gets a provider that knows the new one', async () => {
    let told = 0;
    connections.onDidChangeList(() => told++);
    await connections.get('team');
    await secrets.store({ ...team, username: undefined }, { secret: 'token' });
    assert.notEqual(await connections.get('team'), opened[0]?.provider);
    assert.deepEqual(opened.map(({ secret }) => secret), [undefined, 'token']);
    assert.equal(opened[0]?.provider.disposed, true);
    assert.ok(told > 0, 'what shows the connection was told');
  });

  it('stay together when the secret of another one changes', async () => {
    const provider = await connections.get('team');
    await secrets.store({ ...team, name: 'lab' }, { secret: 'x' });
    assert.equal(await connections.get('team'), provider);
  });

  it('know the user who signed in where the settings name none', async () => {
    await secrets.store({ ...team, username: undefined }, { username: 'bob', secret: 'pw' });
    await connections.get('team');
    assert.deepEqual(opened[0]?.settings, { ...team, username: 'bob' });
  });

  it('are tried together before anything is saved, and nothing is kept of it', async () => {
    await connections.probe({ ...team, name: 'unsaved' }, 'typed', {});
    assert.deepEqual(opened.map(({ secret, provider }) => [secret, provider.disposed]), [['typed', true]]);
    await assert.rejects(connections.get('unsaved'), { code: 'notFound' });
  });
});

describe('a secret on its way', () => {
  let asked: string[];
  let prompts: Prompts;

  beforeEach(() => {
    asked = [];
    prompts = { confirm: async (message: string) => void asked.push(message) } as unknown as Prompts;
  });

  it('asks once before it is sent unencrypted to another machine', async () => {
    const draft: ServerDraft = { url: 'http://mlflow.example:5000', secret: 'pw' };
    await allowUnencrypted(prompts, draft, draft.url ?? '');
    await allowUnencrypted(prompts, draft, draft.url ?? '');
    assert.deepEqual(asked, ['Send the secret to mlflow.example:5000 unencrypted?']);
    await allowUnencrypted(prompts, draft, 'http://other.example');
    assert.equal(asked.length, 2);
  });

  it('asks nothing where it is encrypted, stays on this machine, or is not there', async () => {
    for (const draft of [{ url: 'https://mlflow.example', secret: 'pw' }, { url: 'http://127.0.0.1:5000', secret: 'pw' }, { url: 'http://mlflow.example' }]) {
      await allowUnencrypted(prompts, draft, draft.url);
    }
    assert.deepEqual(asked, []);
  });
});
