import type { Call } from '../../../model/call';
import { AccountAnswer, type ArtifactAnswer, ArtifactAnswer as ArtifactShape, ArtifactNames, type AssetRow, FilesAnswer, Upserted, VersionDetails, WorkspacesAnswer } from './answers';
import type { Wire } from './wire';

export interface Upsert {
  readonly artifactName: string;
  readonly artifactType: string;
  readonly experimentKey: string;
  /** The next major where there is none. */
  readonly version?: string | undefined;
  /** JSON text. */
  readonly versionMetadata?: string | undefined;
  readonly versionTags: readonly string[];
}

export interface Labels {
  readonly artifactVersionId: string;
  /** A list takes the place of the one that is there; what is left out stays. */
  readonly alias?: readonly string[] | undefined;
  readonly versionTags?: readonly string[] | undefined;
  readonly versionMetadata?: string | undefined;
}

/** Comet's client encodes names in queries twice, and its server decodes them twice. */
const twice = (name: string): string => encodeURIComponent(name);

/** The calls about workspaces and artifacts, one function each, in Comet's own words. A `patient` one is a step of a transfer. */
export class CometCalls {
  constructor(private readonly wire: Wire) {}

  async account(call?: Call): Promise<{ readonly userName: string; readonly defaultWorkspaceName?: string | null | undefined }> {
    return await this.wire.get('account-details', {}, AccountAnswer, { call, what: 'the account' });
  }

  async workspaces(call?: Call): Promise<readonly string[]> {
    return (await this.wire.get('workspaces', {}, WorkspacesAnswer, { call, what: 'workspaces' })).workspaceNames;
  }

  async artifactNames(workspace: string, call?: Call): Promise<readonly string[]> {
    return (await this.wire.get('artifacts/get-all', { workspace }, ArtifactNames, { call, what: `artifacts of ${workspace}` })).artifacts.map(({ name }) => name);
  }

  async artifact(workspace: string, artifactName: string, call?: Call, patient?: boolean): Promise<ArtifactAnswer> {
    return await this.wire.get('artifacts/get', { workspace, artifactName: twice(artifactName) }, ArtifactShape, { call, patient, what: `artifact ${workspace}/${artifactName}` });
  }

  /** With `consumerExperimentKey` the server records the use; without it nothing. */
  async version(query: { readonly artifactId: string; readonly versionId: string; readonly consumerExperimentKey?: string | undefined }, what: string, call?: Call, patient?: boolean): Promise<VersionDetails> {
    return await this.wire.get('artifacts/version', query, VersionDetails, { call, what, patient });
  }

  async files(query: { readonly workspace: string; readonly artifactName: string; readonly version: string }, call?: Call, patient?: boolean): Promise<readonly AssetRow[]> {
    const { workspace, artifactName, version } = query;
    return (await this.wire.get('artifacts/version/files', { workspace, artifactName: twice(artifactName), version }, FilesAnswer, { call, patient, what: `files of ${workspace}/${artifactName}:${version}` })).files;
  }

  async upsert({ version, versionMetadata, ...body }: Upsert, call?: Call): Promise<{ readonly artifactId: string; readonly artifactVersionId: string; readonly currentVersion: string }> {
    // Aliases come last, when the version is complete: until then they stay where they are.
    return await this.wire.make('write/artifacts/upsert', { ...body, version: version ?? null, versionMetadata: versionMetadata ?? null, alias: [] }, Upserted, { call, what: `version ${version ?? ''} of ${body.artifactName}` });
  }

  async setState(body: { readonly artifactVersionId: string; readonly experimentKey: string; readonly state: 'CLOSED' | 'ERROR' }, what: string, call?: Call): Promise<void> {
    await this.wire.tell('write/artifacts/state', body, { call, what });
  }

  async setLabels({ artifactVersionId, alias, versionTags, versionMetadata }: Labels, what: string, call?: Call): Promise<void> {
    const body = { artifactVersionId, alias: alias ?? null, versionTags: versionTags ?? null, versionMetadata: versionMetadata ?? null };
    await this.wire.tell('write/artifacts/version/labels', body, { call, what });
  }
}
