import type { ArtifactRef, ArtifactVersion, Asset, RunRef, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { corrupt, unsupported } from '../model/errors';
import type { JsonObject } from '../model/json';
import { formatReference } from '../model/reference';
import { runOfFiles } from '../model/runFiles';
import { isBump, type VersionChoice } from '../model/version';
import type { Provider } from '../providers/provider';
import { assetsByPath } from './compareVersions';
import { findArtifact, findVersion } from './findVersion';
import { type PlacedAlias, placedAliases } from './labelVersion';
import { verifiedSource } from './verifiedSource';
import { writeVersion } from './writeVersion';

/** A version that is to be copied, with all that it holds. */
export interface Original {
  readonly version: ArtifactVersion;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Bytes that the copy moves; those of remote assets stay where they are. */
  readonly bytes: number;
}

/** Reads what there is to copy. */
export async function readOriginal(from: Provider, ref: VersionRef, call: Call = {}): Promise<Original> {
  if (runOfFiles(ref) !== undefined) {
    throw unsupported('The files of a run cannot be copied; register them as an artifact version first.');
  }
  const version = await from.version(ref, call);
  const assets = await assetsByPath(from, version, call);
  return { version, assets, bytes: bytesOf(assets.values()) };
}

/** What the place of the copy looks like before anything is written. */
export interface CopyPlace {
  /** The version that has the number already. */
  readonly taken?: ArtifactVersion | undefined;
  /** Whether that version holds the very same assets, by digest: then there is nothing to copy. */
  readonly same: boolean;
  /** Aliases of the original that stand on other versions there, and would move. */
  readonly moves: readonly PlacedAlias[];
}

/** Looks at the artifact that the copy goes to. A bump takes a number that is free. */
export async function lookAtPlace(original: Original, to: Provider, place: ArtifactRef, choice: VersionChoice, call: Call = {}): Promise<CopyPlace> {
  const number = isBump(choice) ? undefined : choice;
  if (await findArtifact(to, place, call) === undefined) {
    return { same: false, moves: [] };
  }
  const taken = number === undefined ? undefined : await findVersion(to, place, number, call);
  const placed = await placedAliases(to, place, call);
  return {
    taken,
    same: taken?.version === original.version.version && sameAssets(original.assets, await assetsByPath(to, taken, call)),
    moves: placed.filter(({ alias, version }) => original.version.aliases.includes(alias) && version !== number),
  };
}

/** Path by path the same bytes or the same link. What has no digest is not known to be the same. */
function sameAssets(one: ReadonlyMap<string, Asset>, other: ReadonlyMap<string, Asset>): boolean {
  return one.size === other.size && [...one.values()].every((asset) => {
    const its = other.get(asset.path);
    return its !== undefined && its.link === asset.link && (asset.link !== undefined || (asset.sha256 !== undefined && its.sha256 === asset.sha256));
  });
}

export interface CopyRequest {
  readonly original: Original;
  /** Where the copy goes; its connection is that of the provider it is written to. */
  readonly place: ArtifactRef;
  readonly version: VersionChoice;
  /** Whether the aliases come along; one that stands elsewhere on the artifact moves. */
  readonly aliases: boolean;
  readonly producer?: RunRef | undefined;
}

/**
 * Copies a version to another back end, or to another place of the same one: files streamed and verified, links, labels and
 * metadata, and a note of where it came from. An exact number that is taken ends in `alreadyExists`, bytes that are not what
 * their digest says in `corrupt`; then nothing of the copy stays.
 */
export async function copyVersion(from: Provider, to: Provider, { original, place, version: choice, aliases, producer }: CopyRequest, call: Call = {}): Promise<ArtifactVersion> {
  const { version } = original;
  const assets = [...original.assets.values()];
  const copy = await writeVersion(to, {
    ...place,
    type: version.type,
    version: choice,
    aliases: aliases ? version.aliases : [],
    tags: version.tags,
    metadata: { ...toldOf(version), ...version.metadata, copiedFrom: noteOf(from, version) },
    producer,
  }, {
    put: assets.filter(({ link }) => link === undefined).map((asset) => verifiedSource(from, asset, call)),
    link: assets.flatMap(({ path, link, size, metadata }) => (link === undefined ? [] : [{ path, link, size, metadata }])),
  }, call);
  await compareDigests(to, copy, assets);
  return copy;
}

/** A back end may read parts of a file side by side, which no running digest can follow. The digests that it found itself tell then. */
async function compareDigests(to: Provider, copy: ArtifactVersion, assets: readonly Asset[]): Promise<void> {
  // Quick, and not to be cancelled: the copy is there already.
  const copied = await assetsByPath(to, copy);
  const wrong = assets.find(({ path, link, sha256 }) => link === undefined && sha256 !== undefined && copied.get(path)?.sha256 !== sha256);
  if (wrong !== undefined) {
    await to.remove?.(copy);
    throw corrupt(`${wrong.path} of ${formatReference(wrong)} does not match its digest`);
  }
}

/** What others wrote about the version has no other place in a copy. */
const toldOf = ({ serverTags, description }: ArtifactVersion): JsonObject => ({ ...serverTags, ...(description !== undefined && { description }) });

function noteOf(from: Provider, version: ArtifactVersion): JsonObject {
  const url = plainAddress(from.webUrl?.(version));
  return { reference: formatReference(version), connection: from.connection, ...(url !== undefined && { url }) };
}

/** Without what may be a secret: a name and password, or a query. */
function plainAddress(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) {
    return undefined;
  }
  const url = new URL(address);
  return ['http:', 'https:'].includes(url.protocol) ? `${url.origin}${url.pathname}${url.hash}` : undefined;
}

function bytesOf(assets: Iterable<Asset>): number {
  let bytes = 0;
  for (const { link, size } of assets) {
    bytes += link === undefined ? size : 0;
  }
  return bytes;
}
