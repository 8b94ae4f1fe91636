import assert from 'node:assert/strict';
import { htmlPage, type Mishap } from '../support/comet/mishaps';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { thisMaker } from '../../src/store/processes';
import { keepingLog } from '../support/keepingLog';
import { type Matih, startMatih, withCredentials } from '../support/matih/matih';
import { all, bytesOf, logVersion, matihProvider, source, textOf, writing } from '../support/providers';

const EXPERIMENT = 'POST /experiments';
const RUN = 'POST /experiments/runs';
const UPLOAD = 'POST /experiments/runs/{id}/log-artifact';
const TAGS = 'POST /experiments/runs/{id}/log-batch';
const END = 'POST /experiments/runs/{id}/end';
const LIST = 'GET /experiments/runs';

/** The two ways in which an answer gets lost. */
const LOST: readonly (readonly [how: string, mishap: Mishap])[] = [['in a reset', { kind: 'lost' }], ['behind a 503', { kind: 'lost', status: 503 }]];

const fails = (code: ErrorCode, text = /./u) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error), `an ArtifactError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, text);
  return true;
};
/** Any failure that people get a sentence for. */
const isTold = (error: unknown): boolean => isArtifactError(error);

describe('MATIH under faults', function () {
  this.timeout(30_000);
  const log = keepingLog();
  let matih: Matih;
  let provider: Provider;
  let forget: () => void;

  beforeEach(async () => {
    forget = withCredentials();
    matih = await startMatih({ token: 'a-token-of-nobody' });
    provider = await matihProvider(matih, {}, log);
  });
  afterEach(async () => {
    await provider.dispose();
    await matih.stop();
    forget();
  });

  /** An example after which the server has nothing to complain about, and nothing half-done. */
  const holds = (title: string, example: () => Promise<void>): void => {
    it(title, async () => {
      await example();
      assert.deepEqual(matih.faults, []);
      assert.deepEqual(matih.leftOpen(), []);
      assert.deepEqual(matih.mishapsLeft(), []);
      assert.ok(!log.lines.some((line) => line.includes('a-token-of-nobody')), 'no line of the log holds the token');
    });
  };

  const ref = { connection: 'matih', workspace: 'acme-corp', artifact: 'churn' };
  const files = { 'a.txt': 'first', 'b/c.txt': 'second' };
  const draft = { workspace: 'acme-corp' };
  const logged = (more: Parameters<typeof logVersion>[1] = {}, to: Provider = provider) => logVersion(to, { files, ...more, draft: { ...draft, ...more.draft } });
  const states = (): unknown[] => matih.versionRuns().map(({ tags, status }) => [tags.get('mlartifacts.version'), tags.get('mlartifacts.upload'), status]);
  const contents = async (): Promise<unknown> => {
    const found = [];
    for await (const asset of provider.assets({ ...ref, version: '1.0.0' })) {
      found.push([asset.path, await textOf(provider.read(asset))]);
    }
    return found;
  };
  const whole = [['a.txt', 'first'], ['b/c.txt', 'second']];
  const count = (route: string): number => matih.calls.filter((call) => call.route === route).length;
  const times = (mishap: Mishap, number = 12): Mishap[] => Array.from({ length: number }, () => mishap);

  describe('an answer that gets lost', () => {
    for (const [how, mishap] of LOST) {
      holds(`about a new experiment, ${how}, makes no second one`, async () => {
        matih.fail(EXPERIMENT, mishap);
        await logged();
        assert.deepEqual([...matih.records.experiments.values()].map(({ name }) => name), ['ml-artifacts']);
      });

      holds(`about a new run, ${how}, makes no second one`, async () => {
        matih.fail(RUN, mishap);
        assert.equal((await logged()).version, '1.0.0');
        assert.deepEqual(states(), [['1.0.0', 'done', 'finished']]);
      });

      holds(`about a file, ${how}, leaves it where it arrived`, async () => {
        matih.fail(UPLOAD, mishap);
        await logged();
        assert.deepEqual([await contents(), count(UPLOAD)], [whole, 3]);
      });

      holds(`about a file that nobody can look for, ${how}, sends it to another place`, async () => {
        const blind = await matihProvider(matih, { readFrom: undefined });
        matih.fail(UPLOAD, mishap);
        await logged({}, blind);
        await blind.dispose();
        assert.deepEqual([await contents(), count(UPLOAD)], [whole, 4]);
      });

      holds(`about the manifest, ${how}, is no reason for another version`, async () => {
        matih.fail(UPLOAD, { kind: 'none' }, { kind: 'none' }, mishap);
        await logged();
        assert.deepEqual([states(), await contents()], [[['1.0.0', 'done', 'finished']], whole]);
      });

      holds(`about number, completion and end, ${how}, changes nothing about them`, async () => {
        matih.fail(TAGS, mishap, mishap);
        matih.fail(END, mishap);
        assert.equal((await logged({ draft: { aliases: ['prod'] } })).version, '1.0.0');
        assert.deepEqual([states(), await contents()], [[['1.0.0', 'done', 'finished']], whole]);
      });

      holds(`about labels, ${how}, changes nothing about them`, async () => {
        const version = await logged();
        matih.fail(TAGS, mishap);
        assert.deepEqual((await provider.label!(version, { tags: ['x'] })).tags, ['x']);
      });
    }
  });

  describe('a fault that passes', () => {
    holds('of uploads is overcome: a 500, a reset in the middle, a request too many', async () => {
      matih.fail(UPLOAD, { kind: 'answer', status: 500 }, { kind: 'reset', after: 1000 }, { kind: 'answer', status: 429, headers: { 'Retry-After': '1' } });
      const large = Buffer.alloc(3_000_000, 'abcdefg');
      const version = await logged({ files: { ...files, 'large.bin': large } });
      assert.ok((await bytesOf(provider.read({ ...version, path: 'large.bin' }))).equals(large));
    });

    holds('of the object store is overcome: a 503, a body cut short', async () => {
      const bytes = Buffer.alloc(500_000, 'abcdefg');
      const version = await logged({ files: { 'a.bin': bytes } });
      await all(provider.assets(version));
      matih.fail('GET s3', { kind: 'answer', status: 503 }, { kind: 'truncated', after: 123_456 });
      assert.ok((await bytesOf(provider.read({ ...version, path: 'a.bin' }))).equals(bytes));
    });

    holds('of lists is overcome', async () => {
      await logged();
      matih.fail(LIST, { kind: 'answer', status: 502 }, { kind: 'truncated', after: 20 }, { kind: 'reset' });
      assert.deepEqual((await all(provider.versions(ref))).map(({ version }) => version), ['1.0.0']);
    });

    holds('is survived by two hundred files, with few calls more than they need', async () => {
      matih.fail(UPLOAD, ...Array.from({ length: 200 }, (_, index): Mishap => (index % 10 < 3 ? { kind: 'answer', status: 429, headers: { 'Retry-After': '0' } } : { kind: 'none' })));
      const version = await logged({ files: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.txt`, `${index}`])) });
      assert.equal(version.assets, 200);
      assert.ok(count(UPLOAD) <= 320, `${count(UPLOAD)} uploads`);
    });
  });

  describe('a bad answer', () => {
    holds('of HTML is a fault of the server, wherever it stands', async () => {
      const version = await logged();
      for (const [route, ask] of [
        ['GET /experiments', () => provider.whoAmI()],
        [LIST, () => all(provider.artifacts(ref))],
        [LIST, () => provider.version(version)],
        ['GET /experiments', () => all(provider.experiments!(ref))],
        ['GET /experiments/runs/{id}', () => provider.run!({ ...ref, run: matih.versionRuns()[0]!.id })],
      ] as const) {
        matih.fail(route, htmlPage);
        await assert.rejects(ask(), fails('serverFault'), route);
      }
    });

    holds('of HTML to what begins, fills or completes a version leaves none, and is asked for once', async () => {
      await logged();
      for (const [index, route] of [RUN, UPLOAD, TAGS].entries()) {
        const before = count(route);
        matih.fail(route, htmlPage);
        await assert.rejects(logged({ draft: { artifact: `html-${index}` }, files: { a: '1' } }), fails('serverFault'), route);
        assert.ok(count(route) - before <= (route === TAGS ? 2 : 1), `${count(route) - before} times ${route}`);
        await assert.rejects(provider.artifact({ ...ref, artifact: `html-${index}` }), fails('notFound'), route);
      }
    });

    holds('of half a JSON text, or of another shape, is a fault of the server', async () => {
      await logged();
      for (const body of ['{"runs":[{"run_id":', '{}', 'null', '"words"', '{"runs":{}}', '{"runs":[{"run_id":"../../x","tags":{}}]}', '{"runs":[{"run_id":{}}]}', '{"runs":[7]}']) {
        matih.fail(LIST, { kind: 'answer', status: 200, body });
        await assert.rejects(provider.artifact(ref), fails('serverFault'), body);
      }
    });

    holds('in an envelope that says no is that error, whatever the status', async () => {
      await logged();
      const refusal = (code: number | string, message = 'No such thing'): Mishap => ({ kind: 'answer', status: 200, body: JSON.stringify({ success: false, error: { code, message } }) });
      matih.fail(LIST, refusal(404), refusal(403, 'not you'), refusal('E17', 'The disk is full'), refusal(0, ''));
      await assert.rejects(provider.artifact(ref), fails('notFound'));
      await assert.rejects(provider.artifact(ref), fails('forbidden', /not you/u));
      await assert.rejects(provider.artifact(ref), fails('serverFault', /The disk is full/u));
      await assert.rejects(provider.artifact(ref), fails('serverFault'));
      matih.fail(UPLOAD, refusal(403, 'quota'));
      await assert.rejects(logged({ draft: { artifact: 'refused' }, files: { a: '1' } }), fails('forbidden', /quota/u));
      await assert.rejects(provider.artifact({ ...ref, artifact: 'refused' }), fails('notFound'));
    });

    holds('to an upload that names another place, or none, is not believed', async () => {
      for (const body of ['{"message":"Artifact logged","run_id":"x","artifact":"elsewhere/a"}', '{"message":"Artifact logged"}', '{}', '[]']) {
        matih.fail(UPLOAD, { kind: 'answer', status: 200, body });
        await assert.rejects(logged({ files: { a: '1' } }), isTold, body);
      }
      await assert.rejects(provider.artifact(ref), fails('notFound'));
    });

    holds('to an upload that never arrived is found out before anything is complete', async () => {
      matih.fail(UPLOAD, { kind: 'answer', status: 200, body: '{"message":"Artifact logged","run_id":"x","artifact":"files/a"}' });
      await assert.rejects(logged({ files: { a: '1' } }), fails('corrupt', /^Damaged: a did not arrive whole/u));
      assert.deepEqual(states(), [[undefined, 'abandoned', 'failed']]);
    });

    holds('that never comes can be left, and holds up nobody else', async () => {
      await logged();
      matih.fail(LIST, { kind: 'silence' });
      const controller = new AbortController();
      const waiting = provider.artifact(ref, { signal: controller.signal });
      assert.equal((await provider.artifact(ref)).latest, '1.0.0');
      controller.abort();
      await assert.rejects(waiting, { name: 'AbortError' });
    });

    holds('says why in the words of the server', async () => {
      matih.fail(RUN, { kind: 'answer', status: 422, body: '{"detail":[{"loc":["body","name"],"msg":"the name is odd"}]}' }, { kind: 'answer', status: 423, body: '{"message":"until noon"}' });
      await assert.rejects(logged(), fails('invalid', /the name is odd/u));
      await assert.rejects(logged(), fails('invalid', /until noon/u));
    });

    holds('about size names the file', async () => {
      matih.set({ mostBytes: 10_000 });
      await assert.rejects(logged({ files: { 'weights.bin': new Uint8Array(20_000) } }), fails('invalid', /no request this large: weights\.bin/u));
      assert.deepEqual(states(), [[undefined, 'abandoned', 'failed']]);
    });
  });

  describe('bytes', () => {
    holds('with one bit flipped are found out', async () => {
      const version = await logged();
      await all(provider.assets(version));
      matih.fail('GET s3', { kind: 'flipped' });
      await assert.rejects(textOf(provider.read({ ...version, path: 'a.txt' })), fails('corrupt', /a\.txt/u));
    });

    holds('that end early each time end in a sentence', async () => {
      const version = await logged({ files: { 'a.bin': new Uint8Array(100_000) } });
      await all(provider.assets(version));
      matih.fail('GET s3', ...times({ kind: 'truncated', after: 0 }, 60));
      await assert.rejects(bytesOf(provider.read({ ...version, path: 'a.bin' })), isTold);
      matih.calm();
    });

    holds('come from a signed address that the server sends on to, which sees neither token nor tenant', async () => {
      const bytes = Buffer.alloc(300_000, 'abcdefg');
      const byAddress = await matihProvider(matih, { readFrom: matih.readFrom.address });
      const version = await logged({ files: { 'a b/ü.bin': bytes, 'small.txt': 'x' } }, byAddress);
      assert.ok((await bytesOf(byAddress.read({ ...version, path: 'a b/ü.bin' }, 123_456))).equals(bytes.subarray(123_456)));
      assert.equal(await textOf(byAddress.read({ ...version, path: 'small.txt' })), 'x');
      assert.equal(byAddress.runFiles, false, 'nothing lists files there');
      assert.ok(count('GET signed') > 0);
      await byAddress.dispose();
    });

    holds('are sent nowhere else when the server says so', async () => {
      const before = matih.calls.length;
      matih.fail(UPLOAD, { kind: 'answer', status: 307, headers: { location: `${matih.objectsUrl}/signed/x/y` } });
      await assert.rejects(logged({ files: { a: '1' } }), fails('invalid', /redirects/u));
      assert.ok(!matih.calls.slice(before).some(({ route }) => route.endsWith('signed')));
    });
  });

  describe('what others left on the server', () => {
    const change = (key: string, value: string): unknown => matih.versionRuns()[0]!.tags.set(`mlartifacts.${key}`, value);

    holds('may be tags that are no JSON, or of another shape', async () => {
      await logged();
      for (const nonsense of ['', 'no JSON', '[1]', '"text"', '{"a":"b"}', '#0123456789ab:9', '{"__proto__":{"x":1}}']) {
        ['aliases', 'tags', 'metadata', 'assets', 'bytes', 'created'].forEach((key) => change(key, nonsense));
        const version = await provider.version({ ...ref, version: '1.0.0' });
        assert.deepEqual([version.aliases, version.tags, typeof version.metadata, version.assets], [[], [], 'object', undefined], nonsense);
      }
    });

    holds('may be a number that is none, or a run that nobody completed: neither is a version', async () => {
      await logged();
      for (const [key, value] of [['version', 'v1'], ['version', '1.0.0/../2'], ['upload', 'pending'], ['upload', 'abandoned']] as const) {
        const before = matih.versionRuns()[0]!.tags.get(`mlartifacts.${key}`)!;
        change(key, value);
        await assert.rejects(provider.artifact(ref), fails('notFound'), value);
        change(key, before);
      }
    });

    holds('may be a manifest that is gone, changed, or leads elsewhere', async () => {
      const version = await logged();
      const [run] = matih.versionRuns();
      const path = 'mlartifacts/manifest.json';
      const manifest = run!.files.get(path)!;
      const list = async (): Promise<unknown> => {
        const fresh = await matihProvider(matih);
        return await all(fresh.assets(version)).finally(() => fresh.dispose());
      };
      run!.files.delete(path);
      await assert.rejects(list(), fails('corrupt', /manifest\.json/u));
      run!.files.set(path, run!.files.get('files/a.txt')!);
      await assert.rejects(list(), fails('corrupt', /changed/u));
      run!.files.set(path, manifest);
      for (const elsewhere of ['../manifest.json', '/etc/passwd', 'mlartifacts\\x']) {
        change('manifest_file', elsewhere);
        await assert.rejects(list(), fails('unsafePath'), elsewhere);
      }
    });

    holds('may be an upload of a process that died: its number is free, and the next one ends it', async () => {
      await logged({ draft: { version: '1.4.0' } });
      const [dead] = matih.versionRuns();
      Object.assign(dead!, { status: 'running' });
      dead!.tags.set('mlartifacts.upload', 'pending').set('mlartifacts.maker', JSON.stringify({ ...thisMaker(), pid: 2 ** 22 + 1 }));
      assert.equal((await logged({ draft: { version: '1.4.0' } })).version, '1.4.0');
      assert.deepEqual(states(), [['1.4.0', 'abandoned', 'failed'], ['1.4.0', 'done', 'finished']]);
    });

    holds('may be somebody’s unfinished claim to the next number: it is passed over', async () => {
      await logged();
      await assert.rejects(writing(provider, { ...draft, version: '2.0.0' }, async (writer) => {
        await writer.put([source('a', '1')]);
        matih.fail(TAGS, { kind: 'none' }, { kind: 'answer', status: 403 });
        await writer.commit();
      }), fails('forbidden'));
      const [, gone] = matih.versionRuns();
      Object.assign(gone!, { status: 'running', id: gone!.id });
      gone!.tags.set('mlartifacts.upload', 'pending').set('mlartifacts.maker', '{"space":"another machine","pid":1}');
      assert.equal((await logged()).version, '3.0.0');
      assert.equal((await provider.artifact(ref)).latest, '3.0.0');
      gone!.status = 'failed';
      gone!.tags.set('mlartifacts.upload', 'abandoned');
    });
  });

  describe('a sign-in', () => {
    holds('that is wrong asks for another, and is named nowhere', async () => {
      const wrong = await matihProvider({ ...matih, token: 'wrong-wrong-wrong' }, {}, log);
      await assert.rejects(wrong.whoAmI(), fails('signInNeeded'));
      await wrong.dispose();
      assert.ok(!log.lines.some((line) => line.includes('wrong-wrong')));
    });

    holds('of another tenant is not let in', async () => {
      const other = await matihProvider(matih, { tenant: 'other' });
      await assert.rejects(other.whoAmI(), fails('forbidden'));
      await other.dispose();
    });

    holds('goes to no other address than that of its server', async () => {
      matih.fail('GET /experiments', { kind: 'answer', status: 302, headers: { location: `${matih.objectsUrl}/signed/x/y` } });
      await assert.rejects(provider.whoAmI(), isTold);
    });
  });

  holds('six logs, of which many an answer is lost and many a body breaks off, make six versions', async () => {
    const chance = (share: number, mishap: () => Mishap): Mishap[] => Array.from({ length: 12 }, () => (Math.random() < share ? mishap() : { kind: 'none' }));
    const contents_ = Buffer.alloc(40_000, 'abcdefg');
    for (let round = 1; round <= 6; round++) {
      [RUN, TAGS, END].forEach((route) => matih.fail(route, ...chance(0.1, () => ({ kind: 'lost' }))));
      matih.fail(UPLOAD, ...chance(0.2, () => (Math.random() < 0.5 ? { kind: 'lost' } : { kind: 'reset', after: Math.ceil(Math.random() * 40_000) })));
      matih.fail('GET s3', ...chance(0.2, () => ({ kind: 'truncated', after: Math.floor(Math.random() * 40_000) })));
      const version = await logged({ files: { ...files, 'large.bin': contents_ }, draft: { aliases: ['newest'] } });
      assert.deepEqual([version.version, version.aliases], [`${round}.0.0`, ['newest']]);
      assert.ok((await bytesOf(provider.read({ ...version, path: 'large.bin' }))).equals(contents_));
      matih.calm();
    }
    assert.equal(matih.versionRuns().length, 6);
  });

  holds('a connection that is closed in the midst of an upload leaves no version', async () => {
    const writer = await provider.begin({ ...ref, type: 'dataset', version: 'major' });
    matih.fail(UPLOAD, { kind: 'silence' });
    const putting = writer.put([source('a.txt', 'a')]);
    putting.catch(() => {});
    while (count(RUN) === 0) {
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    await provider.dispose();
    await assert.rejects(putting, isTold);
    await writer.abandon();
    const [run] = matih.versionRuns();
    assert.equal(run!.tags.get('mlartifacts.upload'), 'pending');
    provider = await matihProvider(matih, {}, log);
    await assert.rejects(provider.artifact(ref), fails('notFound'));
    matih.calm();
    run!.tags.set('mlartifacts.maker', JSON.stringify({ ...thisMaker(), pid: 2 ** 22 + 1 }));
    await logged({ draft: { artifact: 'other' } });
  });

  holds('a cancelled upload ends the version, and no file follows it', async () => {
    const controller = new AbortController();
    await assert.rejects(writing(provider, draft, async (writer) => {
      await writer.put([source('a.bin', new Uint8Array(20_000_000))], { signal: controller.signal, onProgress: () => controller.abort() });
    }), { name: 'AbortError' });
    assert.deepEqual([states(), matih.versionRuns()[0]!.files.size], [[[undefined, 'abandoned', 'failed']], 0]);
  });
});
