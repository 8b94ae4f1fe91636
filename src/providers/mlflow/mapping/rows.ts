import type { Artifact, ArtifactVersion, Experiment, Run, RunDetails } from '../../../model/artifact';
import { type GitFacts, gitFacts } from '../../../model/gitFacts';
import type { JsonObject } from '../../../model/json';
import { compareNatural } from '../../../model/naturalOrder';
import type { RunRow } from '../../../model/runTable';
import { textOfTags } from '../../tagParts';
import type { ExperimentInfo, LoggedModel, MetricEntry, ModelVersion, RegisteredModel, RunEntry } from '../calls/answers';
import { aliasesOf, highestOf, type ModelView, type NumberedVersion } from './modelView';
import { modelName } from './names';
import { countOf, DESCRIPTION, foreignTags, objectOf, TAG, textsOf } from './tags';

/** What MLflow says, in the words of the model. */
export class Rows {
  constructor(private readonly connection: string) {}

  artifact(workspace: string, model: RegisteredModel, latest = highestOf(model)): Artifact {
    return {
      connection: this.connection,
      workspace,
      artifact: artifactName(model),
      type: model.tags[TAG.type] ?? 'model',
      tags: textsOf(model.tags[TAG.tags]),
      ...others(model),
      latest,
    };
  }

  /** `metadata` only where it was too long for tags. */
  version(workspace: string, { model, versions }: ModelView, version: NumberedVersion, metadata?: JsonObject): ArtifactVersion {
    const { tags, creation_timestamp: created } = version.entry;
    return {
      connection: this.connection,
      workspace,
      artifact: artifactName(model),
      version: version.number,
      type: model.tags[TAG.type] ?? 'model',
      aliases: aliasesOf(model, version.entry.version),
      isLatest: versions[0]?.number === version.number,
      tags: textsOf(textOfTags(TAG.tags, tags)),
      metadata: metadata ?? objectOf(textOfTags(TAG.metadata, tags)) ?? {},
      ...others(version.entry),
      serverName: `models:/${model.name}/${version.entry.version}`,
      assets: countOf(tags[TAG.assets]),
      bytes: countOf(tags[TAG.bytes]),
      created,
      producer: this.producer(workspace, version),
    };
  }

  run(workspace: string, { info }: RunEntry): Run {
    const { run_id: run, run_name: name, status, start_time: started, end_time: ended, experiment_id: experiment } = info;
    return {
      connection: this.connection, workspace, run, name: name === '' ? run : name, kind: 'run',
      status: runStatus(status),
      started, ended: ended === undefined || ended === 0 ? undefined : ended, experiment,
    };
  }

  runDetails(workspace: string, entry: RunEntry, parent?: { readonly id: string; readonly name: string }): RunDetails {
    const { tags, params, metrics } = entry.data;
    return {
      ...this.run(workspace, entry),
      user: userOf(entry),
      description: tags[DESCRIPTION] || undefined,
      metrics: byName(metrics.map(metric)),
      parameters: inOrder(params),
      tags: inOrder(foreignTags(tags)),
      program: tags['mlflow.source.name'] || undefined,
      git: gitOf(tags),
      ...(parent && { parent: { connection: this.connection, workspace, run: parent.id, name: parent.name } }),
      ...(entry.info.lifecycle_stage === 'deleted' ? { isDeleted: true } : undefined),
    };
  }

  /** The same as a row among others. */
  tableRow(workspace: string, entry: RunEntry, parent?: { readonly id: string; readonly name: string }): RunRow {
    const { tags, params, metrics } = entry.data;
    return {
      ...this.run(workspace, entry),
      user: userOf(entry),
      program: tags['mlflow.source.name'] || undefined,
      ...(parent && { parent: { connection: this.connection, workspace, run: parent.id, name: parent.name } }),
      metrics: new Map(metrics.map(({ key, value }) => [key, value])),
      parameters: new Map(Object.entries(params)),
    };
  }

  loggedModel(workspace: string, { info }: LoggedModel): Run {
    const { model_id: run, name, experiment_id: experiment, status, creation_timestamp_ms: started, last_updated_timestamp_ms: ended } = info;
    return {
      connection: this.connection, workspace, run, name: name === '' ? run : name, kind: 'model', experiment,
      status: modelStatus(status),
      started, ended: ended === 0 ? undefined : ended,
    };
  }

  loggedModelDetails(workspace: string, model: LoggedModel, sourceName: string | undefined): RunDetails {
    const { source_run_id: run, tags } = model.info;
    const { params, metrics } = model.data;
    return {
      ...this.loggedModel(workspace, model),
      user: tags['mlflow.user'],
      description: tags[DESCRIPTION] || undefined,
      metrics: byName(metrics.map(metric)),
      parameters: inOrder(params),
      tags: inOrder(foreignTags(tags)),
      ...(run === '' ? undefined : { source: { connection: this.connection, workspace, run, name: sourceName ?? run } }),
    };
  }

  experiment(workspace: string, { experiment_id: experiment, name, tags }: ExperimentInfo): Experiment {
    const description = tags[DESCRIPTION] ?? '';
    return { connection: this.connection, workspace, experiment, name, ...(description === '' ? undefined : { description }) };
  }

  private producer(workspace: string, { own, entry }: NumberedVersion): ArtifactVersion['producer'] {
    const run = own ? entry.tags[TAG.producer] : entry.run_id;
    return run === undefined || run === '' ? undefined : { connection: this.connection, workspace, run, name: entry.tags[TAG.producerName] ?? run };
  }
}

const userOf = ({ info, data }: RunEntry): string | undefined => data.tags['mlflow.user'] ?? (info.user_id === '' ? undefined : info.user_id);

export const runStatus = (status: string): NonNullable<Run['status']> =>
  (status === 'FINISHED' ? 'finished' : status === 'FAILED' || status === 'KILLED' ? 'failed' : 'running');

/** Of a logged model, which some servers tell by a number. */
export function modelStatus(status: string | number): NonNullable<Run['status']> {
  const state = String(status);
  return state === '2' || state.endsWith('READY') ? 'finished' : state === '3' || state.endsWith('FAILED') ? 'failed' : 'running';
}

/** What other clients wrote, of a registered model or one of its versions; nothing of it is kept by us. */
function others({ tags, description }: RegisteredModel | ModelVersion): Pick<Artifact, 'serverTags' | 'description'> {
  const serverTags = inOrder(foreignTags(tags));
  return { ...(Object.keys(serverTags).length === 0 ? undefined : { serverTags }), ...(description === '' ? undefined : { description }) };
}

/** A model that was renamed in MLflow still has the tag of the name that it had. */
export function artifactName({ name, tags }: RegisteredModel): string {
  const { [TAG.name]: artifact } = tags;
  return artifact !== undefined && modelName(artifact) === name ? artifact : name;
}

export const metric = ({ key, value, step, timestamp }: MetricEntry): RunDetails['metrics'][number] => ({ name: key, value, step, at: timestamp });

const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] => [...items].sort((a, b) => compareNatural(a.name, b.name));

const inOrder = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).sort(([a], [b]) => compareNatural(a, b)));

/** What MLflow's clients write about the code of a run. They do not tell of uncommitted changes. */
function gitOf(tags: Readonly<Record<string, string>>): GitFacts | undefined {
  const [commit, branch, remote] = ['commit', 'branch', 'repoURL'].map((name) => tags[`mlflow.source.git.${name}`] ?? null);
  return gitFacts({ git: { commit: commit ?? null, branch: branch ?? null, remote: remote ?? null } });
}
