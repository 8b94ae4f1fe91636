import { createHash } from 'node:crypto';
import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { corrupt, isArtifactError, serverFault, unsupported } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import { safePath } from '../../model/safePath';
import { ManifestContents } from '../contents';
import { FILES } from '../draftAssets';
import { type ManifestAsset, MOST_MANIFEST, parseManifest } from '../manifest';
import { keepLast, Openings } from '../openings';
import type { RunRow } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import type { Catalog } from './catalog';
import type { RunPlace } from './files/place';
import type { Shelf, Shelves } from './files/shelf';
import { TAG } from './tags';
import type { KnownVersion } from './versions';

/** Folder below the root of a run that holds a version. MATIH says nothing of files without a folder. */
export const OURS = 'mlartifacts';
export const MANIFEST = 'manifest.json';

export interface Opened {
  /** With the exact number. */
  readonly exact: VersionRef;
  readonly contents: ManifestContents;
}

export interface ReadingEnvironment {
  readonly calls: MatihCalls;
  readonly catalog: Catalog;
  readonly connection: string;
  /** Nothing where the connection does not say what files are read from. */
  readonly shelves: Shelves | undefined;
}

/** Opens what is in versions and in runs, and keeps it for as long as somebody goes on reading. */
export class Reading {
  private readonly openings = new Openings<Opened>();
  /** By digest: what a manifest says never changes. */
  private readonly manifests = new Map<string, readonly ManifestAsset[]>();
  /** Of experiments, by id: given when they are made. */
  private readonly locations = new Map<string, string | undefined>();

  constructor(private readonly environment: ReadingEnvironment) {}

  async open(ref: VersionRef): Promise<Opened> {
    return await this.openings.open(JSON.stringify([ref.workspace, ref.artifact, ref.version]), () => this.opened(ref));
  }

  /** Nothing that is kept is believed any more: an alias, or the latest, may stand elsewhere now. */
  forget(): void {
    this.openings.forget();
  }

  /** Where a run keeps its files; `unsupported` with what to do where nothing is read from. */
  async shelf(run: RunRow, call?: Call): Promise<Shelf> {
    const { shelves, connection } = this.environment;
    if (shelves === undefined) {
      throw unsupported(`MATIH’s API has no call that reads files: set “readFrom” of the connection ${connection} to s3:// or to the address of the MLflow server behind MATIH.`);
    }
    return shelves.of(await this.place(run, call));
  }

  /** The `artifact_location` of an experiment. */
  async location(experiment: string, call?: Call): Promise<string | undefined> {
    if (!this.locations.has(experiment)) {
      this.locations.set(experiment, (await this.environment.calls.experiment(experiment, call)).location);
    }
    return this.locations.get(experiment);
  }

  async place({ id, experiment = '', uri }: RunRow, call?: Call): Promise<RunPlace> {
    const location = uri !== undefined || experiment === '' ? undefined : await this.location(experiment, call);
    return { run: id, experiment, tenant: this.environment.catalog.tenant, uri, location };
  }

  private async opened(ref: VersionRef): Promise<Opened> {
    const { connection, workspace, artifact } = ref;
    const { calls, catalog } = this.environment;
    const run = runOfFiles(ref);
    if (run !== undefined) {
      const shelf = await this.shelf(await calls.run(run.run));
      const sizes = await shelf.sizes?.();
      if (sizes === undefined) {
        throw unsupported('What “readFrom” of this connection names lists no files: those of a run cannot be shown.');
      }
      const assets = [...sizes].map(([path, size]) => ({ path, file: path, size })).sort((a, b) => (a.path < b.path ? -1 : 1));
      return { exact: { connection, workspace, artifact, version: run.run }, contents: new ManifestContents(shelf, '', assets) };
    }
    const { version } = await catalog.version(ref);
    const shelf = await this.shelf(version);
    return { exact: { connection, workspace, artifact, version: version.number }, contents: new ManifestContents(shelf, FILES, await this.manifest(shelf, version)) };
  }

  private async manifest(shelf: Shelf, { number, tags }: KnownVersion): Promise<readonly ManifestAsset[]> {
    const digest = tags[TAG.manifest] ?? '';
    const known = this.manifests.get(digest);
    if (known !== undefined) {
      return known;
    }
    const bytes = await whole(shelf, safePath(tags[TAG.manifestFile] ?? `${OURS}/${MANIFEST}`)).catch((error: unknown) => {
      throw isArtifactError(error, 'notFound') ? corrupt(`version ${number}: its manifest.json is not where the files of its run should be`, error) : error;
    });
    if (createHash('sha256').update(bytes).digest('hex') !== digest) {
      throw corrupt(`version ${number}: its manifest.json was changed after it was logged`);
    }
    try {
      const assets = parseManifest(bytes.toString('utf8'));
      keepLast(this.manifests, digest, assets);
      return assets;
    } catch (error) {
      throw corrupt(`the manifest of version ${number}`, error);
    }
  }
}

async function whole(shelf: Shelf, path: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of shelf.read(path, 0, undefined)) {
    bytes += chunk.length;
    if (bytes > MOST_MANIFEST) {
      throw serverFault(`${path} is too large to be what it should be`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
