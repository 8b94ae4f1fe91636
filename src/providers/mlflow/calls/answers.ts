import * as v from 'valibot';
import { serverFault } from '../../../model/errors';

/*
 * What MLflow answers, as far as we read it. Empty lists, zeros and unset fields are left out by the server; numbers of 64 bits come as
 * numbers or as texts; fields that we do not name may be there.
 */

const Numeric = v.pipe(v.union([v.number(), v.string()]), v.transform(Number));
/** Any 64 bits are taken of those who count in something else than steps, such as nanoseconds. */
const Step = v.pipe(Numeric, v.finite());
const Text = v.optional(v.string(), '');
const Tags = v.pipe(
  v.optional(v.array(v.object({ key: v.string(), value: Text })), []),
  v.transform((tags): Readonly<Record<string, string>> => Object.fromEntries(tags.map(({ key, value }) => [key, value]))),
);
/** What a Date can hold. */
const LATEST = 8.64e15;
/** Not told, where it was not told in milliseconds: no other run of its page is to go with it. */
const Moment = v.pipe(Numeric, v.transform((time) => (Math.abs(time) <= LATEST ? Math.trunc(time) : 0)));
const Time = v.optional(Moment, 0);
/** Of a model version: a whole number, as a text. */
const Counter = v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^[1-9]\d{0,14}$/u));
const Token = v.optional(v.string());

export const ModelVersion = v.object({
  name: v.string(),
  version: Counter,
  creation_timestamp: Time,
  description: Text,
  source: Text,
  run_id: Text,
  model_id: Text,
  tags: Tags,
});
export type ModelVersion = v.InferOutput<typeof ModelVersion>;

export const RegisteredModel = v.object({
  name: v.string(),
  description: Text,
  tags: Tags,
  /** The newest of each stage. */
  latest_versions: v.optional(v.array(ModelVersion), []),
  aliases: v.optional(v.array(v.object({ alias: v.string(), version: Counter })), []),
});
export type RegisteredModel = v.InferOutput<typeof RegisteredModel>;

export const ModelAnswer = v.object({ registered_model: RegisteredModel });
export const ModelsPage = v.object({ registered_models: v.optional(v.array(RegisteredModel), []), next_page_token: Token });
export const VersionAnswer = v.object({ model_version: ModelVersion });
export const VersionsPage = v.object({ model_versions: v.optional(v.array(ModelVersion), []), next_page_token: Token });
export const DownloadUri = v.object({ artifact_uri: Text });

export const ExperimentInfo = v.object({ experiment_id: v.string(), name: v.string(), lifecycle_stage: Text, tags: Tags });
export type ExperimentInfo = v.InferOutput<typeof ExperimentInfo>;
export const ExperimentAnswer = v.object({ experiment: ExperimentInfo });
export const ExperimentMade = v.object({ experiment_id: v.string() });
export const ExperimentsPage = v.object({ experiments: v.optional(v.array(ExperimentInfo), []), next_page_token: Token });

/** Infinite values come as the largest number there is, NaN as a word. */
const Value = v.pipe(v.optional(v.union([v.number(), v.string()]), 0), v.transform((value) => {
  const number = Number(value);
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Infinity : number;
}));
/** `run_id` stands with the metrics of a logged model: the run that told it. */
export const MetricEntry = v.object({ key: v.string(), value: Value, timestamp: Time, step: v.optional(Step, 0), run_id: Text });
export type MetricEntry = v.InferOutput<typeof MetricEntry>;
export const MetricsPage = v.object({ metrics: v.optional(v.array(MetricEntry), []), next_page_token: Token });

const RunInfo = v.object({
  run_id: v.string(),
  run_name: Text,
  experiment_id: Text,
  user_id: Text,
  status: Text,
  start_time: Time,
  end_time: v.optional(Moment),
  artifact_uri: Text,
  lifecycle_stage: Text,
});
const DatasetInput = v.object({
  tags: Tags,
  dataset: v.object({ name: Text, digest: Text, source_type: Text, source: Text }),
});
export type DatasetInput = v.InferOutput<typeof DatasetInput>;
const ModelLink = v.object({ model_id: v.string() });

export const RunEntry = v.object({
  info: RunInfo,
  data: v.optional(v.object({
    metrics: v.optional(v.array(MetricEntry), []),
    params: Tags,
    tags: Tags,
  }), {}),
  inputs: v.optional(v.object({
    dataset_inputs: v.optional(v.array(DatasetInput), []),
    model_inputs: v.optional(v.array(ModelLink), []),
  }), {}),
  outputs: v.optional(v.object({ model_outputs: v.optional(v.array(ModelLink), []) }), {}),
});
export type RunEntry = v.InferOutput<typeof RunEntry>;
export const RunAnswer = v.object({ run: RunEntry });
export const RunsPage = v.object({ runs: v.optional(v.array(RunEntry), []), next_page_token: Token });

export const LoggedModel = v.object({
  info: v.object({
    model_id: v.string(),
    name: Text,
    experiment_id: Text,
    artifact_uri: Text,
    status: v.optional(v.union([v.string(), v.number()]), ''),
    source_run_id: Text,
    creation_timestamp_ms: Time,
    last_updated_timestamp_ms: Time,
    tags: Tags,
  }),
  data: v.optional(v.object({ params: Tags, metrics: v.optional(v.array(MetricEntry), []) }), {}),
});
export type LoggedModel = v.InferOutput<typeof LoggedModel>;
export const LoggedModelAnswer = v.object({ model: LoggedModel });
export const LoggedModelsPage = v.object({ models: v.optional(v.array(LoggedModel), []), next_page_token: Token });

export const WorkspacesAnswer = v.object({ workspaces: v.optional(v.array(v.object({ name: v.string() })), []) });
export const ServerInfo = v.object({ workspaces_enabled: v.optional(v.boolean(), false) });
export const Nothing = v.unknown();

export type Schema<T> = v.GenericSchema<unknown, T>;

/** Millions of wrong rows would have millions of issues. */
const FIRST_ISSUE = { abortEarly: true } as const;

/** The answer in its shape, or `serverFault` where it has another. */
export function parse<T>(schema: Schema<T>, answer: unknown, what: string): T {
  const result = v.safeParse(schema, answer, FIRST_ISSUE);
  if (!result.success) {
    throw serverFault(`the answer about ${what} does not look like MLflow's (${v.getDotPath(result.issues[0]) ?? 'the whole of it'})`);
  }
  return result.output;
}
