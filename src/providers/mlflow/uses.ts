import { createHash } from 'node:crypto';
import type { ArtifactRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import type { DatasetInput, LoggedModel, RunEntry } from './calls/answers';
import { allOf, clause } from './filter';
import { paged } from './paging';
import type { Site } from './server';
import { objectOf, TAG } from './mapping/tags';

const RUNS_A_PAGE = 200;
/** Of a model whose metrics more runs have told. */
const MOST_USERS = 50;
const MOST_DIGEST = 36;
/** A dataset's name has at most 500 characters, an input tag's value too. */
const DATASET_TYPE = 'http';

const datasetName = ({ workspace, artifact }: ArtifactRef): string => `${workspace}/${artifact}`;

/** Digests are short: a number that is too long is told by a fingerprint. */
const datasetDigest = (version: string): string =>
  (version.length <= MOST_DIGEST ? version : createHash('sha1').update(version).digest('hex').slice(0, MOST_DIGEST));

/** Records that a run used a version, as an input that every MLflow client shows. */
export async function recordUse(site: Site, version: VersionRef, run: string, page: string, call?: Call): Promise<void> {
  await site.tracking.logInput({
    runId: run,
    // Of the types that `mlflow.data.get_source` understands: an unknown one breaks other clients.
    dataset: { name: datasetName(version), digest: datasetDigest(version.version), source_type: DATASET_TYPE, source: JSON.stringify({ url: page }) },
    tags: { 'mlflow.data.context': 'artifact', [TAG.consumed]: JSON.stringify({ artifact: version.artifact, version: version.version }) },
  }, call);
}

/** The artifact version that an input of a run means, or nothing for a dataset that others logged. */
export function versionOfInput(workspace: string, { tags }: DatasetInput): Omit<VersionRef, 'connection'> | undefined {
  const { artifact, version } = objectOf(tags[TAG.consumed]) ?? {};
  return typeof artifact === 'string' && typeof version === 'string' ? { workspace, artifact, version } : undefined;
}

/** Runs that used a version, the last started first. */
export async function* consumersOf(site: Site, version: VersionRef, experimentIds: readonly string[], call?: Call): AsyncGenerator<RunEntry, void, undefined> {
  const filter = allOf(clause('dataset.name', '=', datasetName(version)), clause('dataset.digest', '=', datasetDigest(version.version)));
  for await (const run of paged(RUNS_A_PAGE, (page) => site.tracking.runs({ experimentIds, filter, ...page }, call))) {
    const isOfVersion = (input: DatasetInput): boolean => {
      const used = versionOfInput(version.workspace, input);
      return used?.artifact === version.artifact && used.version === version.version;
    };
    if (run.inputs.dataset_inputs.some(isOfVersion)) {
      yield run;
    }
  }
}

/** Runs that name a logged model among their inputs, of those that told its metrics: MLflow searches for no others. The run that made it is left out. */
export async function usersOfModel(site: Site, { info, data }: LoggedModel, call?: Call): Promise<readonly RunEntry[]> {
  const told = [...new Set(data.metrics.map(({ run_id: run }) => run))].filter((run) => run !== '' && run !== info.source_run_id);
  const runs = await Promise.all(told.slice(0, MOST_USERS).map((run) => unlessMissing(site.tracking.run(run, call))));
  return runs.filter((run) => run !== undefined).filter(({ inputs }) => inputs.model_inputs.some(({ model_id: id }) => id === info.model_id));
}
