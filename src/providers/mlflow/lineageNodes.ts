import type { RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import { type DatasetNode, type LineageNode, type RunNode, runNodeId, type VersionNode, versionNodeId } from '../../model/lineage';
import type { DatasetInput, LoggedModel, ModelVersion, RegisteredModel, RunEntry } from './calls/answers';
import type { Catalog } from './catalog';
import { aliasesOf, type ModelView, type NumberedVersion, ownNumber } from './mapping/modelView';
import { artifactName, type Rows } from './mapping/rows';
import type { Site } from './server';
import { objectOf, TAG } from './mapping/tags';
import { versionOfInput } from './uses';

/** Versions, runs, logged models and datasets as nodes of a lineage. */
export class LineageNodes {
  constructor(
    private readonly connection: string,
    private readonly site: Site,
    private readonly rows: Rows,
    private readonly catalog: Catalog,
  ) {}

  /** Each artifact is asked for once. */
  async inputNodes(inputs: readonly DatasetInput[], call?: Call): Promise<readonly LineageNode[]> {
    const used = inputs.map((input) => versionOfInput(this.site.workspace, input));
    const views = await this.viewsOf(used.filter((each) => each !== undefined).map(({ artifact, version }) => [artifact, version]), 'names', call);
    return inputs.map((input, index) => {
      const version = used[index];
      return version === undefined ? this.datasetNode(input) : this.usedNode(version, views.get(version.artifact));
    });
  }

  private usedNode(used: Omit<VersionRef, 'connection'>, view: ModelView | undefined): VersionNode {
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

  async versionNodes(entries: readonly (Pick<ModelVersion, 'name' | 'version'> & Partial<ModelVersion>)[], call?: Call): Promise<readonly VersionNode[]> {
    const names = [...new Set(entries.map(({ name }) => name))];
    const models = new Map(await Promise.all(names.map(async (name) => [name, await this.catalog.registered(name, call)] as const)));
    const numberOf = ({ tags = {}, source = '' }: Partial<ModelVersion>): string | undefined => ownNumber({ tags, source });
    const open = entries.filter((entry) => numberOf(entry) === undefined).flatMap(({ name, version }) => {
      const model = models.get(name);
      return model === undefined ? [] : [[artifactName(model), version] as const];
    });
    const views = await this.viewsOf(open, 'integers', call);
    return entries.flatMap((entry) => {
      const model = models.get(entry.name);
      const number = model && (numberOf(entry) ?? views.get(artifactName(model))?.versions.find((each) => each.entry.version === entry.version)?.number);
      return model === undefined || number === undefined ? [] : [this.nodeOf(model, number, entry.version)];
    });
  }

  /** Of each artifact that is named, with the versions that are named of it. */
  private async viewsOf(versions: readonly (readonly [artifact: string, version: string])[], by: 'names' | 'integers', call?: Call): Promise<ReadonlyMap<string, ModelView | undefined>> {
    const artifacts = [...new Set(versions.map(([artifact]) => artifact))];
    return new Map(await Promise.all(artifacts.map(async (artifact) => {
      const wanted = versions.filter(([of]) => of === artifact).map(([, version]) => version);
      return [artifact, await this.catalog.brief(artifact, { [by]: wanted }, call)] as const;
    })));
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
