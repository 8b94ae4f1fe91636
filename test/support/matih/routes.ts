import { randomUUID } from 'node:crypto';
import type { Blob } from '../comet/blobs';
import { anyText, type Field, type Fields, object, oneOf, optional, text } from '../comet/fields';
import { Breach } from '../comet/refusal';
import type { Quirks } from './quirks';
import { type Records, rootOf, type StoredExperiment, type StoredRun } from './records';

/** What the server answers with a status of its own. */
export class Status extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export interface Asked {
  readonly records: Records;
  readonly quirks: Quirks;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The id in the path. */
  readonly id: string;
  readonly file: Blob | undefined;
  readonly filename: string | undefined;
  readonly folder: string | undefined;
  /** Notes a call that no client should make, without refusing it. */
  readonly note: (what: string) => void;
}

export interface Answer {
  readonly status: number;
  readonly value: unknown;
  /** Of a list. */
  readonly page?: object;
}

interface Route {
  readonly query: Fields;
  readonly body: 'none' | 'form' | Fields;
  readonly answer: (asked: Asked) => Answer;
}

const digits: Field = { required: false, takes: (value) => typeof value === 'string' && /^\d+$/u.test(value) };
const texts: Field = { required: false, takes: (value) => object.takes(value) && Object.values(value as object).every((each) => typeof each === 'string') };
const upTo = (most: number): Field => ({ required: false, takes: (value) => typeof value === 'string' && value.length <= most });
const paging = { limit: digits, offset: digits } as const;

/** By the name that tests call them: `POST /experiments/runs/{id}/log-artifact`. All that the client is expected to use, and no more. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /experiments': {
    query: { ...paging, search: optional(anyText), lifecycle_stage: optional(oneOf('active', 'deleted')) }, body: 'none',
    answer: ({ records, quirks, query }) => {
      const fitting = [...records.experiments.values()].filter(({ name, deleted }) =>
        deleted === (query['lifecycle_stage'] === 'deleted') && (quirks.ignoresSearch || name.toLowerCase().includes((query['search'] ?? '').toLowerCase())));
      return list('experiments', fitting.map((each) => experimentRow(each, quirks)), query, quirks);
    },
  },
  'POST /experiments': {
    query: {}, body: { name: text, description: upTo(1_000), artifact_location: optional(text), tags: texts },
    answer: ({ records, quirks, body }) => {
      const name = String(body['name']);
      if (name.length > 255) {
        throw new Status(400, 'name: at most 255 characters');
      }
      if ([...records.experiments.values()].some((each) => each.name === name)) {
        throw new Status(409, `An experiment with the name ${name} exists`);
      }
      const location = body['artifact_location'] as string | undefined;
      const made: StoredExperiment = { id: randomUUID(), name, location: location?.replace(/\/+$/u, ''), made: Date.now(), changed: Date.now(), deleted: false };
      records.experiments.set(made.id, made);
      return { status: 201, value: experimentRow(made, quirks) };
    },
  },
  'GET /experiments/{id}': { query: {}, body: 'none', answer: ({ records, quirks, id }) => ({ status: 200, value: experimentRow(experimentOf(records, id), quirks) }) },
  'GET /experiments/runs': {
    query: { ...paging, experiment_id: text }, body: 'none',
    answer: ({ records, quirks, query }) => {
      const { id } = experimentOf(records, query['experiment_id'] ?? '');
      const runs = [...records.runs.values()].filter((run) => run.experiment === id);
      const sorted = quirks.order === 'newest' ? runs.reverse() : runs;
      return list('runs', sorted.map((run) => runRow(run, records, quirks, quirks.listsTags, quirks.listsExperiment)), query, quirks);
    },
  },
  'POST /experiments/runs': {
    query: {}, body: { experiment_id: text, name: optional(text), description: optional(anyText), tags: texts },
    answer: ({ records, quirks, body }) => {
      const { id: experiment } = experimentOf(records, String(body['experiment_id']));
      const tags = new Map(Object.entries((body['tags'] ?? {}) as Record<string, string>));
      const run: StoredRun = { id: randomUUID(), experiment, name: (body['name'] as string | undefined) ?? '', started: Date.now(), ended: undefined, status: 'running', tags: new Map(), files: new Map(), params: new Map(), metrics: new Map() };
      setTags(run, Object.fromEntries(tags));
      records.runs.set(run.id, run);
      experimentOf(records, experiment).changed = Date.now();
      return { status: 201, value: runRow(run, records, quirks, true) };
    },
  },
  'GET /experiments/runs/{id}': { query: {}, body: 'none', answer: ({ records, quirks, id }) => ({ status: 200, value: runRow(runOf(records, id), records, quirks, true) }) },
  'POST /experiments/runs/{id}/log-batch': {
    query: {}, body: { metrics: optional(object), params: optional(object), tags: texts },
    answer: ({ records, id, body, note }) => {
      const run = runOf(records, id);
      const tags = (body['tags'] ?? {}) as Record<string, string>;
      const number = Object.keys(tags).length;
      if (number === 0 || number > 100) {
        throw new Breach(`${number} tags at once`);
      }
      if (tags['mlartifacts.upload'] === 'done' && ![...run.files.keys()].some((path) => path.endsWith('/manifest.json'))) {
        note('a version is said to be complete before its manifest is there');
      }
      setTags(run, tags);
      return { status: 200, value: { message: 'Batch logged' } };
    },
  },
  'POST /experiments/runs/{id}/log-artifact': {
    query: {}, body: 'form',
    answer: ({ records, quirks, id, file, filename, folder, note }) => {
      const run = runOf(records, id);
      const path = placeOf(filename, folder);
      if (file === undefined) {
        throw new Breach('no file');
      }
      if (run.status !== 'running') {
        throw new Breach(`a file for run ${run.name}, which has ended`);
      }
      if (run.files.has(path)) {
        note(`${path} is sent twice`);
      }
      if (run.tags.get('mlartifacts.version') === undefined ? path.endsWith('mlartifacts/manifest.json') : !path.endsWith('/manifest.json')) {
        note(`${path} out of order: files come first, the manifest last`);
      }
      run.files.set(path, file);
      return { status: quirks.uploadStatus, value: { message: 'Artifact logged', run_id: id, artifact: path } };
    },
  },
  'POST /experiments/runs/{id}/end': {
    query: {}, body: { status: oneOf('finished', 'failed', 'killed') },
    answer: ({ records, id, body }) => {
      const run = runOf(records, id);
      if (run.status !== 'running') {
        throw new Status(409, 'The run has ended');
      }
      run.status = body['status'] as StoredRun['status'];
      run.ended = Date.now();
      return { status: 200, value: { message: 'Run ended' } };
    },
  },
};

/** As C.1 of the facts has it: the folder, a slash, the name of the file. */
function placeOf(filename: string | undefined, folder: string | undefined): string {
  if (filename === undefined || filename === '' || /[/\\]/u.test(filename)) {
    throw new Breach(`a file with the name ${filename ?? ''}`);
  }
  if (folder === undefined || folder === '') {
    throw new Breach('no artifact_path, and MATIH does not say what that means');
  }
  const path = folder.replace(/\/?$/u, '/') + filename;
  if (path.split('/').some((segment) => ['', '.', '..'].includes(segment)) || !/^[\x20-\x7e]+$/u.test(path)) {
    throw new Breach(`the path ${path}`);
  }
  return path;
}

/** MLflow, on which MATIH is built, cuts long values in silence. */
function setTags(run: StoredRun, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length > 250 || !/^[\w.:/ -]+$/u.test(key)) {
      throw new Breach(`the tag ${key}`);
    }
    run.tags.set(key, value.slice(0, 8_000));
  }
}

export function runOf(records: Records, id: string): StoredRun {
  const run = records.runs.get(id);
  if (run === undefined) {
    throw new Status(404, 'Run not found');
  }
  return run;
}

export function experimentOf(records: Records, id: string): StoredExperiment {
  const experiment = records.experiments.get(id);
  if (experiment === undefined || experiment.deleted) {
    throw new Status(404, 'Experiment not found');
  }
  return experiment;
}

/** Whole seconds, and no zone. */
const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString().slice(0, 19));

function experimentRow({ id, name, location, made, changed, deleted }: StoredExperiment, { usualLocation }: Quirks): object {
  const usual = { null: { artifact_location: null }, absent: {}, written: { artifact_location: `s3://matih-artifacts/experiments/${id}/` } }[usualLocation];
  return {
    id, name, description: null, ...(location === undefined ? usual : { artifact_location: location }), lifecycle_stage: deleted ? 'deleted' : 'active',
    created_at: time(made), last_updated: time(changed), tags: {},
  };
}

function runRow(run: StoredRun, records: Records, { runIdAs, tagsAs, tellsUri, shoutsStatus }: Quirks, withTags: boolean, withExperiment = true): object {
  const tags = Object.fromEntries(run.tags);
  return {
    [runIdAs]: run.id, ...(withExperiment && { experiment_id: run.experiment }), name: run.name, status: shoutsStatus ? run.status.toUpperCase() : run.status,
    start_time: time(run.started), end_time: time(run.ended), params: Object.fromEntries(run.params), metrics: Object.fromEntries(run.metrics),
    ...(withTags && { tags: tagsAs === 'object' ? tags : Object.entries(tags).map(([key, value]) => ({ key, value })) }),
    ...(tellsUri && { artifact_uri: `${rootOf(experimentOf(records, run.experiment), run)}/` }),
  };
}

function list(name: string, all: readonly object[], { limit = '100', offset = '0' }: Readonly<Record<string, string>>, quirks: Quirks): Answer {
  const wanted = Number(limit);
  if (wanted < 1 || wanted > 1_000) {
    throw new Breach(`a limit of ${limit}`);
  }
  const from = quirks.ignoresOffset ? 0 : Number(offset);
  const rows = all.slice(from, from + Math.min(wanted, quirks.mostRows));
  const hasNext = from + rows.length < all.length;
  const page = quirks.totals === 'hasNext' ? { page: 0, size: rows.length, totalElements: all.length, hasNext } : {};
  const total = quirks.totals === 'total' ? { total: all.length } : {};
  const value = quirks.lists === 'array' ? rows : { [quirks.lists === 'named' ? name : 'items']: rows, ...total, ...(!quirks.envelope && quirks.totals === 'hasNext' && { hasNext }) };
  return { status: 200, value, page };
}
