import { createHash } from 'node:crypto';
import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { corrupt, isArtifactError } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import { isVersionNumber } from '../../model/version';
import { Catalog } from './catalog';
import { type Contents, ManifestContents } from '../contents';
import { type Belief, BRIEF_BELIEF, ListedContents, LONG_BELIEF, NO_BELIEF } from '../listedContents';
import type { ArtifactFiles } from './files/artifactFiles';
import { type ManifestAsset, parseManifest } from '../manifest';
import { FILES } from '../draftAssets';
import { FRESH_MS, keepLast, Openings } from '../openings';
import { MANIFEST } from './mlflowWriter';
import type { NumberedVersion } from './mapping/modelView';
import { type Place, placeOfVersion, rootOf } from './places';
import type { Site } from './server';
import { TAG } from './mapping/tags';
import { readWhole } from './wholeFile';

interface Opened {
  /** With the exact number. */
  readonly exact: VersionRef;
  readonly contents: Contents;
  /** What the files belong to, where more may come. */
  readonly holder?: Holder | undefined;
}

interface Holder extends Pick<Place, 'holder' | 'stage'> {
  lookedAt: number;
}

interface Exact {
  readonly exact: VersionRef;
  readonly version: NumberedVersion;
}

/** Opens what is in versions and in runs, and keeps it for as long as somebody goes on reading. */
export class Reading {
  private readonly openings = new Openings<Opened>(({ contents }) => (contents instanceof ListedContents ? contents.keptUntil : 0));
  /** What numbers, aliases and `Latest` mean: these may be moved while somebody reads. */
  private readonly meant = new Openings<Exact>();
  /** By digest: what a manifest says never changes. */
  private readonly manifests = new Map<string, readonly ManifestAsset[]>();

  constructor(private readonly site: (workspace: string, call?: Call) => Promise<Site>) {}

  /** The contents, and the ref with the exact number. */
  async open(ref: VersionRef, call?: Call): Promise<Opened> {
    const site = await this.site(ref.workspace, call);
    if (runOfFiles(ref) !== undefined || isVersionNumber(ref.version)) {
      return await this.openedNow(site, ref);
    }
    const { exact, version } = await this.exact(site, ref);
    this.found(exact, version);
    return await this.openedNow(site, exact);
  }

  /** Whoever found a version reads what is in it next. */
  found(ref: VersionRef, version: NumberedVersion): void {
    const exact = exactOf(ref, version.number);
    void this.meant.open(keyOf(exact), async () => ({ exact, version }));
  }

  /** Nothing that is kept of an artifact is believed any more, but for what is in `but`, an exact number. */
  forget({ workspace, artifact }: Pick<VersionRef, 'workspace' | 'artifact'>, but?: string): void {
    const prefix = `${JSON.stringify([workspace, artifact]).slice(0, -1)},`;
    const stays = but === undefined ? undefined : keyOf({ workspace, artifact, version: but });
    const isMeant = (key: string): boolean => key.startsWith(prefix) && key !== stays;
    this.openings.forget(isMeant);
    this.meant.forget(isMeant);
  }

  private async openedNow(site: Site, ref: VersionRef): Promise<Opened> {
    const key = keyOf(ref);
    const open = (): Promise<Opened> => this.openings.open(key, () => this.opened(site, ref));
    const opened = await open();
    if (await holdsStill(site, opened)) {
      return opened;
    }
    this.openings.forget((each) => each === key);
    return await open();
  }

  private async opened(site: Site, ref: VersionRef): Promise<Opened> {
    const run = runOfFiles(ref);
    if (run !== undefined) {
      const place = await rootOf(site, run.run);
      return { exact: exactOf(ref, run.run), ...listed(place, place.isGrowing ? NO_BELIEF : LONG_BELIEF) };
    }
    const { exact, version } = await this.exact(site, ref);
    return { exact, ...await this.contentsOf(site, version) };
  }

  private exact(site: Site, ref: VersionRef): Promise<Exact> {
    return this.meant.open(keyOf(ref), async () => {
      const { version } = await new Catalog(site).version(ref);
      return { exact: exactOf(ref, version.number), version };
    });
  }

  private async contentsOf(site: Site, version: NumberedVersion): Promise<Omit<Opened, 'exact'>> {
    const digest = version.own ? version.entry.tags[TAG.manifest] : undefined;
    if (digest === undefined) {
      const place = await placeOfVersion(site, version);
      return listed(place, place.isGrowing ? BRIEF_BELIEF : LONG_BELIEF);
    }
    const files = ownFiles(site, version) ?? (await rootOf(site, version.entry.run_id)).files;
    const assets = this.manifests.get(digest) ?? await this.manifest(files, version, digest);
    keepLast(this.manifests, digest, assets);
    return { contents: new ManifestContents(files, FILES, assets) };
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
}

const listed = ({ files, folder, holder, stage }: Place, belief: Belief): Omit<Opened, 'exact'> =>
  ({ contents: new ListedContents(files, folder, belief), holder: { holder, stage, lookedAt: Date.now() } });

/** A list is believed for long only as long as its run stays ended: one that is resumed gets more files. */
async function holdsStill(site: Site, { holder: known }: Opened): Promise<boolean> {
  if (known === undefined || Date.now() - known.lookedAt < FRESH_MS) {
    return true;
  }
  known.lookedAt = Date.now();
  return (await rootOf(site, known.holder)).stage === known.stage;
}

/** Behind the server's routes a version of ours names the root of its run: nobody need ask for it. */
function ownFiles(site: Site, { entry: { source, run_id: id } }: NumberedVersion): ArtifactFiles | undefined {
  const below = `/${FILES}`;
  return /^mlflow-artifacts:\/(?!\/)/u.test(source) && source.endsWith(below) && id !== '' ? site.files({ kind: 'run', id, artifactUri: source.slice(0, -below.length) }) : undefined;
}

const keyOf = ({ workspace, artifact, version }: Pick<VersionRef, 'workspace' | 'artifact' | 'version'>): string => JSON.stringify([workspace, artifact, version]);

const exactOf = ({ connection, workspace, artifact }: VersionRef, version: string): VersionRef => ({ connection, workspace, artifact, version });
