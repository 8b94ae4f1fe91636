import assert from 'node:assert/strict';
import { isArtifactError } from '../../../../src/model/errors';
import { clause, quoted } from '../../../../src/providers/mlflow/filter';
import { formatManifest, parseManifest } from '../../../../src/providers/manifest';
import { allPages, type PageRequest } from '../../../../src/providers/mlflow/paging';
import { mlflowError } from '../../../../src/providers/mlflow/serverErrors';

describe('a search clause', () => {
  it('is quoted by the quote that the text does not have, as there is no escape', () => {
    assert.equal(quoted('plain'), "'plain'");
    assert.equal(quoted("it's"), '"it\'s"');
    assert.equal(quoted(`both ' and "`), undefined);
    assert.equal(clause('name', 'ILIKE', 'x'), "name ILIKE '%x%'");
    assert.equal(clause('name', '=', `both ' and "`), undefined);
    assert.equal(clause('name', '=', '$&'), "name = '$&'");
  });
});

describe('a manifest', () => {
  const sha256 = 'a'.repeat(64);

  it('says again what was written', () => {
    const assets = [
      { path: 'b.txt', size: 1, file: 'b.txt', sha256, metadata: { split: 'train' } },
      { path: 'a/ü', size: 0, file: 'a/_xc3_xbc', sha256 },
      { path: 'link', size: 5, link: 's3://bucket/key' },
    ];
    assert.deepEqual(parseManifest(formatManifest(assets)), [assets[1], assets[0], assets[2]]);
  });

  it('of a stranger is not believed', () => {
    const broken = [
      '', '[]', '{"format":2,"assets":[]}', '{"format":1}', '{"format":1,"assets":[{}]}',
      ...[
        { path: '../x', file: 'x', size: 1, sha256 }, { path: 'x', file: '../x', size: 1, sha256 }, { path: 'x', file: 'x', size: -1, sha256 },
        { path: 'x', file: 'x', size: 1 }, { path: 'x', size: 1, sha256 }, { path: 'x', file: 'x', size: 1, sha256: 'short' }, { path: 'x', file: 'x', size: 1, sha256, metadata: [] },
      ].map((asset) => JSON.stringify({ format: 1, assets: [asset] })),
      JSON.stringify({ format: 1, assets: [{ path: 'x', file: 'x', size: 1, sha256 }, { path: 'x', file: 'y', size: 1, sha256 }] }),
    ];
    for (const text of broken) {
      assert.throws(() => parseManifest(text), (error) => isArtifactError(error, 'invalid'), text);
    }
  });
});

describe('pages', () => {
  it('are walked to the last, which has no token or an empty one', async () => {
    const pages = [{ items: [1, 2], next: 'a' }, { items: [], next: 'b' }, { items: [3], next: '' }];
    const asked: PageRequest[] = [];
    assert.deepEqual(await allPages(100, async (page) => {
      asked.push(page);
      return pages[asked.length - 1]!;
    }), [1, 2, 3]);
    assert.deepEqual(asked, [{ size: 100, token: undefined }, { size: 100, token: 'a' }, { size: 100, token: 'b' }]);
  });

  it('of a server that repeats itself come to an end', async () => {
    assert.deepEqual(await allPages(1, async () => ({ items: [1], next: 'same' })), [1, 1]);
  });
});

describe("MLflow's errors", () => {
  const code = (status: number, body: string): string | undefined => mlflowError({ status, body, headers: {}, what: 'x' })?.code;
  const json = (error: string, message = ''): string => JSON.stringify({ error_code: error, message });

  it('are told by their code, not by the status', () => {
    assert.equal(code(400, json('RESOURCE_ALREADY_EXISTS')), 'alreadyExists');
    assert.equal(code(404, json('RESOURCE_DOES_NOT_EXIST')), 'notFound');
    assert.equal(code(400, json('INVALID_PARAMETER_VALUE', 'Registered model alias nah not found.')), 'notFound');
    assert.equal(code(400, json('BAD_REQUEST', '(psycopg.OperationalError) QueuePool limit of size 5 overflow 10 reached')), 'rateLimited');
    assert.equal(code(400, json('INVALID_PARAMETER_VALUE', 'no')), 'invalid');
    assert.equal(code(501, json('NOT_IMPLEMENTED')), 'unsupported');
    assert.equal(code(403, 'Invalid Host header - possible DNS rebinding attack detected'), 'forbidden');
  });

  it('that are no JSON are left to the status', () => {
    for (const body of ['', '<html>Internal Server Error</html>', 'null', '[]', '{"detail":"x"}']) {
      assert.equal(mlflowError({ status: 500, body, headers: {}, what: 'x' }), undefined);
    }
  });

  it('do not show statements and values of the database', () => {
    const error = mlflowError({ status: 400, headers: {}, what: 'the tag', body: json('BAD_REQUEST', '(psycopg.errors.StringDataRightTruncation) value too long for type character varying(5000)\n[SQL: UPDATE t SET v=%(v)s] [parameters: {"v": "secret"}]') });
    assert.ok(error);
    assert.equal(error.code, 'invalid');
    assert.equal(error.message, 'MLflow refuses the tag: value too long for type character varying(5000)');
  });
});
