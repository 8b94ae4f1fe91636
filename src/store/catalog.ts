import { isLatestAlias } from '../model/artifact';
import { corrupt, notFound } from '../model/errors';
import type { JsonObject } from '../model/json';
import { compareNatural } from '../model/naturalOrder';
import { aliasProblem, formatArtifact, nameProblem } from '../model/reference';
import { isVersionNumber, nextVersion } from '../model/version';
import type { ArtifactLayout, ArtifactName, Layout, VersionName } from './layout';
import { readVersion, referenceText } from './manifests';
import { artifactsIn, directoriesIn, readArtifact, workspacesIn } from './namedFolders';
import { sound, type VersionRecord } from './records';
import { aliasesByVersion, aliasTarget, isDeleted, type Numbers, numbers, readLabels } from './refs';
import type { Runs } from './runs';

export interface ArtifactFacts extends ArtifactName {
  readonly type: string;
  readonly description?: string | undefined;
  readonly tags: readonly string[];
  readonly latest: string | undefined;
  readonly versions: number;
}

export interface VersionFacts extends VersionName {
  readonly type: string;
  readonly aliases: readonly string[];
  readonly isLatest: boolean;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly assets: number;
  readonly bytes: number;
  readonly created: number;
  readonly producer?: { readonly workspace: string; readonly run: string; readonly name: string } | undefined;
}

/** What a store holds, as far as small files tell it. Reads the disk each time: others may write. */
export class Catalog {
  constructor(
    private readonly layout: Layout,
    private readonly runs: Runs,
  ) {}

  /** In natural order, each with the number of its artifacts. */
  workspaces(): { readonly workspace: string; readonly artifacts: number }[] {
    return workspacesIn(this.layout)
      .map(({ name, folder }) => ({ workspace: name, artifacts: directoriesIn(folder).length }))
      .sort((a, b) => compareNatural(a.workspace, b.workspace));
  }

  /** Names in natural order. */
  artifactNames(workspace: string): string[] {
    return nameProblem(workspace) === undefined ? artifactsIn(this.layout.workspace(workspace)).map(({ name }) => name).sort(compareNatural) : [];
  }

  /** In natural order; read as they are asked for. One that is damaged is left out: asking for it says what is wrong. */
  *artifacts(workspace: string, search: string): Generator<ArtifactFacts> {
    const wanted = search.toLowerCase();
    for (const artifact of this.artifactNames(workspace)) {
      const facts = artifact.toLowerCase().includes(wanted) ? sound(() => this.findArtifact({ workspace, artifact })) : undefined;
      if (facts !== undefined) {
        yield facts;
      }
    }
  }

  artifact(name: ArtifactName): ArtifactFacts {
    const facts = isNamed(name) ? this.findArtifact(name) : undefined;
    if (facts === undefined) {
      throw noArtifact(name);
    }
    return facts;
  }

  /** Nothing before the first version is committed: what a log that did not finish leaves is no artifact. */
  findArtifact(name: ArtifactName): ArtifactFacts | undefined {
    const place = this.layout.artifact(name);
    const known = numbers(place);
    const { live } = known;
    if (known.used.length === 0) {
      return undefined;
    }
    const record = readArtifact(place, known);
    if (record?.workspace !== name.workspace || record.artifact !== name.artifact) {
      throw corrupt(`${place.facts} of artifact ${artifactText(name)}`);
    }
    const { workspace, artifact, type, description, tags } = record;
    return { workspace, artifact, type, description, tags, latest: live[0], versions: live.length };
  }

  /** Newest first; read as they are asked for. One that is damaged is left out, as above. */
  *versions(name: ArtifactName): Generator<VersionFacts> {
    const place = this.place(name);
    const known = this.numbers(name);
    const aliases = aliasesByVersion(place, known);
    for (const version of known.live) {
      const facts = sound(() => {
        const record = readVersion(this.layout, { ...name, version });
        return record === undefined ? undefined : this.facts(place, record, known, aliases);
      });
      if (facts !== undefined) {
        yield facts;
      }
    }
  }

  version(name: VersionName): VersionFacts {
    return this.described(this.resolve(name));
  }

  /** A version that is there now, with what can change about it. */
  described(record: VersionRecord): VersionFacts {
    const place = this.layout.artifact(record);
    const known = numbers(place);
    return this.facts(place, record, known, aliasesByVersion(place, known));
  }

  /** A version that was committed just now with these aliases: it is there even where the disk refuses to be looked at again. */
  committed(record: VersionRecord, aliases: readonly string[] = []): VersionFacts {
    try {
      return this.described(record);
    } catch {
      const { manifest: _manifest, ...facts } = record;
      return { ...facts, aliases, isLatest: true };
    }
  }

  /** Takes an exact number, an alias or `Latest` to the version that it means now. */
  resolve(name: VersionName): VersionRecord {
    const version = this.exact(name);
    const record = readVersion(this.layout, { ...name, version });
    if (record === undefined) {
      throw notFound(`version ${referenceText(name)}`);
    }
    return record;
  }

  /** Also a version that was deleted. */
  remembered(name: VersionName): VersionRecord {
    const record = isNamed(name) && isVersionNumber(name.version) ? readVersion(this.layout, name) : undefined;
    return record ?? this.resolve(name);
  }

  numbers(name: ArtifactName): Numbers {
    const known = isNamed(name) ? numbers(this.layout.artifact(name)) : undefined;
    if (known === undefined || known.used.length === 0) {
      throw noArtifact(name);
    }
    return known;
  }

  /** A new artifact answers `1.0.0` three times. */
  nextVersions(name: ArtifactName): Record<'major' | 'minor' | 'patch', string> {
    const { live, used } = numbers(this.place(name));
    return { major: nextVersion('major', live, used), minor: nextVersion('minor', live, used), patch: nextVersion('patch', live, used) };
  }

  private exact(name: VersionName): string {
    const place = this.place(name);
    const { version } = name;
    if (isVersionNumber(version)) {
      if (isDeleted(place, version)) {
        throw notFound(`version ${referenceText(name)}, which was deleted`);
      }
      return version;
    }
    const { live } = this.numbers(name);
    const target = isLatestAlias(version) ? live[0] : aliasProblem(version) === undefined ? aliasTarget(place, version) : undefined;
    if (target === undefined || !live.includes(target)) {
      throw notFound(isLatestAlias(version) ? `any version of ${artifactText(name)}` : `version ${referenceText(name)}`);
    }
    return target;
  }

  private place(name: ArtifactName): ArtifactLayout {
    if (!isNamed(name)) {
      throw noArtifact(name);
    }
    return this.layout.artifact(name);
  }

  private facts(place: ArtifactLayout, record: VersionRecord, { live }: Numbers, aliases: ReadonlyMap<string, readonly string[]>): VersionFacts {
    const { workspace, artifact, version, type, assets, bytes, created, producer } = record;
    const { tags, metadata } = readLabels(place, version) ?? record;
    return {
      workspace, artifact, version, type, tags, metadata, assets, bytes, created,
      // It may be called something else since.
      producer: producer && { ...producer, name: sound(() => this.runs.find(producer))?.name ?? producer.name },
      aliases: aliases.get(version) ?? [],
      isLatest: live[0] === version,
    };
  }
}

export const artifactText = (name: ArtifactName): string => formatArtifact({ connection: '', ...name });

const noArtifact = (name: ArtifactName): Error => notFound(`artifact ${artifactText(name)}`);

const isNamed = ({ workspace, artifact }: ArtifactName): boolean => nameProblem(workspace) === undefined && nameProblem(artifact) === undefined;
