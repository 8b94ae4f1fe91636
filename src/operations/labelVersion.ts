import type { ArtifactRef, ArtifactVersion, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { invalid, unsupported } from '../model/errors';
import { aliasProblem, tagProblem } from '../model/reference';
import type { LabelChange, Provider } from '../providers/provider';

/** Sets aliases, tags or metadata. */
export async function labelVersion(provider: Provider, version: VersionRef, change: LabelChange, call: Call = {}): Promise<ArtifactVersion> {
  if (provider.label === undefined) {
    throw unsupported(`Aliases, tags and metadata cannot be changed on ${provider.connection}.`);
  }
  checkLabels(change);
  return provider.label(version, {
    ...change,
    ...(change.aliases && { aliases: [...new Set(change.aliases)] }),
    ...(change.tags && { tags: [...new Set(change.tags)] }),
  }, call);
}

/** Throws the sentence that says what is wrong with an alias or a tag. */
export function checkLabels({ aliases = [], tags = [] }: Pick<LabelChange, 'aliases' | 'tags'>): void {
  for (const [label, problem] of [...aliases.map((each) => [each, aliasProblem(each)] as const), ...tags.map((each) => [each, tagProblem(each)] as const)]) {
    if (problem !== undefined) {
      throw invalid(`“${label}”: ${problem}`);
    }
  }
}

/** An alias of the artifact and the version that it stands on. */
export interface PlacedAlias {
  readonly alias: string;
  readonly version: string;
}

/** All aliases of an artifact. */
export async function placedAliases(provider: Provider, artifact: ArtifactRef, call: Call = {}): Promise<readonly PlacedAlias[]> {
  const placed: PlacedAlias[] = [];
  for await (const each of provider.versions(artifact, call)) {
    placed.push(...each.aliases.map((alias) => ({ alias, version: each.version })));
  }
  return placed;
}
