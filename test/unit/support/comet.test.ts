import assert from 'node:assert/strict';
import { type Comet, startComet } from '../../support/comet/comet';
import { htmlPage } from '../../support/comet/mishaps';
import { signatureOf } from '../../support/comet/routes/assets';

const REST = '/api/rest/v2/';

interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: FormData;
}

describe('the double of Comet', () => {
  let comet: Comet;

  beforeEach(async () => {
    comet = await startComet();
  });
  afterEach(() => comet.stop());

  async function send(method: string, path: string, { query = {}, body, headers = { authorization: comet.apiKey }, form }: Asked = {}): Promise<Response> {
    return fetch(`${comet.url}${path}?${new URLSearchParams(query).toString()}`, {
      method,
      headers: { ...headers, ...body === undefined ? {} : { 'content-type': 'application/json;charset=utf-8' } },
      ...body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) },
      ...form === undefined ? {} : { body: form },
    });
  }
  const ask = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<any> => (await send('GET', REST + path, { query })).json();
  const tell = async (path: string, body: unknown): Promise<any> => (await send('POST', REST + path, { body })).json();
  const codeOf = async (answer: Promise<any>): Promise<unknown> => (await answer).sdk_error_code;

  const experiment = async (): Promise<string> => (await tell('write/experiment/create', { workspaceName: 'ada', projectName: 'general' })).experimentKey;
  const upsert = async (experimentKey: string, more: object = {}): Promise<any> => tell('write/artifacts/upsert', { artifactName: 'n', artifactType: 'dataset', experimentKey, ...more });
  const upload = async (experimentKey: string, artifactVersionId: string, fileName: string, content = 'x'): Promise<any> => {
    const form = new FormData();
    form.append('file', new Blob([content]), 'file');
    return (await send('POST', `${REST}write/experiment/upload-asset`, { query: { experimentKey, artifactVersionId, fileName }, form })).json();
  };
  const state = async (experimentKey: string, artifactVersionId: string, to = 'CLOSED'): Promise<Response> => send('POST', `${REST}write/artifacts/state`, { body: { artifactVersionId, experimentKey, state: to } });

  describe('as a server', () => {
    afterEach(() => assert.deepEqual(comet.faults, []));

    it('numbers versions: the next major by itself, an exact one once and for all', async () => {
      const key = await experiment();
      const numbers: unknown[] = [];
      for (const version of [null, null, '2.5.14', null]) {
        const { previousVersion, currentVersion } = await upsert(key, { version });
        numbers.push([previousVersion, currentVersion]);
      }
      assert.deepEqual(numbers, [[null, '1.0.0'], ['1.0.0', '2.0.0'], ['2.0.0', '2.5.14'], ['2.5.14', '3.0.0']]);
      assert.equal(await codeOf(upsert(key, { version: '2.5.14' })), 90399);
      comet.deleteVersion('n', '2.5.14');
      assert.equal(await codeOf(upsert(key, { version: '2.5.14' })), 7000019);
      assert.equal(await codeOf(upsert(key, { version: 'one' })), 42001);
      assert.equal(await codeOf(upsert('0'.repeat(32))), 90211);
    });

    it('shows an open version by its id, and to nobody who wants to use it', async () => {
      const key = await experiment();
      const { artifactId, artifactVersionId: versionId } = await upsert(key);
      assert.equal((await ask('artifacts/version', { artifactId, versionId })).state, 'OPEN');
      assert.equal(await codeOf(ask('artifacts/version', { artifactName: 'n', workspace: 'ada', versionOrAlias: '1.0.0', consumerExperimentKey: key })), 90402);
      await state(key, versionId, 'ERROR');
      assert.equal(await codeOf(ask('artifacts/version', { artifactId, versionId, consumerExperimentKey: key })), 90403);
      assert.equal(await codeOf(ask('artifacts/version', { artifactName: 'n', workspace: 'ada' })), 624523);
      assert.equal(await codeOf(ask('artifacts/get', { artifactName: 'other', workspace: 'ada' })), 624522);
    });

    it('answers a state with nothing, and keeps it', async () => {
      const key = await experiment();
      const { artifactVersionId } = await upsert(key);
      const answer = await state(key, artifactVersionId);
      assert.deepEqual([answer.status, await answer.text()], [200, '']);
      assert.equal((await (await state(key, artifactVersionId)).json()).sdk_error_code, 90401);
    });

    it('takes each name of a file once', async () => {
      const key = await experiment();
      const { artifactVersionId } = await upsert(key);
      assert.equal((await upload(key, artifactVersionId, 'a/ü.txt', 'bytes')).code, 200);
      assert.equal(await codeOf(upload(key, artifactVersionId, 'a/ü.txt')), 7000005);
      assert.equal(comet.version('n', '1.0.0').assets.get('a/ü.txt')?.blob?.bytes().toString(), 'bytes');
    });

    it('replaces the lists of labels that are there, and leaves those that are null', async () => {
      const key = await experiment();
      const { artifactVersionId } = await upsert(key, { alias: ['one', 'two'], versionTags: ['x'] });
      await tell('write/artifacts/version/labels', { artifactVersionId, alias: ['three'], versionTags: null, versionMetadata: null });
      const { aliases, tags } = comet.version('n', '1.0.0');
      assert.deepEqual([aliases, tags], [['three'], ['x']]);
    });

    it('finds a name that is encoded once or twice', async () => {
      await upsert(await experiment(), { artifactName: 'Ünï 数+&' });
      for (const artifactName of ['Ünï 数+&', encodeURIComponent('Ünï 数+&')]) {
        assert.equal((await ask('artifacts/get', { artifactName, workspace: 'ada' })).name, 'Ünï 数+&');
      }
    });
  });

  describe('notes what no client should do:', () => {
    const noted = async (what: RegExp, answer: Promise<Response>): Promise<void> => {
      const { status } = await answer;
      assert.ok(status >= 400, `refused, not ${status}`);
      assert.equal(comet.faults.length, 1, comet.faults.join('\n'));
      assert.match(comet.faults[0]!, what);
    };

    it('a route that there is not', () => noted(/GET \/artifacts\/delete: no such route/u, send('GET', `${REST}artifacts/delete`)));
    it('no key', () => noted(/no Authorization/u, send('GET', `${REST}workspaces`, { headers: {} })));
    it('a key after a scheme', () => noted(/scheme/u, send('GET', `${REST}workspaces`, { headers: { authorization: `Bearer ${comet.apiKey}` } })));
    it('a key in the address', () => noted(/in the address/u, send('GET', `${REST}workspaces`, { query: { apiKey: comet.apiKey } })));
    it('an unknown field in a query', () => noted(/unknown field page in its query/u, send('GET', `${REST}workspaces`, { query: { page: '1' } })));
    it('an unknown field in a body', () => noted(/unknown field colour in its body/u, send('POST', `${REST}write/project/create`, { body: { workspaceName: 'ada', projectName: 'p', colour: 'red' } })));
    it('a field that is missing', () => noted(/no field projectName/u, send('POST', `${REST}write/project/create`, { body: { workspaceName: 'ada' } })));
    it('a field of another kind', () => noted(/field isPublic in its body is "yes"/u, send('POST', `${REST}write/project/create`, { body: { workspaceName: 'ada', projectName: 'p', isPublic: 'yes' } })));
    it('another content type', () => noted(/content type text\/plain/u, send('POST', `${REST}write/project/create`, { headers: { 'authorization': comet.apiKey, 'content-type': 'text/plain' }, form: '{}' as unknown as FormData })));
    it('a body that is no JSON', () => noted(/no JSON object/u, send('POST', `${REST}write/project/create`, { body: '{"workspaceName":' })));

    it('an upload without a file', async () => {
      const experimentKey = await experiment();
      const form = new FormData();
      form.append('metadata', '{}');
      await noted(/neither a file nor a link/u, send('POST', `${REST}write/experiment/upload-asset`, { query: { experimentKey, fileName: 'a' }, form }));
    });

    it('an upload to a version that is closed', async () => {
      const key = await experiment();
      const { artifactVersionId } = await upsert(key);
      await state(key, artifactVersionId);
      assert.equal(await codeOf(upload(key, artifactVersionId, 'a')), 90401);
      assert.match(comet.faults.join(), /an upload of a to version 1\.0\.0, which is closed/u);
    });

    it('the end of a version by an experiment that did not make it', async () => {
      const { artifactVersionId } = await upsert(await experiment());
      await state(await experiment(), artifactVersionId);
      assert.match(comet.faults.join(), /did not make it/u);
    });

    it('a key at the object storage', async () => {
      await fetch(`${comet.storageUrl}/bucket/x?X-Amz-Signature=${signatureOf('x')}`, { headers: { authorization: comet.apiKey } });
      assert.match(comet.faults.join('\n'), /header authorization came to the object storage\nthe key came/u);
    });
  });

  describe('goes wrong as it is told:', () => {
    it('with another answer, and nothing happens', async () => {
      comet.fail('POST /write/experiment/create', htmlPage);
      const answer = await send('POST', `${REST}write/experiment/create`, { body: { workspaceName: 'ada', projectName: 'general' } });
      assert.match(await answer.text(), /<title>/u);
      assert.equal(comet.records.experiments.size, 0);
    });

    it('with no answer, and all happens', async () => {
      comet.fail('POST /write/experiment/create', { kind: 'lost' });
      await assert.rejects(experiment());
      assert.equal(comet.records.experiments.size, 1);
    });

    it('with half a body, and with a wrong one', async () => {
      const key = await experiment();
      const { artifactVersionId } = await upsert(key);
      const { assetId } = await upload(key, artifactVersionId, 'a', 'abcdef');
      comet.fail('GET /experiment/asset/get-asset', { kind: 'truncated', after: 3 }, { kind: 'flipped' });
      const download = (): Promise<Response> => send('GET', `${REST}experiment/asset/get-asset`, { query: { assetId } });
      await assert.rejects((await download()).text());
      assert.equal(await (await download()).text(), 'abceef');
      assert.equal(await (await download()).text(), 'abcdef');
    });
  });
});
