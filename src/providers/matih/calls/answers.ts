import * as v from 'valibot';
import { serverFault } from '../../../model/errors';
import type { Profile } from '../profile';

/*
 * What MATIH answers. Its documents show few answers whole: one name of each thing is promised at most, and the names that other servers
 * of this kind have are taken, too.
 */

/** Goes into addresses: nothing that would lead elsewhere. */
const Id = v.pipe(v.union([v.string(), v.pipe(v.number(), v.transform(String))]), v.regex(/^(?!\.+$)[\w.:@-]{1,200}$/u));
const Text = v.fallback(v.nullish(v.string()), undefined);
/** `2026-02-12T10:30:00`, without a zone, or milliseconds. */
const Time = v.pipe(v.fallback(v.nullish(v.union([v.string(), v.number()])), undefined), v.transform(timeOf));
/** `{a: 'x'}`, or `[{key: 'a', value: 'x'}]`. */
const Tags = v.pipe(v.optional(v.unknown()), v.transform(tagsOf));

const Experiment = v.object({ id: v.optional(Id), experiment_id: v.optional(Id), name: v.string(), artifact_location: Text, lifecycle_stage: Text, created_at: Time, last_updated: Time });

const Run = v.object({
  id: v.optional(Id), run_id: v.optional(Id), experiment_id: v.optional(v.nullable(Id)), name: Text, run_name: Text, description: Text, user_id: Text, status: Text, artifact_uri: Text,
  started_at: Time, start_time: Time, created_at: Time, ended_at: Time, end_time: Time, tags: Tags, params: Tags, metrics: Tags,
});

export interface ExperimentRow {
  readonly id: string;
  readonly name: string;
  /** Where its files go, where it was given a place of its own. */
  readonly location?: string | undefined;
  readonly deleted: boolean;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

export interface RunRow {
  readonly id: string;
  readonly experiment?: string | undefined;
  readonly name: string;
  readonly status: 'running' | 'finished' | 'failed';
  readonly started: number;
  readonly ended?: number | undefined;
  /** Where its files are, where the server says it. */
  readonly uri?: string | undefined;
  readonly user?: string | undefined;
  readonly description?: string | undefined;
  /** Nothing where the answer leaves them out. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, string>>;
}

export function experimentRow(answer: unknown, what: string): ExperimentRow {
  const { id, experiment_id: other, name, artifact_location: location, lifecycle_stage: stage, created_at: made, last_updated: changed } = parse(Experiment, answer, what);
  return { id: needed(id ?? other, what), name, location: textOr(location), deleted: stage === 'deleted', changed: changed ?? made ?? 0 };
}

export function runRow(answer: unknown, what: string): RunRow {
  const row = parse(Run, answer, what);
  const id = needed(row.run_id ?? row.id, what);
  return {
    id, experiment: row.experiment_id ?? undefined, name: textOr(row.name) ?? textOr(row.run_name) ?? id, status: statusOf(row.status),
    started: row.started_at ?? row.start_time ?? row.created_at ?? 0, ended: row.ended_at ?? row.end_time, uri: textOr(row.artifact_uri),
    user: textOr(row.user_id), description: textOr(row.description), tags: row.tags, parameters: row.params ?? {}, metrics: row.metrics ?? {},
  };
}

export interface Page {
  readonly rows: readonly unknown[];
  /** Whether others come after these, where the server says it. */
  readonly more?: boolean | undefined;
}

/** The rows in the answer to a list, whatever they are called. `before` rows came on earlier pages. */
export function pageOf(answer: unknown, page: unknown, key: string, before: number, what: string): Page {
  const object = fieldsOf(answer);
  const found = Array.isArray(answer) ? answer : [key, 'items', 'results', 'content', 'data'].map((name) => object[name]).find((each) => Array.isArray(each));
  if (found === undefined) {
    throw serverFault(`the answer about ${what} is no list`);
  }
  const rows = found as readonly unknown[];
  const said = { ...object, ...fieldsOf(page) };
  const total = ['total', 'total_count', 'totalElements'].map((name) => said[name]).find((each) => typeof each === 'number');
  const hasNext = said['hasNext'] ?? said['has_next'] ?? said['has_more'];
  return { rows, more: typeof hasNext === 'boolean' ? hasNext : total === undefined ? undefined : before + rows.length < total };
}

/** What is in the envelope, with its page; an answer without one as it is. Nothing where it says that the call failed. */
export function opened(answer: unknown, { success, data, page }: Profile['envelope']): { readonly value: unknown; readonly page?: unknown } | undefined {
  const object = fieldsOf(answer);
  if (success === '' || !Object.hasOwn(object, success)) {
    return { value: answer };
  }
  return object[success] === true ? { value: object[data], page: object[page] } : undefined;
}

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : {});

function parse<T>(schema: v.GenericSchema<unknown, T>, answer: unknown, what: string): T {
  const result = v.safeParse(schema, answer, { abortEarly: true });
  if (!result.success) {
    throw serverFault(`the answer about ${what} does not look like MATIH's (${v.getDotPath(result.issues[0]) ?? 'the whole of it'})`);
  }
  return result.output;
}

function needed(id: string | undefined, what: string): string {
  if (id === undefined) {
    throw serverFault(`the answer about ${what} does not look like MATIH's (id)`);
  }
  return id;
}

const textOr = (text: string | null | undefined): string | undefined => (text === '' || text === null ? undefined : text);

function statusOf(status: string | null | undefined): RunRow['status'] {
  const word = status?.toLowerCase();
  return word === 'finished' ? 'finished' : word === 'failed' || word === 'killed' ? 'failed' : 'running';
}

function timeOf(time: string | number | null | undefined): number | undefined {
  if (typeof time !== 'string') {
    return time ?? undefined;
  }
  const at = Date.parse(/(?:z|[+-]\d\d:?\d\d)$/iu.test(time) ? time : `${time}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function tagsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (Array.isArray(value)) {
    const pairs = (value as readonly unknown[]).map(fieldsOf).map(({ key, value: text }) => [key, text] as const);
    return tagsOf(Object.fromEntries(pairs.filter(([key]) => typeof key === 'string')));
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  return Object.fromEntries(Object.entries(value).filter(([, text]) => ['string', 'number', 'boolean'].includes(typeof text)).map(([key, text]) => [key, String(text)]));
}
