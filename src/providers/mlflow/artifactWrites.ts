import { randomUUID } from 'node:crypto';
import type { ArtifactVersion, AssetRef, RunRef, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { checkDraft, checkLabels } from '../../model/draftRules';
import { alreadyExists, invalid, notFound, unlessMissing } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import { isBump } from '../../model/version';
import type { LabelChange, Removal, VersionDraft, VersionWriter } from '../provider';
import type { ArtifactReads } from './artifactReads';
import { Catalog, pick } from './catalog';
import type { ArtifactFiles } from './files/artifactFiles';
import type { HomeExperiment } from './homeExperiment';
import { labelTags, metadataTags, replaceAliases, staleParts } from './labels';
import { MlflowWriter } from './mlflowWriter';
import type { NumberedVersion } from './mapping/modelView';
import { isModelId, rootOf } from './places';
import type { Reading } from './reading';
import { Registration } from './registration';
import { plannedRemoval, type Removable, type RemovingEnvironment, removeVersion } from './removing';
import type { Rows } from './mapping/rows';
import type { Runs } from './runs';
import type { MlflowServer, Site } from './server';
import { TAG } from './mapping/tags';
import { Uploads } from './uploads';
import { recordUse } from './uses';
import type { WebPages } from './webPages';

export interface WritesEnvironment {
  readonly pages: WebPages;
  readonly server: MlflowServer;
  readonly rows: Rows;
  readonly reading: Reading;
  readonly reads: ArtifactReads;
  readonly runs: (site: Site) => Runs;
  readonly home: (site: Site) => HomeExperiment;
  readonly log: Log;
}

/** Logs, registers, labels and deletes versions, and records their use. */
export class ArtifactWrites {
  /** Workspaces in which unfinished uploads were looked for everywhere. */
  private readonly swept = new Set<string>();

  constructor(private readonly environment: WritesEnvironment) {}

  async begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    checkDraft(draft);
    mustBeOf(draft.workspace, draft.producer);
    const { home, log, reads } = this.environment;
    const site = await this.siteFor(draft, call);
    const [producer] = await Promise.all([draft.producer && site.tracking.run(draft.producer.run, call), mustBeFree(site, draft, call)]);
    call?.signal?.throwIfAborted();
    return new MlflowWriter({
      site,
      log,
      making: (make) => (producer === undefined ? home(site).making(make) : make(producer.info.experiment_id)),
      sweepable: (experimentId) => this.sweepable(site, experimentId),
      producerName: producer?.info.run_name,
      reread: (version) => this.fresh(version, () => reads.version(version)),
    }, draft);
  }

  async register(folder: AssetRef, draft: VersionDraft, call?: Call): Promise<ArtifactVersion> {
    checkDraft(draft);
    mustBeOf(draft.workspace, draft.producer);
    const { server, reading, reads, runs, log } = this.environment;
    const run = runOfFiles(folder);
    if (run?.workspace !== draft.workspace) {
      throw invalid('Files of a run can be registered, as a version in the workspace of the run.');
    }
    const site = await server.site(draft.workspace, call);
    const { contents } = await reading.open(folder, call);
    const prefix = folder.path === '' ? '' : `${folder.path}/`;
    const assets = (await contents.assets(call, folder.path)).filter(({ path }) => path.startsWith(prefix));
    if (assets.length === 0) {
      throw notFound(folder.path === '' ? `a file in run ${run.run}` : `a folder ${folder.path} with files in run ${run.run}`);
    }
    const { artifactUri } = await rootOf(site, run.run, call);
    const details = await runs(site).run(run, call);
    const uri = prefix === '' ? artifactUri : `${artifactUri}/${folder.path}`;
    const producer = draft.producer ?? (isModelId(run.run) ? details.source : run);
    const registration = new Registration(site, log, { ...draft, producer }, randomUUID());
    const { number } = await registration.register({
      source: isModelId(run.run)
        ? { uri: prefix === '' ? `models:/${run.run}` : uri, modelId: run.run, runId: details.source?.run }
        : { uri, runId: run.run },
      tags: { [TAG.assets]: String(assets.length), [TAG.bytes]: String(assets.reduce((sum, { size }) => sum + size, 0)) },
      producerName: details.source?.name ?? details.name,
    }, call).catch(async (error: unknown) => {
      await registration.undo().catch((failed: unknown) => log.warn(`a registered model without versions may stay: ${String(failed)}`));
      throw error;
    });
    const { connection, workspace, artifact } = draft;
    const made: VersionRef = { connection, workspace, artifact, version: number };
    return await this.fresh(made, () => reads.version(made));
  }

  async label(ref: VersionRef, { aliases, tags, metadata }: LabelChange, call?: Call): Promise<ArtifactVersion> {
    checkLabels({ aliases, tags, metadata });
    const { server, reads } = this.environment;
    const site = await server.site(ref.workspace, call);
    const { view, version } = await new Catalog(site).version(ref, call);
    const { name, version: integer } = version.entry;
    const changes: Readonly<Record<string, string>> = {
      ...(tags === undefined ? undefined : labelTags(tags)),
      ...(metadata === undefined ? undefined : await metadataTags(metadata, await holderOf(site, version, call), call)),
    };
    call?.signal?.throwIfAborted();
    for (const [key, value] of Object.entries(changes)) {
      if ((version.entry.tags[key] ?? '') !== value) {
        await site.registry.setVersionTag(name, integer, key, value);
      }
    }
    for (const key of staleParts(version.entry.tags, changes)) {
      await site.registry.deleteVersionTag(name, integer, key);
    }
    if (aliases !== undefined) {
      await replaceAliases(site.registry, view.model, integer, [...new Set(aliases)]);
    }
    const exact: VersionRef = { ...ref, version: version.number };
    return await this.fresh(exact, () => reads.version(exact), exact.version);
  }

  async removal(ref: VersionRef, call?: Call): Promise<Removal> {
    return await plannedRemoval(...await this.removing(ref, call), call);
  }

  async remove(ref: VersionRef, call?: Call): Promise<Removal> {
    const [environment, removable] = await this.removing(ref, call);
    return await this.fresh(ref, () => removeVersion(environment, removable, call));
  }

  async consume(ref: VersionRef, run: RunRef, call?: Call): Promise<void> {
    mustBeOf(ref.workspace, run);
    const site = await this.environment.server.site(ref.workspace, call);
    const { view, version } = await new Catalog(site).version(ref, call);
    await recordUse(site, { ...ref, version: version.number }, run.run, this.environment.pages.version(site, view.model.name, version.entry.version), call);
  }

  private async removing(ref: VersionRef, call?: Call): Promise<readonly [RemovingEnvironment, Removable]> {
    const { server, rows, runs, log } = this.environment;
    const site = await server.site(ref.workspace, call);
    const { view, version } = await new Catalog(site).version(ref, call);
    const { connection, workspace, artifact } = ref;
    return [
      { site, rows, runs: runs(site), uploads: new Uploads(site, log) },
      { ref: { connection, workspace, artifact, version: version.number }, view, version },
    ];
  }

  /** Whoever died may have logged elsewhere: the first who logs into a workspace looks through all of it. */
  private async sweepable(site: Site, experimentId: string): Promise<readonly string[]> {
    if (this.swept.has(site.workspace)) {
      return [experimentId];
    }
    this.swept.add(site.workspace);
    return await this.environment.runs(site).experimentIds();
  }

  /** A workspace that is not there yet is made, as the first artifact makes it in the embedded store. */
  private async siteFor({ workspace }: VersionDraft, call?: Call): Promise<Site> {
    const { server } = this.environment;
    if (!await server.has(workspace, call)) {
      await server.makeWorkspace(workspace, call);
    }
    return await server.site(workspace, call);
  }

  /** What is remembered of an artifact no longer holds after it was changed, but for the files of a version that only got other labels. */
  private async fresh<T>(ref: VersionRef, work: () => Promise<T>, relabelled?: string): Promise<T> {
    this.environment.reading.forget(ref, relabelled);
    try {
      return await work();
    } finally {
      this.environment.reading.forget(ref, relabelled);
    }
  }
}

/** Before anything is sent, as far as an exact number can be known to be taken. */
async function mustBeFree(site: Site, { workspace, artifact, version }: VersionDraft, call?: Call): Promise<void> {
  const view = isBump(version) ? undefined : await new Catalog(site).brief(artifact, { names: [version] }, call);
  if (view !== undefined && (pick(view, version)?.number === version || view.deleted.includes(version))) {
    throw alreadyExists(`version ${version} of ${workspace}/${artifact}`);
  }
}

/** Takes metadata that is too long for tags, where a version was logged from here and its run is still there. */
async function holderOf(site: Site, { own, entry }: NumberedVersion, call?: Call): Promise<ArtifactFiles | undefined> {
  return own && entry.tags[TAG.manifest] !== undefined ? (await unlessMissing(rootOf(site, entry.run_id, call)))?.files : undefined;
}

/** To MLflow a run of another workspace is one that does not exist. */
function mustBeOf(workspace: string, run: RunRef | undefined): void {
  if (run !== undefined && run.workspace !== workspace) {
    throw invalid(`MLflow keeps workspaces apart: a run of “${run.workspace}” cannot make or use what is in “${workspace}”.`);
  }
}
