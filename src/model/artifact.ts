import type { AssetType } from './assetType';
import type { GitFacts } from './gitFacts';
import type { JsonObject } from './json';

/*
 * Refs are plain data: they cross to workers, to the webview, into command arguments and into saved state unchanged.
 * `connection` is the name of a configured back end; every entity carries the ref that finds it again.
 */

export interface WorkspaceRef {
  readonly connection: string;
  readonly workspace: string;
}

export interface ArtifactRef extends WorkspaceRef {
  readonly artifact: string;
}

/** `version` is an exact number, an alias, or `Latest`. What providers return holds the exact number. */
export interface VersionRef extends ArtifactRef {
  readonly version: string;
}

/** `path` is a logical path: `/` between segments, none at either end. A folder's root is the empty path. */
export interface AssetRef extends VersionRef {
  readonly path: string;
}

export interface RunRef extends WorkspaceRef {
  /** Identity on the back end, not the display name. */
  readonly run: string;
}

export interface Workspace extends WorkspaceRef {
  /** How many artifacts it holds, where that costs nothing to know. */
  readonly artifacts?: number | undefined;
}

/** Keys with values that other clients keep beside it on the back end, where it has such. They are shown, and theirs to change. */
export type ServerTags = Readonly<Record<string, string>>;

export interface Artifact extends ArtifactRef {
  /** `dataset`, `model`, …: any word. */
  readonly type: string;
  readonly description?: string | undefined;
  readonly tags: readonly string[];
  readonly serverTags?: ServerTags | undefined;
  /** Highest version number, absent when every version is deleted. */
  readonly latest?: string | undefined;
  /** How many versions it has, where that costs nothing to know. */
  readonly versions?: number | undefined;
}

export interface Producer extends RunRef {
  readonly name: string;
}

export interface ArtifactVersion extends VersionRef {
  readonly type: string;
  /** What the user set; `Latest` is not among them. */
  readonly aliases: readonly string[];
  readonly isLatest: boolean;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly serverTags?: ServerTags | undefined;
  /** What the clients of the back end know it by, where that is another name: `models:/churn/3`. */
  readonly serverName?: string | undefined;
  /** What somebody wrote about it on the back end. */
  readonly description?: string | undefined;
  /** How many assets, remote ones included; absent where listing versions does not tell. */
  readonly assets?: number | undefined;
  /** Sum of the sizes of all assets whose bytes are kept; absent where listing versions does not tell. */
  readonly bytes?: number | undefined;
  /** Milliseconds since 1970, by the clock of whoever logged it. */
  readonly created: number;
  readonly producer?: Producer | undefined;
}

export interface Asset extends AssetRef {
  readonly kind: 'asset';
  /** Bytes; 0 for a remote asset of unknown size. */
  readonly size: number;
  /** Lower-case hex, where the back end knows it. */
  readonly sha256?: string | undefined;
  readonly type: AssetType;
  readonly metadata?: JsonObject | undefined;
  /** Present exactly on remote assets: any string; their bytes stay where they are. */
  readonly link?: string | undefined;
}

export interface Folder extends AssetRef {
  readonly kind: 'folder';
  /** Assets below it, at any depth, where that is known. */
  readonly assets?: number | undefined;
  readonly bytes?: number | undefined;
}

export type Entry = Asset | Folder;

export interface ExperimentRef extends WorkspaceRef {
  /** Identity on the back end, not the display name. */
  readonly experiment: string;
}

/** A group of runs. */
export interface Experiment extends ExperimentRef {
  readonly name: string;
  /** What somebody wrote about it on the back end. */
  readonly description?: string | undefined;
  /** Address of where the files of its runs go, where the back end tells it. */
  readonly location?: string | undefined;
}

export interface Run extends RunRef {
  readonly name: string;
  /** `model`: what MLflow calls a logged model; it has files, parameters and metrics like a run, and no end. */
  readonly kind?: 'run' | 'model' | undefined;
  readonly status: 'running' | 'finished' | 'failed';
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly ended?: number | undefined;
  /** Id of its experiment, where the back end has experiments. */
  readonly experiment?: string | undefined;
}

export interface Metric {
  readonly name: string;
  /** The last one logged; may be NaN or infinite. */
  readonly value: number;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** All that is told of one run but its files. Names in natural order. */
export interface RunDetails extends Run {
  readonly user?: string | undefined;
  readonly description?: string | undefined;
  /** Address below which its files lie, where the back end tells it. */
  readonly location?: string | undefined;
  readonly metrics: readonly Metric[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The run that made it, of a logged model. */
  readonly source?: Producer | undefined;
  /** The program that it ran, as its client names it. */
  readonly program?: string | undefined;
  /** Where that program stood in Git. */
  readonly git?: GitFacts | undefined;
  /** The run below which it was made, of a run. */
  readonly parent?: Producer | undefined;
  /** No list shows it, and nothing can be recorded under it. */
  readonly isDeleted?: boolean | undefined;
}

/** The alias that every back end computes. */
export const LATEST = 'Latest';

export const isLatestAlias = (alias: string): boolean => alias.toLowerCase() === 'latest';
