import type {
  Artifact,
  ArtifactRef,
  ArtifactVersion,
  Asset,
  AssetRef,
  Experiment,
  ExperimentRef,
  Folder,
  Run,
  RunRef,
  VersionRef,
  Workspace,
  WorkspaceRef,
} from '../../model/artifact';
import type { NestedRunQuery, ProviderKind } from '../../providers/provider';

/*
 * Rows of the tree. A row stays the same object while what it shows changes, because VS Code knows rows by identity; only `value`
 * is replaced. Commands get a row as their argument and need no more of it than `kind` and `ref`.
 */

interface Row<K extends string, R, V, P> {
  readonly kind: K;
  /** Unique in the tree, and the same for the same thing after a refresh. */
  readonly id: string;
  readonly ref: R;
  readonly parent: P;
  value: V;
}

export interface ConnectionValue {
  readonly label: string;
  readonly kind: ProviderKind;
  /** Folder or address, for people. */
  readonly place: string;
  /** What else there is to say about it. */
  readonly facts: readonly string[];
  /** Only what the user configured can be removed. */
  readonly removable: boolean;
  /** Its server was started by this window. */
  readonly started: boolean;
}

/** What a run did with a version; the rest of the version is read when somebody looks. */
export interface RelatedVersion {
  readonly relation: 'produced' | 'consumed';
  readonly type: string;
  readonly aliases: readonly string[];
  readonly deleted: boolean;
}

export type ConnectionNode = Row<'connection', { readonly connection: string }, ConnectionValue, undefined>;
export type WorkspaceNode = Row<'workspace', WorkspaceRef, Workspace, ConnectionNode>;
export type ArtifactNode = Row<'artifact', ArtifactRef, Artifact, WorkspaceNode>;
export type VersionNode = Row<'version', VersionRef, ArtifactVersion, ArtifactNode>;
/** A version below the run that made or used it. */
export type RelatedNode = Row<'related', VersionRef, RelatedVersion, RunNode>;
/** Of a version, or of a run's own files. */
export type FolderNode = Row<'folder', AssetRef, Folder, VersionNode | RelatedNode | RunNode | FolderNode>;
export type AssetNode = Row<'asset', AssetRef, Asset, VersionNode | RelatedNode | RunNode | FolderNode>;
export type RunsNode = Row<'runs', WorkspaceRef, undefined, WorkspaceNode>;
export type ExperimentNode = Row<'experiment', ExperimentRef, Experiment, RunsNode>;
/** The logged models of an experiment. */
export type ModelsNode = Row<'models', ExperimentRef, undefined, ExperimentNode>;
/** The runs below a run, or all runs of an experiment that stand below others. */
export type NestedNode = Row<'nested', NestedRunQuery, undefined, ExperimentNode | RunNode>;
/** A run or a logged model. */
export type RunNode = Row<'run', RunRef, Run, RunsNode | ExperimentNode | ModelsNode | NestedNode>;

/** What has rows below it. */
export type Branch = ConnectionNode | WorkspaceNode | ArtifactNode | VersionNode | RelatedNode | FolderNode | RunsNode | ExperimentNode | ModelsNode | NestedNode | RunNode;

/** Shows more rows of its parent. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly parent: Branch;
  /** Rows shown so far. */
  value: number;
}

/** Stands in for the rows that could not be read. */
export interface FailedNode {
  readonly kind: 'failed';
  readonly id: string;
  readonly parent: Branch;
  value: unknown;
}

export type Node = Branch | AssetNode | MoreNode | FailedNode;

export const isBranch = (node: Node): node is Branch => node.kind !== 'asset' && node.kind !== 'more' && node.kind !== 'failed';

/** A row as a command gets it, told from the other arguments that the command may have been called with. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && 'parent' in value && 'value' in value;
}
