import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { isArtifactError } from '../../../../src/model/errors';
import { filled, MATIH, profileOf } from '../../../../src/providers/matih/profile';

const isInvalid = (error: unknown): boolean => isArtifactError(error, 'invalid');

describe('a profile of MATIH', () => {
  it('is what the documents say where nothing else is said', () => {
    assert.deepEqual(profileOf(), MATIH);
    assert.equal(profileOf().routes.logArtifact, '/api/v1/experiments/runs/{run_id}/log-artifact');
    assert.equal(profileOf({ headers: { tenant: 'X-Org' } }).headers.tenant, 'X-Org');
    assert.equal(profileOf({ headers: { tenant: 'X-Org' } }).headers.authorization, 'Authorization');
  });

  it('is offered by the editor with what the documents say', () => {
    const { contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    const { properties } = contributes.configuration.properties['artifacts.connections']
      .items.oneOf.find((each: any) => each.properties.kind.const === 'matih').properties.profile;
    const written = Object.entries<any>(properties).map(([group, { properties: keys }]) => [group, Object.fromEntries(Object.entries<any>(keys).map(([key, { default: usual }]) => [key, usual]))]);
    assert.deepEqual(Object.fromEntries(written), MATIH);
  });

  it('names what it does not know', () => {
    for (const [written, name] of [[{ rutes: {} }, 'rutes'], [{ routes: { runz: '/x' } }, 'routes.runz'], [{ headers: { constructor: 'x' } }, 'headers.constructor']] as const) {
      assert.throws(() => profileOf(written), (error: unknown) => isInvalid(error) && (error as Error).message.includes(`“${name}”`));
    }
  });

  it('keeps routes on the server, and headers on one line', () => {
    for (const route of ['https://evil.example/x', '//evil.example/x', 'x', '/a/../b', '/a?b', '/a b', '/a\\b', '', 7, null, {}]) {
      assert.throws(() => profileOf({ routes: { runs: route } }), isInvalid, JSON.stringify(route));
    }
    for (const header of ['X Tenant', 'X-Tenant:', 'a\r\nb', '']) {
      assert.throws(() => profileOf({ headers: { tenant: header } }), isInvalid, header);
    }
    assert.throws(() => profileOf([]), isInvalid);
    assert.throws(() => profileOf({ routes: 'x' }), isInvalid);
  });

  it('is filled in, what it does not know left as it is', () => {
    assert.equal(filled('/runs/{run_id}/{other}/{run_id}', { run_id: 'a/b' }, encodeURIComponent), '/runs/a%2Fb/{other}/a%2Fb');
    assert.equal(filled('{constructor}', {}), '{constructor}');
  });
});
