import type { Call } from '../../../model/call';
import { isArtifactError, unlessMissing } from '../../../model/errors';
import { allOf } from '../filter';
import type { Page, PageRequest } from '../paging';
import {
  ExperimentAnswer, type ExperimentInfo, ExperimentMade, ExperimentsPage, type LoggedModel, LoggedModelAnswer, LoggedModelsPage, type MetricEntry, MetricsPage, Nothing,
  RunAnswer, type RunEntry, RunsPage,
} from './answers';
import { tagList } from './tagList';
import type { Wire } from './wire';

export interface NewRun {
  readonly experimentId: string;
  readonly name: string;
  readonly user: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RunSearch extends PageRequest {
  readonly experimentIds: readonly string[];
  readonly filter?: string | undefined;
  /** Such as ``metrics.`loss` ASC``; the last started first unless told. */
  readonly orderBy?: string | undefined;
  /** What is refused where the server does not take it, as a noun phrase. */
  readonly what?: string | undefined;
  /** Only those that were deleted; otherwise only others. */
  readonly isDeleted?: boolean | undefined;
}

export interface NewInput {
  readonly runId: string;
  readonly dataset: { readonly name: string; readonly digest: string; readonly source_type: string; readonly source: string };
  readonly tags: Readonly<Record<string, string>>;
}

/** The calls of experiments, runs and logged models, one function each, in MLflow's own words. */
export class TrackingCalls {
  /** Whether runs can be asked for by what they do not have. */
  private knowsNull = true;

  constructor(private readonly wire: Wire) {}

  async experiments(query: PageRequest & { readonly filter?: string | undefined }, call?: Call): Promise<Page<ExperimentInfo>> {
    const { filter, size, token } = query;
    const body = { filter, max_results: size, page_token: token, order_by: ['last_update_time DESC'], view_type: 'ACTIVE_ONLY' };
    const page = await this.wire.set('POST', 'experiments/search', body, ExperimentsPage, { call, what: 'experiments' });
    return { items: page.experiments, next: page.next_page_token };
  }

  async experimentByName(name: string, call?: Call): Promise<ExperimentInfo | undefined> {
    return (await unlessMissing(this.wire.get('experiments/get-by-name', { experiment_name: name }, ExperimentAnswer, { call, what: `experiment ${name}` })))?.experiment;
  }

  async experiment(id: string, call?: Call): Promise<ExperimentInfo> {
    return (await this.wire.get('experiments/get', { experiment_id: id }, ExperimentAnswer, { call, what: `experiment ${id}` })).experiment;
  }

  async setExperimentTag(id: string, key: string, value: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'experiments/set-experiment-tag', { experiment_id: id, key, value }, Nothing, { call, what: `tag ${key} of experiment ${id}` });
  }

  /** May be sent twice, as there is one of a name: `alreadyExists` may mean our own. */
  async createExperiment(name: string, call?: Call): Promise<string> {
    return (await this.wire.set('POST', 'experiments/create', { name }, ExperimentMade, { call, what: `experiment ${name}` })).experiment_id;
  }

  async run(id: string, call?: Call): Promise<RunEntry> {
    return (await this.wire.get('runs/get', { run_id: id }, RunAnswer, { call, what: `run ${id}` })).run;
  }

  async runs({ experimentIds, filter, orderBy = 'attributes.start_time DESC', what = 'runs', isDeleted = false, size, token }: RunSearch, call?: Call): Promise<Page<RunEntry>> {
    const body = {
      experiment_ids: experimentIds, filter, max_results: size, page_token: token, run_view_type: isDeleted ? 'DELETED_ONLY' : 'ACTIVE_ONLY', order_by: [orderBy],
    };
    const page = await this.wire.set('POST', 'runs/search', body, RunsPage, { call, what });
    return { items: page.runs, next: page.next_page_token };
  }

  /** Those without any of the tags, as far as the server can be asked for that: MLflow 2 lists the others, too. */
  async runsWithout(tags: readonly string[], search: RunSearch, call?: Call): Promise<Page<RunEntry>> {
    if (this.knowsNull) {
      try {
        return await this.runs({ ...search, filter: allOf(...tags.map((tag) => `tags.\`${tag}\` IS NULL`), search.filter) }, call);
      } catch (error) {
        if (!isArtifactError(error, 'invalid')) {
          throw error;
        }
      }
    }
    const page = await this.runs(search, call);
    this.knowsNull = false;
    return page;
  }

  async createRun({ experimentId, name, user, tags }: NewRun, call?: Call): Promise<RunEntry> {
    const body = { experiment_id: experimentId, run_name: name, user_id: user, start_time: Date.now(), tags: tagList(tags) };
    return (await this.wire.make('runs/create', body, RunAnswer, { call, what: `run ${name}` })).run;
  }

  async updateRun(id: string, change: { readonly status?: string; readonly end_time?: number; readonly run_name?: string }, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/update', { run_id: id, ...change }, Nothing, { call, what: `run ${id}` });
  }

  async deleteRun(id: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/delete', { run_id: id }, Nothing, { call, what: `run ${id}` });
  }

  async restoreRun(id: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/restore', { run_id: id }, Nothing, { call, what: `run ${id}` });
  }

  async setRunTag(id: string, key: string, value: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/set-tag', { run_id: id, key, value }, Nothing, { call, what: `tag ${key} of run ${id}` });
  }

  /** One that is not there is `notFound`. */
  async deleteRunTag(id: string, key: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/delete-tag', { run_id: id, key }, Nothing, { call, what: `tag ${key} of run ${id}` });
  }

  /** The same input twice counts once. */
  async logInput({ runId, dataset, tags }: NewInput, call?: Call): Promise<void> {
    await this.wire.set('POST', 'runs/log-inputs', { run_id: runId, datasets: [{ dataset, tags: tagList(tags) }] }, Nothing, { call, what: `run ${runId}` });
  }

  async metricHistory(run: string, metric: string, { size, token }: PageRequest, call?: Call): Promise<Page<MetricEntry>> {
    const page = await this.wire.get('metrics/get-history', { run_id: run, metric_key: metric, max_results: size, page_token: token }, MetricsPage, { call, what: `metric ${metric} of run ${run}` });
    return { items: page.metrics, next: page.next_page_token };
  }

  async loggedModel(id: string, call?: Call): Promise<LoggedModel> {
    return (await this.wire.get(`logged-models/${encodeURIComponent(id)}`, {}, LoggedModelAnswer, { call, what: `logged model ${id}` })).model;
  }

  async loggedModels(experimentId: string, { size, token }: PageRequest, call?: Call): Promise<Page<LoggedModel>> {
    const body = { experiment_ids: [experimentId], max_results: size, page_token: token, order_by: [{ field_name: 'creation_timestamp', ascending: false }] };
    const page = await this.wire.set('POST', 'logged-models/search', body, LoggedModelsPage, { call, what: 'logged models' });
    return { items: page.models, next: page.next_page_token };
  }
}
