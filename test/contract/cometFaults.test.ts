import assert from 'node:assert/strict';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { type Comet, startComet } from '../support/comet/comet';
import { htmlPage, type Mishap } from '../support/comet/mishaps';
import { addExperiment, newKey } from '../support/comet/records';
import { USUAL } from '../support/comet/quirks';
import { signatureOf } from '../support/comet/routes/assets';
import { upsert } from '../support/comet/versions';
import { keepingLog } from '../support/keepingLog';
import { all, bytesOf, cometProvider, logVersion, source, textOf, writing } from '../support/providers';

const UPSERT = 'POST /write/artifacts/upsert';
const UPLOAD = 'POST /write/experiment/upload-asset';
const STATE = 'POST /write/artifacts/state';
const LABELS = 'POST /write/artifacts/version/labels';
const GET_ASSET = 'GET /experiment/asset/get-asset';

/** The two ways in which an answer gets lost. */
const LOST: readonly Mishap[] = [{ kind: 'lost' }, { kind: 'lost', status: 503 }];

const fails = (code: ErrorCode, text = /./u) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error), `an ArtifactError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, text);
  return true;
};
/** Any failure that people get a sentence for. */
const isTold = (error: unknown): boolean => isArtifactError(error);

describe('Comet under faults', function () {
  this.timeout(30_000);
  const log = keepingLog();
  let comet: Comet;
  let provider: Provider;

  beforeEach(async () => {
    comet = await startComet();
    provider = await cometProvider(comet, {}, log, { pause: 20 });
  });
  afterEach(async () => {
    await provider.dispose();
    await comet.stop();
  });

  /** An example after which the server has nothing to complain about, and nothing half-done. */
  const holds = (title: string, example: () => Promise<void>): void => {
    it(title, async () => {
      await example();
      assert.deepEqual(comet.faults, []);
      assert.deepEqual(comet.leftOpen(), []);
      assert.deepEqual(comet.mishapsLeft(), []);
      assert.ok(!log.lines.some((line) => line.includes(comet.apiKey)), 'no line of the log holds the key');
    });
  };

  const ref = { connection: 'comet', workspace: 'ada', artifact: 'churn' };
  const files = { 'a.txt': 'first', 'b/c.txt': 'second' };
  const made = (): unknown[] => comet.artifact('churn').versions.map(({ number, state, assets }) => [number, state, [...assets.values()].map((asset) => [asset.path, asset.blob?.bytes().toString()]).sort()]);
  const whole = [['a.txt', 'first'], ['b/c.txt', 'second']];
  const count = (route: string): number => comet.calls.filter((call) => call.route === route).length;
  const times = (mishap: Mishap, number = 12): Mishap[] => Array.from({ length: number }, () => mishap);

  describe('an answer that gets lost', () => {
    for (const mishap of LOST) {
      const how = mishap.kind === 'lost' && mishap.status !== undefined ? `behind a ${mishap.status}` : 'in a reset';

      holds(`about a new version, ${how}, makes no second one`, async () => {
        comet.fail(UPSERT, mishap);
        assert.equal((await logVersion(provider, { files })).version, '1.0.0');
        assert.deepEqual(made(), [['1.0.0', 'CLOSED', whole]]);
      });

      holds(`about an exact number, ${how}, is not taken for somebody else's`, async () => {
        comet.fail(UPSERT, mishap);
        assert.equal((await logVersion(provider, { draft: { version: '1.4.5' }, files })).version, '1.4.5');
        assert.deepEqual(made(), [['1.4.5', 'CLOSED', whole]]);
      });

      holds(`about an upload, ${how}, leaves the file as it arrived`, async () => {
        comet.fail(UPLOAD, mishap, mishap);
        await logVersion(provider, { files });
        assert.deepEqual(made(), [['1.0.0', 'CLOSED', whole]]);
      });

      holds(`about a link, ${how}, leaves it as it arrived`, async () => {
        comet.fail(UPLOAD, mishap);
        const version = await logVersion(provider, { links: [{ path: 'far', link: 'any words' }] });
        assert.deepEqual((await all(provider.assets(version))).map(({ link }) => link), ['any words']);
      });

      holds(`about the end of a version, ${how}, leaves it closed`, async () => {
        comet.fail(STATE, mishap);
        assert.equal((await logVersion(provider, { files })).version, '1.0.0');
        assert.deepEqual(made(), [['1.0.0', 'CLOSED', whole]]);
      });

      holds(`about labels, ${how}, changes nothing about them`, async () => {
        const version = await logVersion(provider, { files });
        comet.fail(LABELS, mishap);
        assert.deepEqual((await provider.label!(version, { tags: ['x'] })).tags, ['x']);
      });
    }

    holds('never makes an open version of somebody else ours', async () => {
      const other = addExperiment(comet.records, { key: newKey(), workspace: 'ada', project: 'general' });
      const { made: theirs } = upsert(comet.records, USUAL, { name: 'churn', type: 'dataset', experiment: other, version: undefined, aliases: [], tags: [], metadata: null });
      comet.fail(UPSERT, { kind: 'answer', status: 503 });
      await logVersion(provider, { files }).catch((error: unknown) => assert.ok(isTold(error)));
      assert.deepEqual([theirs.state, theirs.assets.size], ['OPEN', 0]);
      theirs.state = 'ERROR';
    });
  });

  describe('a fault that passes', () => {
    holds('of uploads is overcome: a 500, a reset in the middle, a request too many', async () => {
      comet.fail(UPLOAD, { kind: 'answer', status: 500 }, { kind: 'reset', after: 1000 }, { kind: 'answer', status: 429, headers: { 'Retry-After-Custom': '1' } });
      const started = Date.now();
      await logVersion(provider, { files: { ...files, 'large.bin': new Uint8Array(3_000_000) } });
      assert.ok(Date.now() - started >= 1_000, 'the pause that Comet asks for');
      assert.deepEqual([...comet.version('churn', '1.0.0').assets.values()].map(({ path, size }) => [path, size]).sort(), [['a.txt', 5], ['b/c.txt', 6], ['large.bin', 3_000_000]]);
    });

    holds('of downloads is overcome: a 500, a body cut short, a reset', async () => {
      const bytes = Buffer.alloc(500_000, 'abcdefg');
      const version = await logVersion(provider, { files: { 'a.bin': bytes } });
      comet.fail(GET_ASSET, { kind: 'answer', status: 500 }, { kind: 'truncated', after: 123_456 }, { kind: 'reset' });
      assert.ok((await bytesOf(provider.read({ ...version, path: 'a.bin' }))).equals(bytes));
    });

    holds('of lists is overcome', async () => {
      await logVersion(provider, { files });
      comet.fail('GET /artifacts/get', { kind: 'answer', status: 502 }, { kind: 'truncated', after: 20 }, { kind: 'reset' });
      assert.deepEqual((await all(provider.versions(ref))).map(({ version }) => version), ['1.0.0']);
    });

    holds('is survived by two hundred files, with few calls more than they need', async () => {
      comet.fail(UPLOAD, ...Array.from({ length: 200 }, (_, index): Mishap => (index % 10 < 3 ? { kind: 'answer', status: 429, headers: { 'Retry-After': '0' } } : { kind: 'none' })));
      await logVersion(provider, { files: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.txt`, `${index}`])) });
      assert.equal(comet.version('churn', '1.0.0').assets.size, 200);
      assert.ok(count(UPLOAD) <= 320, `${count(UPLOAD)} uploads`);
    });
  });

  describe('a bad answer', () => {
    holds('of HTML is a fault of the server, wherever it stands', async () => {
      const version = await logVersion(provider, { files });
      for (const [route, ask] of [
        ['GET /account-details', () => provider.whoAmI()],
        ['GET /artifacts/get-all', () => all(provider.artifacts(ref))],
        ['GET /artifacts/get', () => provider.artifact(ref)],
        ['GET /projects', () => all(provider.experiments!(ref))],
        ['GET /experiment/metadata', () => provider.run!({ ...ref, run: version.producer!.run })],
      ] as const) {
        comet.fail(route, htmlPage);
        await assert.rejects(ask(), fails('serverFault'), route);
      }
    });

    holds('of HTML to what begins, fills or ends a version leaves none', async () => {
      for (const [index, route] of [UPSERT, UPLOAD, STATE].entries()) {
        comet.fail(route, ...times(htmlPage, route === UPLOAD ? 2 : 1));
        await assert.rejects(logVersion(provider, { draft: { artifact: `html-${index}` }, files }), isTold, route);
        await assert.rejects(provider.artifact({ ...ref, artifact: `html-${index}` }), fails('notFound'), route);
      }
    });

    holds('of half a JSON text is a fault of the server', async () => {
      await logVersion(provider, { files });
      comet.fail('GET /artifacts/get', { kind: 'answer', status: 200, body: '{"artifactId":"x","name":' });
      await assert.rejects(provider.artifact(ref), fails('serverFault'));
    });

    holds('of another shape is a fault of the server', async () => {
      for (const body of ['[]', '{}', 'null', '{"artifactId":1,"name":{},"versions":"none"}']) {
        comet.fail('GET /artifacts/get', { kind: 'answer', status: 200, body });
        await assert.rejects(provider.artifact(ref), fails('serverFault'), body);
      }
    });

    holds('with the status 200 and an error code is that error', async () => {
      const refusal = (code: number): Mishap => ({ kind: 'answer', status: 200, body: JSON.stringify({ msg: 'no', code: 400, data: null, sdk_error_code: code }) });
      await logVersion(provider, { files });
      comet.fail('GET /artifacts/get', refusal(624522), refusal(7000011));
      await assert.rejects(provider.artifact(ref), fails('notFound'));
      await assert.rejects(provider.artifact(ref), fails('forbidden'));
      comet.fail(UPLOAD, refusal(7000011));
      await assert.rejects(logVersion(provider, { draft: { artifact: 'refused' }, files: { a: '1' } }), fails('forbidden'));
      comet.fail(STATE, refusal(90210));
      await assert.rejects(logVersion(provider, { draft: { artifact: 'refused' }, files: { a: '1' } }), fails('forbidden'));
      assert.deepEqual(comet.artifact('refused').versions.map(({ state }) => state), ['ERROR', 'ERROR']);
    });

    holds('that says closed about a version that stays open is found out, and the version is given up', async () => {
      comet.fail(STATE, { kind: 'answer', status: 200 });
      await assert.rejects(logVersion(provider, { files }), isTold);
      assert.deepEqual(comet.artifact('churn').versions.map(({ state }) => state), ['ERROR']);
    });

    holds('that never comes can be left, and holds up nobody else', async () => {
      await logVersion(provider, { files });
      comet.fail('GET /artifacts/get', { kind: 'silence' });
      const controller = new AbortController();
      const waiting = provider.artifact(ref, { signal: controller.signal });
      assert.equal((await provider.artifact(ref)).latest, '1.0.0');
      controller.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
    });

    holds('about an upload that did not arrive is found out before the end', async () => {
      comet.fail(UPLOAD, { kind: 'answer', status: 200 });
      await assert.rejects(logVersion(provider, { files: { a: '1' } }), fails('corrupt', /\ba\b/u));
      assert.deepEqual(comet.artifact('churn').versions.map(({ state }) => state), ['ERROR']);
    });
  });

  describe('bytes', () => {
    holds('with one bit flipped are found out', async () => {
      const version = await logVersion(provider, { files });
      comet.fail(GET_ASSET, ...times({ kind: 'flipped' }, 1));
      await assert.rejects(textOf(provider.read({ ...version, path: 'a.txt' })), fails('corrupt', /a\.txt/u));
    });

    holds('that end early each time end in a sentence', async () => {
      const version = await logVersion(provider, { files: { 'a.bin': new Uint8Array(100_000) } });
      comet.set({ ranges: false });
      comet.fail(GET_ASSET, ...times({ kind: 'truncated', after: 10 }, 40));
      await assert.rejects(bytesOf(provider.read({ ...version, path: 'a.bin' })), isTold);
      comet.calm();
    });

    for (const redirect of [301, 302, 307] as const) {
      holds(`come from the object storage after a ${redirect}, which gets no key to see`, async () => {
        comet.set({ redirect });
        const bytes = Buffer.alloc(300_000, 'abcdefg');
        const version = await logVersion(provider, { files: { 'a.bin': bytes } });
        assert.ok((await bytesOf(provider.read({ ...version, path: 'a.bin' }))).equals(bytes));
        assert.ok((await bytesOf(provider.read({ ...version, path: 'a.bin' }, 123_456))).equals(bytes.subarray(123_456)));
        assert.equal(count('GET storage'), 2);
      });
    }

    holds('come again when the object storage fails in between', async () => {
      comet.set({ redirect: 302 });
      const bytes = Buffer.alloc(300_000, 'abcdefg');
      const version = await logVersion(provider, { files: { 'a.bin': bytes } });
      comet.fail('GET storage', { kind: 'answer', status: 503 }, { kind: 'truncated', after: 100_000 });
      assert.ok((await bytesOf(provider.read({ ...version, path: 'a.bin' }))).equals(bytes));
    });
  });

  describe('what others left on the server', () => {
    holds('may be metadata that is no JSON', async () => {
      const version = await logVersion(provider, { files });
      const stored = comet.version('churn', '1.0.0');
      for (const metadata of [null, 'no JSON', '[1]', '"text"', '']) {
        stored.metadata = metadata;
        stored.assets.set('a.txt', { ...stored.assets.get('a.txt')!, metadata });
        assert.deepEqual((await provider.version(version)).metadata, {}, String(metadata));
      }
      const fresh = await cometProvider(comet);
      assert.equal((await all(fresh.assets(version)))[0]?.metadata, undefined);
      await fresh.dispose();
    });

    holds('may be links of any text, synced or not', async () => {
      const version = await logVersion(provider, {
        links: [{ path: 'one', link: 'just words' }, { path: 'two', link: 's3://b/k', metadata: { synced: false, error_message: 'no bucket' } }, { path: 'three', link: 'javascript:alert(1)' }],
      });
      assert.deepEqual((await all(provider.assets(version))).map((asset) => [asset.path, asset.link]), [['one', 'just words'], ['three', 'javascript:alert(1)'], ['two', 's3://b/k']]);
      await assert.rejects(textOf(provider.read({ ...version, path: 'two' })), fails('unsupported'));
    });

    holds('may be a version that is open, or failed: neither is shown', async () => {
      const other = addExperiment(comet.records, { key: newKey(), workspace: 'ada', project: 'general' });
      for (const version of ['1.0.0', '2.0.0']) {
        upsert(comet.records, USUAL, { name: 'churn', type: 'dataset', experiment: other, version, aliases: [version === '1.0.0' ? 'prod' : 'new'], tags: [], metadata: null });
      }
      comet.version('churn', '2.0.0').state = 'ERROR';
      await assert.rejects(provider.artifact(ref), fails('notFound'));
      await assert.rejects(provider.version({ ...ref, version: 'prod' }), fails('notFound'));
      assert.deepEqual(await all(provider.artifacts(ref)), []);
      comet.version('churn', '1.0.0').state = 'ERROR';
    });

    holds('may be a version that somebody deletes: its number is gone for good', async () => {
      await logVersion(provider, { draft: { version: '1.0.0' }, files });
      await logVersion(provider, { draft: { version: '1.1.0' }, files });
      comet.deleteVersion('churn', '1.1.0');
      await assert.rejects(provider.version({ ...ref, version: '1.1.0' }), fails('notFound'));
      await assert.rejects(logVersion(provider, { draft: { version: '1.1.0' }, files }), fails('alreadyExists'));
      assert.equal((await logVersion(provider, { draft: { version: 'minor' }, files })).version, '1.2.0');
    });
  });

  describe('a key', () => {
    holds('that is wrong asks for another, and is named nowhere', async () => {
      const wrong = await cometProvider({ url: comet.url, apiKey: 'wrongwrongwrongwrongwrong' }, {}, log);
      await assert.rejects(wrong.whoAmI(), fails('signInNeeded'));
      await wrong.dispose();
      assert.ok(!log.lines.some((line) => line.includes('wrongwrong')));
    });

    holds('that may not write says so', async () => {
      comet.fail(UPSERT, { kind: 'refusal', code: 90210 });
      await assert.rejects(logVersion(provider, { files }), fails('forbidden'));
    });

    holds('goes to no other address than that of its server', async () => {
      comet.fail('GET /account-details', { kind: 'answer', status: 302, headers: { location: `${comet.storageUrl}/bucket/x?X-Amz-Signature=${signatureOf('x')}` } });
      await assert.rejects(provider.whoAmI(), isTold);
    });
  });

  holds('a cancelled upload ends the version, and no file follows it', async () => {
    const controller = new AbortController();
    await assert.rejects(writing(provider, {}, async (writer) => {
      await writer.put([source('a.bin', new Uint8Array(20_000_000))], { signal: controller.signal, onProgress: () => controller.abort() });
    }), { name: 'AbortError' });
    assert.deepEqual(comet.artifact('churn').versions.map(({ state, assets }) => [state, assets.size]), [['ERROR', 0]]);
  });
});
