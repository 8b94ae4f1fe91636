import type { Quirks } from './quirks';
import { type Experiment, idOf, type Records, type StoredArtifact, type StoredAsset, type StoredVersion } from './records';
import { aliasesOf, latestOf, listed } from './versions';

/** What rows of the double look like in Comet's answers. */

const sizeOf = (version: StoredVersion): number => [...version.assets.values()].reduce((sum, { size }) => sum + size, 0);

const stateOf = (version: StoredVersion, quirks: Quirks): string | null => (version.state === 'CLOSED' ? quirks.closedState : version.state);

export const artifactAnswer = (artifact: StoredArtifact, quirks: Quirks, versions = listed(artifact, quirks)): object => ({
  artifactId: artifact.id,
  project: artifact.project,
  type: artifact.type,
  name: artifact.name,
  description: artifact.description,
  latestVersion: latestOf(artifact, quirks)?.number ?? null,
  tags: artifact.tags,
  isPublic: false,
  emoji: null,
  sizeInBytes: versions.reduce((sum, version) => sum + sizeOf(version), 0),
  versions: versions.map((version) => ({
    artifactVersionId: version.id,
    version: version.number,
    owner: version.owner,
    metadata: version.metadata,
    createdFrom: null,
    sizeInBytes: sizeOf(version),
    state: stateOf(version, quirks),
    added: version.added,
    alias: aliasesOf(version, quirks),
    tags: version.tags,
  })),
});

export const versionAnswer = (version: StoredVersion, quirks: Quirks): object => ({
  artifactVersionId: version.id,
  artifactVersion: version.number,
  owner: version.owner,
  createdFrom: null,
  sizeInBytes: sizeOf(version),
  metadata: version.metadata,
  note: null,
  added: version.added,
  state: stateOf(version, quirks),
  tags: version.tags,
  alias: aliasesOf(version, quirks),
  experimentKey: version.experiment,
  artifact: {
    artifactId: version.artifact.id,
    artifactName: version.artifact.name,
    artifactType: version.artifact.type,
    projectId: idOf(version.artifact.workspace, version.artifact.project),
    workspaceId: idOf(version.artifact.workspace),
    workspaceName: version.artifact.workspace,
    experimentKey: version.artifact.experiment,
    description: version.artifact.description,
    version: version.number,
    metadata: null,
    isPublic: false,
    owner: version.artifact.owner,
    s3FileSize: 0,
    emoji: null,
    tags: version.artifact.tags,
  },
});

export const fileAnswer = (version: StoredVersion, asset: StoredAsset, quirks: Quirks): object => ({
  artifactId: version.artifact.id,
  artifactVersionId: version.id,
  assetId: asset.id,
  fileName: asset.path,
  fileSize: asset.size,
  link: asset.link,
  dir: null,
  type: asset.type,
  metadata: asset.metadata,
  ...quirks.remoteField && asset.link !== null ? { remote: true } : {},
});

export const experimentAnswer = (experiment: Experiment): object => ({
  experimentKey: experiment.key,
  experimentName: experiment.name,
  optimizationId: null,
  userName: experiment.user,
  projectId: idOf(experiment.workspace, experiment.project),
  projectName: experiment.project,
  workspaceName: experiment.workspace,
  filePath: null,
  fileName: null,
  throttle: false,
  durationMillis: (experiment.ended ?? Date.now()) - experiment.started,
  startTimeMillis: experiment.started,
  endTimeMillis: experiment.ended ?? null,
  archived: experiment.archived,
  running: experiment.running,
  hasCrashed: experiment.crashed,
});

export const projectAnswer = (records: Records, workspace: string, project: string): object => {
  const experiments = [...records.experiments.values()].filter((each) => each.workspace === workspace && each.project === project);
  return {
    projectId: idOf(workspace, project),
    projectName: project,
    ownerUserName: records.user,
    projectDescription: '',
    workspaceName: workspace,
    public: false,
    numberOfExperiments: experiments.length,
    lastUpdated: Math.max(0, ...experiments.map(({ started, ended }) => ended ?? started)),
  };
};

/** A summary as Comet gives it of a metric, a parameter or another value. */
export const valueAnswer = (name: string, value: string, at: { readonly timestamp: number; readonly step: number | null }, range?: { readonly min: string; readonly max: string }): object => ({
  name,
  valueCurrent: value,
  timestampCurrent: at.timestamp,
  stepCurrent: at.step,
  valueMin: range?.min ?? value,
  valueMax: range?.max ?? value,
  editable: false,
});
