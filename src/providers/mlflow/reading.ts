import { createHash } from 'node:crypto';
import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { corrupt, isArtifactError } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import { Catalog } from './catalog';
import { type Contents, ManifestContents } from '../contents';
import { ListedContents } from '../listedContents';
import type { ArtifactFiles } from './files/artifactFiles';
import { type ManifestAsset, parseManifest } from '../manifest';
import { FILES } from '../draftAssets';
import { MANIFEST } from './mlflowWriter';
import type { NumberedVersion } from './modelView';
import { placeOfVersion, rootOf } from './places';
import type { Site } from './server';
import { TAG } from './tags';
import { readWhole } from './wholeFile';

/** Milliseconds for which what was read of a place is taken to hold: others may delete a version, and a run goes on writing. */
const FRESH_MS = 10_000;
const MOST_KEPT = 50;

interface Kept {
  readonly until: number;
  readonly exact: VersionRef;
  readonly contents: Promise<Contents>;
}

/** Opens what is in versions and in runs, and keeps it for as long as somebody goes on reading. */
export class Reading {
  private readonly kept = new Map<string, Kept>();
  /** By digest: what a manifest says never changes. */
  private readonly manifests = new Map<string, readonly ManifestAsset[]>();

  constructor(private readonly site: (workspace: string, call?: Call) => Promise<Site>) {}

  /** The contents, and the ref with the exact number. */
  async open(ref: VersionRef, call?: Call): Promise<{ readonly exact: VersionRef; readonly contents: Contents }> {
    const key = JSON.stringify([ref.workspace, ref.artifact, ref.version]);
    const known = this.kept.get(key);
    if (known !== undefined && known.until > Date.now()) {
      return { exact: known.exact, contents: await known.contents };
    }
    const site = await this.site(ref.workspace, call);
    const opened = await this.opened(site, ref);
    this.keep(key, opened);
    return { exact: opened.exact, contents: await opened.contents };
  }

  /** Nothing that is kept of an artifact is believed any more, but for what is in `but`, an exact number. */
  forget({ workspace, artifact }: Pick<VersionRef, 'workspace' | 'artifact'>, but?: string): void {
    const prefix = JSON.stringify([workspace, artifact]).slice(0, -1);
    const stays = JSON.stringify([workspace, artifact, but]);
    for (const key of this.kept.keys()) {
      if (key.startsWith(`${prefix},`) && key !== stays) {
        this.kept.delete(key);
      }
    }
  }

  private async opened(site: Site, ref: VersionRef): Promise<Omit<Kept, 'until'>> {
    const { connection, workspace, artifact } = ref;
    const run = runOfFiles(ref);
    if (run !== undefined) {
      const { files, folder } = await rootOf(site, run.run);
      return { exact: { connection, workspace, artifact, version: run.run }, contents: Promise.resolve(new ListedContents(files, folder, true)) };
    }
    const { version } = await new Catalog(site).version(ref);
    return { exact: { connection, workspace, artifact, version: version.number }, contents: this.contentsOf(site, version) };
  }

  private async contentsOf(site: Site, version: NumberedVersion): Promise<Contents> {
    const digest = version.own ? version.entry.tags[TAG.manifest] : undefined;
    if (digest === undefined) {
      const { files, folder } = await placeOfVersion(site, version);
      return new ListedContents(files, folder);
    }
    const { files } = await rootOf(site, version.entry.run_id);
    const assets = this.manifests.get(digest) ?? await this.manifest(files, version, digest);
    this.manifests.set(digest, assets);
    trim(this.manifests);
    return new ManifestContents(files, FILES, assets);
  }

  private async manifest(files: ArtifactFiles, { number }: NumberedVersion, digest: string): Promise<readonly ManifestAsset[]> {
    const bytes = await readWhole(files, MANIFEST).catch((error: unknown) => {
      throw isArtifactError(error, 'notFound') ? corrupt(`version ${number}: its manifest.json is gone from the server`, error) : error;
    });
    if (createHash('sha256').update(bytes).digest('hex') !== digest) {
      throw corrupt(`version ${number}: its manifest.json was changed after it was logged`);
    }
    try {
      return parseManifest(bytes.toString('utf8'));
    } catch (error) {
      throw corrupt(`the manifest of version ${number}`, error);
    }
  }

  private keep(key: string, opened: Omit<Kept, 'until'>): void {
    const kept: Kept = { ...opened, until: Date.now() + FRESH_MS };
    this.kept.set(key, kept);
    trim(this.kept);
    // A failure is not kept: the next one asks again.
    kept.contents.catch(() => {
      if (this.kept.get(key) === kept) {
        this.kept.delete(key);
      }
    });
  }
}

function trim(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) {
    map.delete(oldest);
  }
}
