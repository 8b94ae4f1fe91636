import type { Experiment, ExperimentRef, Metric, Run, RunDetails, RunRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { isArtifactError, unlessMissing } from '../../model/errors';
import { hasText } from '../../model/hasText';
import type { ExperimentQuery, NestedRunQuery, RunDraft, RunQuery } from '../provider';
import { thinned } from '../thinned';
import { userName } from '../userName';
import type { RunEntry } from './calls/answers';
import { clause } from './filter';
import type { HomeExperiment } from './homeExperiment';
import { isModelId } from './places';
import { allPages, paged, type PageRequest } from './paging';
import { metric, type Rows } from './mapping/rows';
import { makeRun } from './runMaking';
import type { Site } from './server';
import { PARENT_RUN, TAG } from './mapping/tags';

const EXPERIMENTS_A_PAGE = 1_000;
/** More than a page of the tree, which looks one row ahead: its first rows are one request. */
const RUNS_A_PAGE = 250;
const POINTS_A_PAGE = 25_000;
const STATUS = { finished: 'FINISHED', failed: 'FAILED' } as const;

export interface RunsEnvironment {
  readonly site: Site;
  readonly rows: Rows;
  readonly log: Log;
  /** That runs are started in. */
  readonly home: HomeExperiment;
}

interface Named extends Pick<RunQuery, 'search'> {
  readonly experimentIds: readonly string[];
  /** Tags. */
  readonly without: readonly string[];
  readonly isDeleted?: boolean | undefined;
}

/** Experiments, runs and logged models of a workspace. */
export class Runs {
  constructor(private readonly environment: RunsEnvironment) {}

  async *experiments({ search = '' }: ExperimentQuery, call?: Call): AsyncGenerator<Experiment, void, undefined> {
    const { site, rows } = this.environment;
    const filter = search === '' ? undefined : clause('name', 'ILIKE', search);
    for await (const each of paged(RUNS_A_PAGE, (page) => site.tracking.experiments({ filter, ...page }, call))) {
      if (hasText(each.name, search)) {
        yield rows.experiment(site.workspace, each);
      }
    }
  }

  /** Runs that only hold the files of a version are left out: the version itself shows them. */
  async *runs({ experiment, topLevel = false, ...query }: RunQuery, call?: Call): AsyncGenerator<Run, void, undefined> {
    const experimentIds = experiment === undefined ? await this.experimentIds(call) : [experiment];
    yield* this.named({ experimentIds, without: topLevel ? [TAG.upload, PARENT_RUN] : [TAG.upload], ...query }, call);
  }

  /** What people deleted; runs with the files of versions that are gone are not theirs. */
  async *deleted({ experiment, ...query }: ExperimentRef & Pick<RunQuery, 'search'>, call?: Call): AsyncGenerator<Run, void, undefined> {
    yield* this.named({ experimentIds: [experiment], without: [TAG.upload], isDeleted: true, ...query }, call);
  }

  /**
   * A run that has the tag stands in no list of the top level, whatever the tag says: everybody may write it, and the run that it names
   * may be gone, or be one of another experiment, or the run itself. Hence all that have it are listed, too.
   */
  async *nestedRuns({ experiment, parent, most = Infinity }: NestedRunQuery, call?: Call): AsyncGenerator<Run, void, undefined> {
    const { site, rows } = this.environment;
    const tag = `tags.\`${PARENT_RUN}\``;
    // Older servers have no `IS NOT NULL`.
    const filter = parent === undefined ? `${tag} LIKE '%'` : clause(tag, '=', parent);
    if (filter === undefined || most < 1) {
      return;
    }
    const size = ({ size: usual, token }: PageRequest): number => (token === undefined ? Math.min(usual, most) : usual);
    let left = most;
    for await (const each of paged(RUNS_A_PAGE, (page) => site.tracking.runsWithout([TAG.upload], { experimentIds: [experiment], filter, ...page, size: size(page) }, call))) {
      if (!isUpload(each)) {
        yield rows.run(site.workspace, each);
        left--;
      }
      if (left === 0) {
        return;
      }
    }
  }

  async *loggedModels({ experiment }: ExperimentRef, call?: Call): AsyncGenerator<Run, void, undefined> {
    const { site, rows } = this.environment;
    try {
      for await (const each of paged(RUNS_A_PAGE, (page) => site.tracking.loggedModels(experiment, page, call))) {
        yield rows.loggedModel(site.workspace, each);
      }
    } catch (error) {
      // MLflow 2 has none, and some of what speaks like MLflow.
      if (!isArtifactError(error, 'notFound') && !isArtifactError(error, 'unsupported')) {
        throw error;
      }
    }
  }

  async run({ run: id }: RunRef, call?: Call): Promise<RunDetails> {
    const { site, rows } = this.environment;
    if (!isModelId(id)) {
      const entry = await site.tracking.run(id, call);
      const above = entry.data.tags[PARENT_RUN] ?? '';
      return rows.runDetails(site.workspace, entry, above === '' ? undefined : { id: above, name: await this.nameOf(above, call) });
    }
    const model = await site.tracking.loggedModel(id, call);
    const source = model.info.source_run_id;
    return rows.loggedModelDetails(site.workspace, model, source === '' ? undefined : await this.nameOf(source, call));
  }

  async metricHistory({ run }: RunRef, name: string, call?: Call): Promise<readonly Metric[]> {
    const { site } = this.environment;
    if (isModelId(run)) {
      const { data } = await site.tracking.loggedModel(run, call);
      return data.metrics.filter(({ key }) => key === name).map(metric);
    }
    const points = await allPages(POINTS_A_PAGE, (page) => site.tracking.metricHistory(run, name, page, call));
    return thinned(points.sort((a, b) => a.step - b.step || a.timestamp - b.timestamp)).map(metric);
  }

  async start({ name }: RunDraft, call?: Call): Promise<Run> {
    const { site, rows, log, home } = this.environment;
    const user = userName();
    const made = await home.making((experimentId) => makeRun(site, log, {
      experimentId, name, user, tags: { 'mlflow.user': user, 'mlflow.source.name': 'ML Artifacts' },
    }, call), call);
    return rows.run(site.workspace, made);
  }

  async end({ run }: RunRef, status: keyof typeof STATUS, call?: Call): Promise<void> {
    await this.environment.site.tracking.updateRun(run, { status: STATUS[status], end_time: Date.now() }, call);
  }

  async experimentIds(call?: Call): Promise<readonly string[]> {
    const { site } = this.environment;
    const all = await allPages(EXPERIMENTS_A_PAGE, (page) => site.tracking.experiments(page, call));
    return all.map(({ experiment_id: id }) => id);
  }

  /** A run that was deleted still has its id. */
  async nameOf(id: string, call?: Call): Promise<string> {
    const { run_name: name = '' } = (await unlessMissing(this.environment.site.tracking.run(id, call)))?.info ?? {};
    return name === '' ? id : name;
  }

  private async *named({ search = '', without, experimentIds, isDeleted }: Named, call?: Call): AsyncGenerator<Run, void, undefined> {
    const { site, rows } = this.environment;
    const filter = search === '' ? undefined : clause('attributes.run_name', 'ILIKE', search);
    for await (const each of paged(RUNS_A_PAGE, (page) => site.tracking.runsWithout(without, { experimentIds, filter, isDeleted, ...page }, call))) {
      if (!isUpload(each) && hasText(each.info.run_name, search)) {
        yield rows.run(site.workspace, each);
      }
    }
  }
}

const isUpload = ({ data }: RunEntry): boolean => data.tags[TAG.upload] !== undefined;
