import type { Call } from '../../../model/call';
import { unlessMissing } from '../../../model/errors';
import { type AssetRow, AssetsAnswer, type ExperimentInfo, ExperimentInfo as ExperimentShape, ExperimentMade, ExperimentsAnswer, type Project, ProjectsAnswer } from './answers';
import { LineageAnswer, type LineageRow, lineageRows, type Point, PointsAnswer, SummariesAnswer, type Summary, TagsAnswer } from './experimentAnswers';
import type { Wire } from './wire';

/** Where an experiment's values of one kind stand. */
const SUMMARIES = { metrics: 'experiment/metrics/summary', parameters: 'experiment/parameters', others: 'experiment/log-other' } as const;

/** The calls about projects and experiments, one function each, in Comet's own words. */
export class ExperimentCalls {
  constructor(private readonly wire: Wire) {}

  async projects(workspaceName: string, call?: Call): Promise<readonly Project[]> {
    return (await this.wire.get('projects', { workspaceName }, ProjectsAnswer, { call, what: `projects of ${workspaceName}` })).projects;
  }

  /** Pages count from 1; the last started first. */
  async experiments(query: { readonly workspaceName: string; readonly projectName: string; readonly page: number; readonly size: number }, call?: Call): Promise<readonly ExperimentInfo[]> {
    return (await this.wire.get('experiments', { ...query, sortBy: 'startTime', sortOrder: 'desc' }, ExperimentsAnswer, { call, what: `experiments of ${query.projectName}` })).experiments;
  }

  async experiment(experimentKey: string, call?: Call): Promise<ExperimentInfo> {
    return await this.wire.get('experiment/metadata', { experimentKey }, ExperimentShape, { call, what: `experiment ${experimentKey}` });
  }

  async create(body: { readonly workspaceName: string; readonly projectName: string; readonly experimentName: string }, call?: Call): Promise<string> {
    return (await this.wire.make('write/experiment/create', body, ExperimentMade, { call, what: `experiment ${body.experimentName}` })).experimentKey;
  }

  async setStatus(experimentKey: string, status: { readonly isAlive: boolean; readonly error: string | null; readonly hasCrashed: boolean }, call?: Call): Promise<void> {
    await this.wire.tell('write/experiment/update-status', { experimentKey, ...status }, { call, what: `experiment ${experimentKey}` });
  }

  async assets(experimentKey: string, call?: Call): Promise<readonly AssetRow[]> {
    return (await this.wire.get('experiment/asset/list', { experimentKey, type: 'all' }, AssetsAnswer, { call, what: `assets of experiment ${experimentKey}` })).assets;
  }

  /** Nothing where the experiment has none, which some servers call missing. */
  async summaries(experimentKey: string, kind: keyof typeof SUMMARIES, call?: Call): Promise<readonly Summary[]> {
    return (await unlessMissing(this.wire.get(SUMMARIES[kind], { experimentKey }, SummariesAnswer, { call, what: `${kind} of experiment ${experimentKey}` })))?.values ?? [];
  }

  async tags(experimentKey: string, call?: Call): Promise<readonly string[]> {
    return (await unlessMissing(this.wire.get('experiment/tags', { experimentKey }, TagsAnswer, { call, what: `tags of experiment ${experimentKey}` })))?.tags ?? [];
  }

  /** In no order. */
  async points(experimentKey: string, metricName: string, call?: Call): Promise<readonly Point[]> {
    return (await this.wire.get('experiment/metrics/get-metric', { experimentKey, metricName }, PointsAnswer, { call, what: `metric ${metricName} of experiment ${experimentKey}` })).metrics;
  }

  /** The versions that an experiment made (`output`) or used (`input`). */
  async lineage(experimentKey: string, filter: 'input' | 'output', call?: Call): Promise<readonly LineageRow[]> {
    const answer = await unlessMissing(this.wire.get('get/artifacts', { experimentKey, filter }, LineageAnswer, { call, what: `artifacts of experiment ${experimentKey}` }));
    return answer === undefined ? [] : lineageRows(answer);
  }
}
