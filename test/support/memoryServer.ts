import type { Artifact, AssetRef, ArtifactVersion, Experiment, ExperimentRef, Metric, Run, RunDetails, RunRef, VersionRef, Workspace } from '../../src/model/artifact';
import { notFound } from '../../src/model/errors';
import { runNodeId, versionNodeId, type Lineage } from '../../src/model/lineage';
import { runOfFiles } from '../../src/model/runFiles';
import type { ArtifactQuery, ExperimentQuery, NestedRunQuery, RunQuery } from '../../src/providers/provider';
import { MemoryProvider } from './memoryProvider';

interface RunContent extends Partial<Omit<RunDetails, 'metrics'>> {
  readonly files?: Readonly<Record<string, string>>;
  /** Values by metric, at steps 0, 1, 2, … */
  readonly history?: Readonly<Record<string, readonly number[]>>;
}

/** The same as a server that others write to: experiments, runs with files, parameters and metrics, logged models, datasets. */
export class MemoryServer extends MemoryProvider {
  readonly runFiles = true;
  readonly experimentsById = new Map<string, Experiment>();
  readonly detailsById = new Map<string, RunDetails>();
  readonly histories = new Map<string, readonly Metric[]>();
  readonly lineages = new Map<string, Lineage>();
  /** Whether runs below others can be left out at the top. */
  leavesOutNested = true;
  /** What each method was asked, in order. */
  readonly asked: string[] = [];

  experiment(name: string, id = `e-${this.experimentsById.size + 1}`): Experiment {
    const made = { connection: this.connection, workspace: 'ada', experiment: id, name };
    this.experimentsById.set(id, made);
    return made;
  }

  /** `keep(experiment, 'train-1', { files: { 'model/MLmodel': 'x' }, history: { loss: [1, 0.5] } })`; the last one kept is the newest. */
  keep(experiment: ExperimentRef, name: string, { files = {}, history = {}, ...more }: RunContent = {}): RunDetails {
    const ref = { connection: this.connection, workspace: experiment.workspace, run: more.run ?? `r-${this.detailsById.size + 1}` };
    const metrics = Object.entries(history).map(([metric, values]): Metric => {
      const all = values.map((value, step) => ({ name: metric, value, step, at: 1_700_000_000_000 + step * 1000 }));
      this.histories.set(`${ref.run} ${metric}`, all);
      return all.at(-1)!;
    });
    const details: RunDetails = {
      status: 'finished', started: Date.now() - 3_600_000, experiment: experiment.experiment, parameters: {}, tags: {}, ...more, ...ref, name, metrics,
    };
    this.detailsById.set(ref.run, details);
    this.write(ref, files);
    return details;
  }

  /** As if the run had gone on. */
  write(ref: RunRef, files: Readonly<Record<string, string>>): void {
    const name = `${ref.workspace}/@run`;
    // In no order that anybody asks for, so that 10,000 of them are soon there.
    const known = this.artifactsByName.get(name) ?? { type: 'run', versions: new Map() };
    known.versions.set(ref.run, { created: Date.now(), aliases: [], metadata: {}, files });
    this.artifactsByName.set(name, known);
  }

  override async* workspaces(): AsyncGenerator<Workspace, void, undefined> {
    for await (const workspace of super.workspaces()) {
      yield { connection: workspace.connection, workspace: workspace.workspace };
    }
  }

  override async* artifacts(query: ArtifactQuery): AsyncGenerator<Artifact, void, undefined> {
    this.asked.push(`artifacts ${query.search ?? ''}`);
    for await (const artifact of super.artifacts(query)) {
      if (artifact.artifact !== '@run') {
        yield artifact;
      }
    }
  }

  override async version(ref: VersionRef): Promise<ArtifactVersion> {
    const run = runOfFiles(ref);
    const { assets: _, bytes: __, ...version } = await super.version(ref);
    return run === undefined ? version : { ...version, type: 'run', isLatest: false, created: (await this.run(run)).started };
  }

  override async* entries(ref: AssetRef) {
    this.asked.push(`entries ${ref.version} ${ref.path}`);
    yield* super.entries(ref);
  }

  async* experiments({ workspace, search = '' }: ExperimentQuery): AsyncGenerator<Experiment, void, undefined> {
    this.asked.push(`experiments ${search}`);
    for (const experiment of this.experimentsById.values()) {
      if (experiment.workspace === workspace && experiment.name.toLowerCase().includes(search.toLowerCase())) {
        yield this.count('experiments', experiment);
      }
    }
  }

  override async* runs({ workspace, experiment, search = '', topLevel = false }: RunQuery): AsyncGenerator<Run, void, undefined> {
    this.asked.push(`runs ${experiment ?? ''} ${search}`);
    for (const run of [...this.detailsById.values()].reverse()) {
      const isMeant = run.workspace === workspace && run.kind !== 'model' && (experiment === undefined || run.experiment === experiment);
      const isLeftOut = topLevel && this.leavesOutNested && run.parent !== undefined;
      if (isMeant && !isLeftOut && run.name.toLowerCase().includes(search.toLowerCase())) {
        yield this.count('runs', run);
      }
    }
  }

  async* nestedRuns({ experiment, parent, most = Infinity }: NestedRunQuery): AsyncGenerator<Run, void, undefined> {
    this.asked.push(`nestedRuns ${experiment} ${parent ?? ''} ${most}`);
    const nested = [...this.detailsById.values()].reverse().filter((run) => run.experiment === experiment && run.parent !== undefined && (parent === undefined || run.parent.run === parent));
    for (const run of nested.slice(0, most)) {
      yield this.count('nestedRuns', run);
    }
  }

  async* loggedModels({ experiment }: ExperimentRef): AsyncGenerator<Run, void, undefined> {
    this.asked.push(`loggedModels ${experiment}`);
    for (const run of [...this.detailsById.values()].reverse()) {
      if (run.kind === 'model' && run.experiment === experiment) {
        yield this.count('loggedModels', run);
      }
    }
  }

  async run(ref: RunRef): Promise<RunDetails> {
    this.asked.push(`run ${ref.run}`);
    const details = this.detailsById.get(ref.run);
    if (details?.workspace !== ref.workspace) {
      throw notFound(`run ${ref.run}`);
    }
    return this.count('run', details);
  }

  async metricHistory(ref: RunRef, metric: string): Promise<readonly Metric[]> {
    this.asked.push(`metricHistory ${metric}`);
    return this.count('metricHistory', this.histories.get(`${ref.run} ${metric}`) ?? []);
  }

  override async lineage(of: VersionRef | RunRef): Promise<Lineage> {
    if (!('run' in of)) {
      return { focus: versionNodeId(of), nodes: [], edges: [], expanded: [], cut: { upstream: [], downstream: [] } };
    }
    const known = this.lineages.get(of.run);
    if (known !== undefined) {
      return known;
    }
    const { nodes, ...rest } = await super.lineage(of);
    const { name = '', kind } = this.detailsById.get(of.run) ?? {};
    return { ...rest, nodes: nodes.map((node) => (node.id === runNodeId(of) && node.kind === 'run' ? { ...node, name, model: kind === 'model' } : node)) };
  }

  }
