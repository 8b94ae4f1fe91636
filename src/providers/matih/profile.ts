import { invalid } from '../../model/errors';

/**
 * How to speak to a server like MATIH's: each route, header and field as MATIH's documents have it. `{experiment_id}`, `{run_id}` and
 * `{tenant}` are filled in.
 */
export const MATIH = {
  routes: {
    experiments: '/api/v1/experiments',
    experiment: '/api/v1/experiments/{experiment_id}',
    runs: '/api/v1/experiments/runs',
    run: '/api/v1/experiments/runs/{run_id}',
    logArtifact: '/api/v1/experiments/runs/{run_id}/log-artifact',
    logBatch: '/api/v1/experiments/runs/{run_id}/log-batch',
    end: '/api/v1/experiments/runs/{run_id}/end',
  },
  headers: {
    tenant: 'X-Tenant-ID',
    authorization: 'Authorization',
    /** What stands before the token; empty for a token alone. */
    scheme: 'Bearer',
  },
  /** Parts of the form that a file is sent in, and the field of the answer that says where it went. */
  upload: { file: 'file', path: 'artifact_path', answer: 'artifact' },
  query: { experiment: 'experiment_id', search: 'search', limit: 'limit', offset: 'offset' },
  /** Fields of what answers come wrapped in; those that lack `success` are taken as they are. Empty: none is ever wrapped. */
  envelope: { success: 'success', data: 'data', error: 'error', page: 'pagination' },
  /** Where the files of a run lie, without and with an `artifact_location` of its experiment. */
  storage: {
    default: 's3://matih-artifacts/experiments/{experiment_id}/runs/{run_id}/artifacts/',
    override: '{artifact_location}/{run_id}/artifacts/',
  },
} as const;

type Texts<T> = { readonly [K in keyof T]: { readonly [L in keyof T[K]]: string } };

export type Profile = Texts<typeof MATIH>;

/** What a connection says differently. */
export type ProfileSettings = { readonly [K in keyof Profile]?: Partial<Profile[K]> | undefined };

export type Route = keyof Profile['routes'];

/** The whole of it. Throws `invalid` with the name of what cannot be. */
export function profileOf(settings: unknown = {}): Profile {
  const written = groupOf(settings, 'profile');
  const unknown = Object.keys(written).find((key) => !(key in MATIH));
  if (unknown !== undefined) {
    throw invalid(`The profile of MATIH has no “${unknown}”.`);
  }
  const groups = Object.entries(MATIH).map(([name, usual]) => [name, completed(name, usual, groupOf(written[name], name))] as const);
  return Object.fromEntries(groups) as Profile;
}

function completed(group: string, usual: Readonly<Record<string, string>>, written: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(written)) {
    if (!Object.hasOwn(usual, key)) {
      throw invalid(`The profile of MATIH has no “${group}.${key}”.`);
    }
    if (typeof value !== 'string' || !RULES[group as keyof Profile](value, key)) {
      throw invalid(`“${group}.${key}” in the profile of MATIH cannot be ${JSON.stringify(value)}.`);
    }
  }
  return { ...usual, ...written as Readonly<Record<string, string>> };
}

/** A route stays on the server of the connection; a header is one line. */
const RULES: Readonly<Record<keyof Profile, (value: string, key: string) => boolean>> = {
  routes: (value) => /^\/(?!\/)[^\s?#\\]*$/u.test(value) && !/(?:^|\/)\.\.?(?:\/|$)/u.test(value),
  headers: (value, key) => (key === 'scheme' ? /^[\w-]*$/u : /^[\w!#$%&'*+.^`|~-]+$/u).test(value),
  upload: (value) => /^[\w.-]+$/u.test(value),
  query: (value) => value !== '',
  envelope: () => true,
  storage: (value) => value !== '',
};

function groupOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined) {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`“${name}” in the profile of MATIH is no JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A route or a place with its names filled in; `encode` makes a part of an address of each. */
export const filled = (template: string, names: Readonly<Record<string, string>>, encode: (text: string) => string = (text) => text): string =>
  template.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => (Object.hasOwn(names, name) ? encode(names[name] ?? '') : whole));
