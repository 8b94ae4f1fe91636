import type { ExperimentRef, Run, RunDetails, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { invalid, isArtifactError, unlessMissing } from '../../model/errors';
import { orAbort } from '../abortable';
import type { RunChange, RunEditing, RunRemoval } from '../runEditing';
import type { RunNaming } from '../runNaming';
import type { RunEntry } from './calls/answers';
import { clause } from './filter';
import { isModelId } from './places';
import { DESCRIPTION, isReserved, MOST_TAG, TAG } from './mapping/tags';
import type { Runs } from './runs';
import type { MlflowServer, Site } from './server';
import { MOST_RUN_NAME } from './uploads';

/** Characters. */
const MOST_TAG_KEY = 250;

export interface RunEditsEnvironment {
  readonly server: MlflowServer;
  readonly runs: (site: Site) => Runs;
}

/** Names, descriptions, tags and the deletion of runs. What MLflow would cut without a word, or only some databases take, is refused. */
export class RunEdits implements RunEditing, RunNaming {
  constructor(private readonly environment: RunEditsEnvironment) {}

  nameProblem(name: string): string | undefined {
    return name.trim() === '' || [...name].length > MOST_RUN_NAME ? `The name of a run has at least one character and at most ${MOST_RUN_NAME}.` : undefined;
  }

  async rename(ref: RunRef, name: string, call?: Call): Promise<RunDetails> {
    mustBeRun(ref);
    must(this.nameProblem(name));
    return await this.at(ref, async ({ tracking }, runs) => {
      const entry = await tracking.run(ref.run, call);
      mustBeActive(entry);
      call?.signal?.throwIfAborted();
      if (name !== entry.info.run_name) {
        await tracking.updateRun(ref.run, { run_name: name }, call);
      }
      return await runs.run(ref, call);
    }, call);
  }

  problem(change: RunChange): string | undefined {
    return changeProblem(change);
  }

  async change(ref: RunRef, change: RunChange, call?: Call): Promise<RunDetails> {
    mustBeRun(ref);
    must(changeProblem(change));
    return await this.at(ref, async ({ tracking }, runs) => {
      const entry = await tracking.run(ref.run, call);
      mustBeActive(entry);
      call?.signal?.throwIfAborted();
      const { description, tags = {}, untagged = [] } = change;
      for (const [key, value] of Object.entries({ ...tags, ...(description === undefined ? undefined : { [DESCRIPTION]: description }) })) {
        if (entry.data.tags[key] !== value) {
          await tracking.setRunTag(ref.run, key, value, call);
        }
      }
      for (const key of untagged) {
        if (entry.data.tags[key] !== undefined) {
          // Somebody else may have been faster.
          await unlessMissing(tracking.deleteRunTag(ref.run, key, call));
        }
      }
      return await runs.run(ref, call);
    }, call);
  }

  experimentDescription({ experiment, ...ref }: ExperimentRef, call?: Call): Promise<string> {
    return this.at(ref, async ({ tracking }) => (await tracking.experiment(experiment, call)).tags[DESCRIPTION] ?? '', call);
  }

  async describeExperiment({ experiment, ...ref }: ExperimentRef, description: string, call?: Call): Promise<void> {
    must(textProblem('description', description));
    // Older servers cannot take the tag of an experiment away.
    await this.at(ref, async ({ tracking }) => await tracking.setExperimentTag(experiment, DESCRIPTION, description, call), call);
  }

  async removal(ref: RunRef, call?: Call): Promise<RunRemoval> {
    mustBeRun(ref);
    return await this.at(ref, async (site, runs) => {
      const [run, holds] = await Promise.all([runs.run(ref, call), versionsIn(site, ref.run, call)]);
      return { run, holds, hasNested: run.experiment !== undefined && await hasNested(runs, { ...ref, experiment: run.experiment }, call) };
    }, call);
  }

  async remove(ref: RunRef, call?: Call): Promise<void> {
    mustBeRun(ref);
    await this.at(ref, async (site) => {
      const entry = await site.tracking.run(ref.run, call);
      const holds = await versionsIn(site, ref.run, call);
      if (entry.data.tags[TAG.upload] !== undefined || holds.length > 0) {
        throw invalid(`Run “${entry.info.run_name}” holds the files of ${holds.length === 0 ? 'a version' : holds.join(', ')}: delete what was registered from it first.`);
      }
      call?.signal?.throwIfAborted();
      if (entry.info.lifecycle_stage !== 'deleted') {
        await site.tracking.deleteRun(ref.run, call);
      }
    }, call);
  }

  async *removed(query: ExperimentRef & { readonly search?: string | undefined }, call?: Call): AsyncGenerator<Run, void, undefined> {
    const { server, runs } = this.environment;
    yield* runs(await server.site(query.workspace, call)).deleted(query, call);
  }

  async restore(ref: RunRef, call?: Call): Promise<void> {
    mustBeRun(ref);
    await this.at(ref, async ({ tracking }) => {
      const { info } = await tracking.run(ref.run, call);
      if (info.lifecycle_stage === 'deleted') {
        await tracking.restoreRun(ref.run, call);
      }
    }, call);
  }

  private at<T>({ workspace }: { readonly workspace: string }, work: (site: Site, runs: Runs) => Promise<T>, call?: Call): Promise<T> {
    const { server, runs } = this.environment;
    return orAbort(server.site(workspace, call).then((site) => work(site, runs(site))), call?.signal);
  }
}

/** By the names that MLflow's clients know. A version of a logged model has the model's files, which stay when the run goes. */
async function versionsIn({ registry }: Site, run: string, call?: Call): Promise<readonly string[]> {
  const versions = await registry.versions(clause('run_id', '=', run), call).catch((error: unknown) => {
    // A server without a registry.
    if (isArtifactError(error, 'notFound') || isArtifactError(error, 'unsupported')) {
      return [];
    }
    throw error;
  });
  return versions.filter(({ source }) => !source.startsWith('models:/')).map(({ name, version }) => `models:/${name}/${version}`);
}

async function hasNested(runs: Runs, { run: parent, experiment, ...ref }: RunRef & ExperimentRef, call?: Call): Promise<boolean> {
  for await (const _ of runs.nestedRuns({ ...ref, experiment, parent, most: 1 }, call)) {
    return true;
  }
  return false;
}

function changeProblem({ description, tags = {}, untagged = [] }: RunChange): string | undefined {
  const texts = Object.entries({ ...tags, ...(description === undefined ? undefined : { description }) });
  return [...Object.keys(tags), ...untagged].map(keyProblem).find((problem) => problem !== undefined)
    ?? texts.map(([what, text]) => textProblem(what, text)).find((problem) => problem !== undefined);
}

function keyProblem(key: string): string | undefined {
  if (isReserved(key)) {
    return `The tag “${key}” is not one to edit: what begins with “mlflow.” or “mlartifacts.” is written by programs.`;
  }
  return key.trim() === '' || [...key].length > MOST_TAG_KEY ? `The key of a tag has at least one character and at most ${MOST_TAG_KEY}.` : undefined;
}

/** Of a longer one MLflow would keep the beginning, without a word. */
const textProblem = (what: string, text: string): string | undefined =>
  ([...text].length > MOST_TAG ? `MLflow keeps at most ${MOST_TAG} characters of “${what}”: these are ${[...text].length}.` : undefined);

function must(problem: string | undefined): void {
  if (problem !== undefined) {
    throw invalid(problem);
  }
}

function mustBeRun({ run }: RunRef): void {
  if (isModelId(run)) {
    throw invalid('A run is expected here, not a logged model.');
  }
}

function mustBeActive({ info }: RunEntry): void {
  if (info.lifecycle_stage === 'deleted') {
    throw invalid(`Run “${info.run_name}” is deleted. Restore it to change it.`);
  }
}
