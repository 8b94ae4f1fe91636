import type { Artifact, ArtifactVersion } from '../../model/artifact';
import { gitFacts } from '../../model/gitFacts';
import { formatReference } from '../../model/reference';
import type { VersionView } from '../../protocol';
import type { Provider } from '../../providers/provider';

export interface Inspected {
  readonly version: ArtifactVersion;
  readonly artifact: Artifact | undefined;
  readonly usedBy: VersionView['usedBy'];
}

/** A verb that the back end has no method for is not offered, nor one that writes in a workspace that nobody trusts yet. */
export function versionView({ version, artifact, usedBy }: Inspected, provider: Provider, isTrusted: boolean): VersionView {
  return {
    kind: 'version',
    version,
    reference: formatReference(version),
    description: artifact?.description,
    git: gitFacts(version.metadata),
    usedBy,
    usesUnlisted: provider.usesUnlisted === true || (provider.consume !== undefined && provider.lineage === undefined),
    versions: artifact?.versions,
    can: {
      log: isTrusted,
      label: isTrusted && provider.label !== undefined,
      remove: isTrusted && provider.remove !== undefined,
      python: provider.snippet !== undefined,
      lineage: provider.lineage !== undefined,
      openRuns: provider.run !== undefined,
      web: provider.webUrl !== undefined,
    },
  };
}
