import pLimit from 'p-limit';
import type { RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isArtifactError } from '../../model/errors';
import { type DatasetNode, type Lineage, type LineageEdge, type LineageNode, type RunNode, runNodeId, type VersionNode, versionNodeId } from '../../model/lineage';
import type { DatasetInput, LoggedModel, ModelVersion, RunEntry } from './calls/answers';
import { Catalog } from './catalog';
import { clause } from './filter';
import { aliasesOf, type ModelView, type NumberedVersion } from './modelView';
import { isModelId } from './places';
import { artifactName, type Rows } from './rows';
import type { Runs } from './runs';
import type { Site } from './server';
import { objectOf, TAG } from './tags';
import { consumersOf, versionOfInput } from './uses';

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

  constructor(
    private readonly connection: string,
    private readonly site: Site,
    private readonly rows: Rows,
    private readonly runs: Runs,
  ) {
    this.catalog = new Catalog(site);
  }

  async aroundVersion(ref: VersionRef, call?: Call): Promise<Lineage> {
    const { view, version } = await this.catalog.version(ref, call);
    const node = this.versionNode(view, version);
    const near = await this.nearVersion(view, version, call);
    return await this.graph(node, near, call);
  }

  async aroundRun(ref: RunRef, call?: Call): Promise<Lineage> {
    if (isModelId(ref.run)) {
      const model = await this.site.tracking.loggedModel(ref.run, call);
      return await this.graph(this.modelNode(model), await this.nearModel(model, call), call);
    }
    const run = await this.site.tracking.run(ref.run, call);
    return await this.graph(this.runNode(run), await this.nearRun(run, call), call);
  }

  private async nearVersion(view: ModelView, version: NumberedVersion, call?: Call): Promise<readonly Neighbour[]> {
    const { entry, own } = version;
    const id = this.versionNode(view, version).id;
    const near: Neighbour[] = [];
    const modelId = entry.model_id !== '' ? entry.model_id : /^models:\/+(m-[\w-]+)/u.exec(entry.source)?.[1];
    const producer = own ? entry.tags[TAG.producer] : entry.run_id;
    const maker = modelId !== undefined && !own ? await this.modelNodeOf(modelId, call) : await this.runNodeOf(producer, call);
    if (maker !== undefined) {
      near.push({ node: maker, edge: { from: maker.id, to: id, relation: 'produced' } });
    }
    const ref: VersionRef = { connection: this.connection, workspace: this.site.workspace, artifact: artifactName(view.model), version: version.number };
    for await (const run of consumersOf(this.site, ref, await this.runs.experimentIds(call), call)) {
      const node = this.runNode(run);
      near.push({ node, edge: { from: id, to: node.id, relation: 'consumed' } });
    }
    return near;
  }

  private async nearRun(run: RunEntry, call?: Call): Promise<readonly Neighbour[]> {
    const id = runNodeId({ connection: this.connection, workspace: this.site.workspace, run: run.info.run_id });
    const views = new Map<string, Promise<ModelView | undefined>>();
    const inputs = await Promise.all(run.inputs.dataset_inputs.map((input) => this.inputNode(input, views, call)));
    const usedModels = await this.modelNodes(run.inputs.model_inputs, call);
    const madeModels = await this.modelNodes(run.outputs.model_outputs, call);
    const madeVersions = await this.versionNodes(await this.madeBy(run.info.run_id, call), views, call);
    return [
      ...[...inputs, ...usedModels].map((node): Neighbour => ({ node, edge: { from: node.id, to: id, relation: 'consumed' } })),
      ...[...madeVersions, ...madeModels].map((node): Neighbour => ({ node, edge: { from: id, to: node.id, relation: 'produced' } })),
    ];
  }

  private async nearModel(model: LoggedModel, call?: Call): Promise<readonly Neighbour[]> {
    const { id } = this.modelNode(model);
    const maker = await this.runNodeOf(model.info.source_run_id, call);
    const registered = (await this.site.registry.versions(undefined, call)).filter((each) => each.model_id === model.info.model_id || each.source.replace(/^models:\/+/u, '') === model.info.model_id);
    const versions = await this.versionNodes(registered, new Map(), call);
    return [
      ...(maker === undefined ? [] : [{ node: maker, edge: { from: maker.id, to: id, relation: 'produced' as const } }]),
      ...versions.map((node): Neighbour => ({ node, edge: { from: id, to: node.id, relation: 'produced' } })),
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
    const nodes = [...new Map([focus, ...near.map(({ node }) => node)].map((node) => [node.id, node])).values()];
    const edges = [...new Map(near.map(({ edge }) => [`${edge.from} ${edge.to} ${edge.relation}`, edge])).values()];
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

  private async inputNode(input: DatasetInput, views: Map<string, Promise<ModelView | undefined>>, call?: Call): Promise<LineageNode> {
    const used = versionOfInput(this.site.workspace, input);
    if (used === undefined) {
      return this.datasetNode(input);
    }
    const view = await this.viewOf(used.artifact, views, call);
    const version = view?.versions.find(({ number }) => number === used.version);
    if (view !== undefined && version !== undefined) {
      return this.versionNode(view, version);
    }
    const ref: VersionRef = { connection: this.connection, ...used };
    return { kind: 'version', id: versionNodeId(ref), ref, type: view?.model.tags[TAG.type] ?? '', aliases: [], deleted: true };
  }

  private datasetNode({ dataset, tags }: DatasetInput): DatasetNode {
    const { name, digest, source } = dataset;
    return {
      kind: 'dataset', id: `dataset:${JSON.stringify([name, digest])}`, name, digest,
      source: sourceText(source), context: tags['mlflow.data.context'],
    };
  }

  private async versionNodes(entries: readonly ModelVersion[], views: Map<string, Promise<ModelView | undefined>>, call?: Call): Promise<readonly VersionNode[]> {
    const nodes = await Promise.all(entries.map(async ({ name, version }) => {
      const model = await this.catalog.registered(name, call);
      const view = model === undefined ? undefined : await this.viewOf(artifactName(model), views, call);
      const found = view?.versions.find(({ entry }) => entry.version === version);
      return view === undefined || found === undefined ? [] : [this.versionNode(view, found)];
    }));
    return nodes.flat();
  }

  private viewOf(artifact: string, views: Map<string, Promise<ModelView | undefined>>, call?: Call): Promise<ModelView | undefined> {
    const view = views.get(artifact) ?? this.catalog.find(artifact, call);
    views.set(artifact, view);
    return view;
  }

  private versionNode(view: ModelView, version: NumberedVersion): VersionNode {
    const ref: VersionRef = { connection: this.connection, workspace: this.site.workspace, artifact: artifactName(view.model), version: version.number };
    return { kind: 'version', id: versionNodeId(ref), ref, type: view.model.tags[TAG.type] ?? 'model', aliases: aliasesOf(view.model, version.entry.version) };
  }

  private runNode(entry: RunEntry): RunNode {
    const { connection, workspace, run, name } = this.rows.run(this.site.workspace, entry);
    const ref: RunRef = { connection, workspace, run };
    return { kind: 'run', id: runNodeId(ref), ref, name };
  }

  private modelNode(model: LoggedModel): RunNode {
    const { connection, workspace, run, name } = this.rows.loggedModel(this.site.workspace, model);
    const ref: RunRef = { connection, workspace, run };
    return { kind: 'run', id: runNodeId(ref), ref, name, model: true };
  }

  private async runNodeOf(run: string | undefined, call?: Call): Promise<RunNode | undefined> {
    return run === undefined || run === '' ? undefined : await unlessMissing(async () => this.runNode(await this.site.tracking.run(run, call)));
  }

  private async modelNodeOf(id: string, call?: Call): Promise<RunNode | undefined> {
    return await unlessMissing(async () => this.modelNode(await this.site.tracking.loggedModel(id, call)));
  }

  private async modelNodes(links: readonly { readonly model_id: string }[] = [], call?: Call): Promise<readonly RunNode[]> {
    return (await Promise.all(links.map(({ model_id: id }) => this.modelNodeOf(id, call)))).filter((node) => node !== undefined);
  }
}

/** The address in what Python's sources write as JSON; anything else as it is. */
function sourceText(source: string): string | undefined {
  const { url, uri, path } = objectOf(source) ?? {};
  const place = [url, uri, path].find((each) => typeof each === 'string');
  return typeof place === 'string' ? place : source === '' ? undefined : source;
}

/** What the lineage names may have been deleted. */
async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isArtifactError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}
