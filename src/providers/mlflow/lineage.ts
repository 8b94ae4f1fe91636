import pLimit from 'p-limit';
import type { RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { type Lineage, type LineageEdge, type LineageNode, runNodeId } from '../../model/lineage';
import type { LoggedModel, ModelVersion, RunEntry } from './calls/answers';
import { Catalog } from './catalog';
import { clause } from './filter';
import { LineageNodes } from './lineageNodes';
import type { ModelView, NumberedVersion } from './mapping/modelView';
import { isModelId } from './places';
import { artifactName, type Rows } from './mapping/rows';
import type { Runs } from './runs';
import type { Site } from './server';
import { listOf, REGISTERED, TAG } from './mapping/tags';
import { consumersOf, usersOfModel } from './uses';

const LOOKS_AT_A_TIME = 8;
/** Of more neighbours than this it is not asked whether they have others: they are taken to have some. */
const MOST_LOOKS = 24;

interface Neighbour {
  readonly node: LineageNode;
  readonly edge: LineageEdge;
}

/** Who made and who used what, both ways, from what our own and all other clients told the server. */
export class LineageReader {
  private readonly catalog: Catalog;
  private readonly nodes: LineageNodes;
  private experimentIds: Promise<readonly string[]> | undefined;

  constructor(
    private readonly connection: string,
    private readonly site: Site,
    rows: Rows,
    private readonly runs: Runs,
  ) {
    this.catalog = new Catalog(site);
    this.nodes = new LineageNodes(connection, site, rows, this.catalog);
  }

  async aroundVersion(ref: VersionRef, call?: Call): Promise<Lineage> {
    const { view, version } = await this.catalog.version(ref, call);
    const node = this.nodes.versionNode(view, version);
    const near = await this.nearVersion(view, version, call);
    return await this.graph(node, near, call);
  }

  async aroundRun(ref: RunRef, call?: Call): Promise<Lineage> {
    const { focus, near } = await this.neighbours(ref, call);
    return await this.graph(focus, near, call);
  }

  /** The same without a look at what lies beyond. */
  async besideRun(ref: RunRef, call?: Call): Promise<Pick<Lineage, 'nodes' | 'edges'>> {
    const { focus, near } = await this.neighbours(ref, call);
    return joined(focus, near);
  }

  private async neighbours({ run: id }: RunRef, call?: Call): Promise<{ readonly focus: LineageNode; readonly near: readonly Neighbour[] }> {
    if (isModelId(id)) {
      const model = await this.site.tracking.loggedModel(id, call);
      return { focus: this.nodes.modelNode(model), near: await this.nearModel(model, call) };
    }
    const run = await this.site.tracking.run(id, call);
    return { focus: this.nodes.runNode(run), near: await this.nearRun(run, call) };
  }

  private async nearVersion(view: ModelView, version: NumberedVersion, call?: Call): Promise<readonly Neighbour[]> {
    const { entry, own } = version;
    const id = this.nodes.versionNode(view, version).id;
    const near: Neighbour[] = [];
    const modelId = entry.model_id !== '' ? entry.model_id : /^models:\/+(m-[\w-]+)/u.exec(entry.source)?.[1];
    const producer = own ? entry.tags[TAG.producer] : entry.run_id;
    const maker = modelId !== undefined && !own ? await this.nodes.modelNodeOf(modelId, call) : await this.nodes.runNodeOf(producer, call);
    if (maker !== undefined) {
      near.push({ node: maker, edge: { from: maker.id, to: id, relation: 'produced' } });
    }
    const ref: VersionRef = { connection: this.connection, workspace: this.site.workspace, artifact: artifactName(view.model), version: version.number };
    for await (const run of consumersOf(this.site, ref, await this.experiments(call), call)) {
      const node = this.nodes.runNode(run);
      near.push({ node, edge: { from: id, to: node.id, relation: 'consumed' } });
    }
    return near;
  }

  /** Asked once for all versions of one answer. */
  private experiments(call?: Call): Promise<readonly string[]> {
    this.experimentIds ??= this.runs.experimentIds(call);
    return this.experimentIds;
  }

  private async nearRun(run: RunEntry, call?: Call): Promise<readonly Neighbour[]> {
    const id = runNodeId({ connection: this.connection, workspace: this.site.workspace, run: run.info.run_id });
    const inputs = await this.nodes.inputNodes(run.inputs.dataset_inputs, call);
    const usedModels = await this.nodes.modelNodes(run.inputs.model_inputs, call);
    const madeModels = await this.nodes.modelNodes(run.outputs.model_outputs, call);
    const madeVersions = await this.nodes.versionNodes(await this.madeBy(run.info.run_id, call), call);
    return [
      ...[...inputs, ...usedModels].map((node): Neighbour => ({ node, edge: { from: node.id, to: id, relation: 'consumed' } })),
      ...[...madeVersions, ...madeModels].map((node): Neighbour => ({ node, edge: { from: id, to: node.id, relation: 'produced' } })),
    ];
  }

  private async nearModel(model: LoggedModel, call?: Call): Promise<readonly Neighbour[]> {
    const { id } = this.nodes.modelNode(model);
    const maker = await this.nodes.runNodeOf(model.info.source_run_id, call);
    const versions = await this.nodes.versionNodes(registeredFrom(model), call);
    const users = (await usersOfModel(this.site, model, call)).map((run) => this.nodes.runNode(run));
    return [
      ...(maker === undefined ? [] : [{ node: maker, edge: { from: maker.id, to: id, relation: 'produced' as const } }]),
      ...versions.map((node): Neighbour => ({ node, edge: { from: id, to: node.id, relation: 'produced' } })),
      ...users.map((node): Neighbour => ({ node, edge: { from: id, to: node.id, relation: 'consumed' } })),
    ];
  }

  /** Versions that were logged under a run: ours say so, those of others lie in its files. */
  private async madeBy(run: string, call?: Call): Promise<readonly ModelVersion[]> {
    const [ours, others] = await Promise.all([
      this.site.registry.versions(clause(`tags.\`${TAG.producer}\``, '=', run), call),
      this.site.registry.versions(clause('run_id', '=', run), call),
    ]);
    // What has a logged model in between is reached through it.
    return [...ours, ...others.filter(({ tags, source }) => tags[TAG.producer] === undefined && !/^models:\/+m-/u.test(source))];
  }

  private async graph(focus: LineageNode, near: readonly Neighbour[], call?: Call): Promise<Lineage> {
    const { nodes, edges } = joined(focus, near);
    const limit = pLimit(LOOKS_AT_A_TIME);
    const cut = { upstream: [] as string[], downstream: [] as string[] };
    const others = nodes.filter(({ id }) => id !== focus.id);
    await Promise.all(others.map((node) => limit(async () => {
      const known = (end: 'from' | 'to'): number => edges.filter((edge) => edge[end] === node.id).length;
      const more = others.length > MOST_LOOKS ? undefined : await this.edgesOf(node, call);
      if (node.kind !== 'dataset' && (more === undefined || more.upstream > known('to'))) {
        cut.upstream.push(node.id);
      }
      if (node.kind !== 'dataset' && (more === undefined || more.downstream > known('from'))) {
        cut.downstream.push(node.id);
      }
    })));
    return { focus: focus.id, nodes, edges, expanded: [focus.id], cut };
  }

  /** How many edges a neighbour has on each side; nothing where that is not known. */
  private async edgesOf(node: LineageNode, call?: Call): Promise<{ readonly upstream: number; readonly downstream: number } | undefined> {
    const count = (near: readonly Neighbour[]): { readonly upstream: number; readonly downstream: number } => {
      const edges = new Set(near.map(({ edge }) => `${edge.from} ${edge.to}`));
      const downstream = [...edges].filter((edge) => edge.startsWith(`${node.id} `)).length;
      return { upstream: edges.size - downstream, downstream };
    };
    switch (node.kind) {
      case 'dataset':
        return { upstream: 0, downstream: 0 };
      case 'run':
        return isModelId(node.ref.run)
          ? undefined
          : count(await this.nearRun(await this.site.tracking.run(node.ref.run, call), call));
      case 'version': {
        if (node.deleted === true) {
          return { upstream: 0, downstream: 0 };
        }
        const { view, version } = await this.catalog.version(node.ref, call);
        return count(await this.nearVersion(view, version, call));
      }
    }
  }
}

const joined = (focus: LineageNode, near: readonly Neighbour[]): Pick<Lineage, 'nodes' | 'edges'> => ({
  nodes: [...new Map([focus, ...near.map(({ node }) => node)].map((node) => [node.id, node])).values()],
  edges: [...new Map(near.map(({ edge }) => [`${edge.from} ${edge.to} ${edge.relation}`, edge])).values()],
});

/** The versions that MLflow noted at a logged model when they were registered: some of them twice, the number as text or not. */
function registeredFrom({ info: { tags } }: LoggedModel): readonly Pick<ModelVersion, 'name' | 'version'>[] {
  const noted = listOf(tags[REGISTERED]).flatMap((each): readonly (readonly [string, Pick<ModelVersion, 'name' | 'version'>])[] => {
    const { name, version } = (typeof each === 'object' && each !== null ? each : {}) as Readonly<Record<string, unknown>>;
    return typeof name === 'string' && (typeof version === 'string' || typeof version === 'number') ? [[`${version} ${name}`, { name, version: String(version) }]] : [];
  });
  return [...new Map(noted).values()];
}
