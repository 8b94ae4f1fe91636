import type { RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import { type DatasetNode, type LineageNode, type RunNode, runNodeId, type VersionNode, versionNodeId } from '../../model/lineage';
import type { DatasetInput, LoggedModel, ModelVersion, RegisteredModel, RunEntry } from './calls/answers';
import type { Catalog } from './catalog';
import { aliasesOf, type ModelView, type NumberedVersion, ownNumber } from './modelView';
import { artifactName, type Rows } from './rows';
import type { Site } from './server';
import { objectOf, TAG } from './tags';
import { versionOfInput } from './uses';

/** Artifacts that were read for one answer, so that each is read once. */
export type Views = Map<string, Promise<ModelView | undefined>>;

/** Versions, runs, logged models and datasets as nodes of a lineage. */
export class LineageNodes {
  constructor(
    private readonly connection: string,
    private readonly site: Site,
    private readonly rows: Rows,
    private readonly catalog: Catalog,
  ) {}

  async inputNode(input: DatasetInput, views: Views, call?: Call): Promise<LineageNode> {
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

  async versionNodes(entries: readonly (Pick<ModelVersion, 'name' | 'version'> & Partial<ModelVersion>)[], views: Views, call?: Call): Promise<readonly VersionNode[]> {
    const models = new Map([...new Set(entries.map(({ name }) => name))].map((name) => [name, this.catalog.registered(name, call)]));
    const nodes = await Promise.all(entries.map(async ({ name, version, tags = {}, source = '' }) => {
      const model = await models.get(name);
      const own = ownNumber({ tags, source });
      if (model !== undefined && own !== undefined) {
        return [this.nodeOf(model, own, version)];
      }
      const view = model === undefined ? undefined : await this.viewOf(artifactName(model), views, call);
      const found = view?.versions.find(({ entry }) => entry.version === version);
      return view === undefined || found === undefined ? [] : [this.versionNode(view, found)];
    }));
    return nodes.flat();
  }

  private viewOf(artifact: string, views: Views, call?: Call): Promise<ModelView | undefined> {
    const view = views.get(artifact) ?? this.catalog.find(artifact, call);
    views.set(artifact, view);
    return view;
  }

  versionNode({ model }: ModelView, { number, entry }: NumberedVersion): VersionNode {
    return this.nodeOf(model, number, entry.version);
  }

  private nodeOf(model: RegisteredModel, number: string, version: string): VersionNode {
    const ref: VersionRef = { connection: this.connection, workspace: this.site.workspace, artifact: artifactName(model), version: number };
    return { kind: 'version', id: versionNodeId(ref), ref, type: model.tags[TAG.type] ?? 'model', aliases: aliasesOf(model, version) };
  }

  runNode(entry: RunEntry): RunNode {
    const { connection, workspace, run, name } = this.rows.run(this.site.workspace, entry);
    const ref: RunRef = { connection, workspace, run };
    return { kind: 'run', id: runNodeId(ref), ref, name };
  }

  modelNode(model: LoggedModel): RunNode {
    const { connection, workspace, run, name } = this.rows.loggedModel(this.site.workspace, model);
    const ref: RunRef = { connection, workspace, run };
    return { kind: 'run', id: runNodeId(ref), ref, name, model: true };
  }

  /** What the lineage names may have been deleted. */
  async runNodeOf(run: string | undefined, call?: Call): Promise<RunNode | undefined> {
    const entry = run === undefined || run === '' ? undefined : await unlessMissing(this.site.tracking.run(run, call));
    return entry && this.runNode(entry);
  }

  async modelNodeOf(id: string, call?: Call): Promise<RunNode | undefined> {
    const model = await unlessMissing(this.site.tracking.loggedModel(id, call));
    return model && this.modelNode(model);
  }

  async modelNodes(links: readonly { readonly model_id: string }[] = [], call?: Call): Promise<readonly RunNode[]> {
    return (await Promise.all(links.map(({ model_id: id }) => this.modelNodeOf(id, call)))).filter((node) => node !== undefined);
  }
}

/** The address in what Python's sources write as JSON, or the script of one that was made by code; anything else as it is. */
function sourceText(source: string): string | undefined {
  const { url, uri, path, tags } = objectOf(source) ?? {};
  const script = typeof tags === 'object' && tags !== null && 'mlflow.source.name' in tags ? tags['mlflow.source.name'] : undefined;
  const place = [url, uri, path, script].find((each) => typeof each === 'string');
  return typeof place === 'string' ? place : source === '' ? undefined : source;
}
