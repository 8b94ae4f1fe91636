import { artifactAnswer, fileAnswer, versionAnswer } from '../answers';
import { oneOf, optional, text } from '../fields';
import { allVersions, type StoredArtifact, type StoredVersion } from '../records';
import { Breach, Refusal } from '../refusal';
import { type Asked, experimentOf, get, json, mustHave, type Route } from '../route';
import { latestOf, listed, versionBy } from '../versions';

/** Artifacts, versions and their files, without the bytes. */
export const artifactReads: readonly Route[] = [
  get('artifacts/get-all', { workspace: text, type: optional(text) }, ({ records, quirks, query }) => {
    if (!records.workspaces.has(mustHave(query, 'workspace')) && quirks.unknownWorkspace === 'refused') {
      throw new Refusal(7777777, 'No such workspace');
    }
    const found = records.artifacts.filter((artifact) => artifact.workspace === query['workspace']
      && (query['type'] === undefined || artifact.type === query['type'])
      && (quirks.unfinishedInLists || latestOf(artifact, quirks) !== undefined));
    return json({
      artifacts: found.map((artifact) => {
        const { versions: _versions, ...rest } = artifactAnswer(artifact, quirks) as { readonly versions: unknown };
        return quirks.getAll === 'names' ? { name: artifact.name } : rest;
      }),
    });
  }),
  get('artifacts/get', { artifact_id: optional(text), workspace: optional(text), artifactName: optional(text) }, (asked) => {
    const { query, quirks } = asked;
    const artifact = findArtifact(asked, query['artifact_id'], query['workspace']);
    if (artifact === undefined || (!quirks.unfinishedInLists && artifact.deletedNumbers.size === 0 && listed(artifact, quirks).length === 0)) {
      throw new Refusal(624522, 'No artifact found');
    }
    return json(artifactAnswer(artifact, quirks));
  }),
  get('artifacts/version', {
    artifactId: optional(text), artifactName: optional(text), workspace: optional(text), versionId: optional(text), version: optional(text),
    alias: optional(text), versionOrAlias: optional(text), experimentKey: optional(text), consumerExperimentKey: optional(text),
  }, (asked) => {
    const { records, quirks, query } = asked;
    const consumer = query['consumerExperimentKey'];
    const reader = consumer ?? query['experimentKey'];
    const workspace = query['workspace'] ?? (reader === undefined ? undefined : experimentOf(records, reader).workspace);
    const version = findVersion(asked, query['artifactId'], query['versionId'], workspace);
    const isHidden = version.state !== 'CLOSED' && (consumer !== undefined || (query['versionId'] === undefined && quirks.unfinishedToReaders === 'refused'));
    if (isHidden) {
      throw version.state === 'OPEN' ? new Refusal(90402, 'The version is not closed') : new Refusal(90403, 'The version was not closed because of an error');
    }
    if (consumer !== undefined) {
      version.consumers.add(experimentOf(records, consumer).key);
    }
    return json(versionAnswer(version, quirks));
  }),
  get('artifacts/version/files', {
    artifact_id: optional(text), artifactId: optional(text), versionId: optional(text), workspace: optional(text), artifactName: optional(text),
    version: optional(text), alias: optional(text),
  }, (asked) => {
    const { query } = asked;
    const version = findVersion(asked, query['artifact_id'] ?? query['artifactId'], query['versionId'], query['workspace']);
    return json({ files: [...version.assets.values()].map((asset) => fileAnswer(version, asset, asked.quirks)) });
  }),
  get('get/artifacts', { experimentKey: text, filter: optional(oneOf('all', 'output', 'input')) }, ({ records, quirks, query }) => {
    const { key } = experimentOf(records, query['experimentKey']);
    const { filter = 'all' } = query;
    const versions = allVersions(records).filter((version) =>
      (filter !== 'input' && version.experiment === key) || (filter !== 'output' && version.consumers.has(key)));
    return json({
      artifacts: quirks.lineage === 'rows'
        ? versions.map((version) => versionAnswer(version, quirks))
        : [...Map.groupBy(versions, ({ artifact }) => artifact)].map(([artifact, some]) => ({ ...artifactAnswer(artifact, quirks, some), workspaceName: artifact.workspace })),
    });
  }),
];

/** Names come encoded twice from Python and once from others: what is left is decoded once more. */
function plainName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function findArtifact({ records, query }: Asked, id: string | undefined, workspace: string | undefined): StoredArtifact | undefined {
  if (id !== undefined) {
    return records.artifacts.find((artifact) => artifact.id === id);
  }
  if (query['artifactName'] === undefined || workspace === undefined) {
    throw new Breach('neither an id nor a name and a workspace');
  }
  const name = plainName(query['artifactName']);
  return records.artifacts.find((artifact) => artifact.name === name && artifact.workspace === workspace);
}

function findVersion(asked: Asked, artifactId: string | undefined, versionId: string | undefined, workspace: string | undefined): StoredVersion {
  const { records, quirks, query } = asked;
  if (versionId !== undefined) {
    const found = allVersions(records).find(({ id, artifact }) => id === versionId && (artifactId === undefined || artifact.id === artifactId));
    if (found === undefined) {
      throw new Refusal(624523, 'No artifact version found');
    }
    return found;
  }
  const artifact = findArtifact(asked, artifactId, workspace);
  if (artifact === undefined) {
    throw new Refusal(quirks.unknownName, 'No artifact found');
  }
  const found = versionBy(artifact, quirks, { version: query['version'], alias: query['alias'], either: query['versionOrAlias'] });
  if (found === undefined) {
    throw new Refusal(624523, 'No artifact version found');
  }
  return found;
}
