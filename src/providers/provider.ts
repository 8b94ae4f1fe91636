import type {
  Artifact,
  ArtifactRef,
  ArtifactVersion,
  Asset,
  AssetRef,
  Entry,
  Experiment,
  ExperimentRef,
  Metric,
  Run,
  RunDetails,
  RunRef,
  VersionRef,
  Workspace,
  WorkspaceRef,
} from '../model/artifact';
import type { Call } from '../model/call';
import type { Change } from '../model/change';
import type { JsonObject } from '../model/json';
import type { Lineage } from '../model/lineage';
import type { VersionChoice } from '../model/version';
import type { RunEditing } from './runEditing';
import type { RunNaming } from './runNaming';
import type { RunTable } from './runTable';
import type { StoreUpkeep } from './upkeep';

export type ProviderKind = 'local' | 'mlflow' | 'comet' | 'matih';

/** Who the connection acts as. */
export interface Account {
  readonly name: string;
  /** The workspace that new artifacts go to unless the user says otherwise. */
  readonly defaultWorkspace: string;
}

export interface ArtifactQuery extends WorkspaceRef {
  /** Keeps artifacts whose name contains it, without regard to case. */
  readonly search?: string | undefined;
}

export interface ExperimentQuery extends WorkspaceRef {
  /** Keeps experiments whose name contains it, without regard to case. */
  readonly search?: string | undefined;
}

export interface RunQuery extends WorkspaceRef {
  /** Only runs of this experiment. */
  readonly experiment?: string | undefined;
  /** Keeps runs whose name contains it, without regard to case. */
  readonly search?: string | undefined;
  /** Leaves out what `nestedRuns` of the experiment lists. Who cannot leave it out lists it, too: no run is in neither. */
  readonly topLevel?: boolean | undefined;
}

/** Runs of an experiment that were made below other runs. */
export interface NestedRunQuery extends ExperimentRef {
  /** Only those directly below this run. Without it all of them, those included whose parent was deleted or is in another experiment. */
  readonly parent?: string | undefined;
  /** No more than so many: who wants to know whether there is one pays for one. */
  readonly most?: number | undefined;
}

export interface VersionDraft extends ArtifactRef {
  readonly type: string;
  /** A bump takes the next free number at commit; an exact number that exists or existed ends in `alreadyExists`. */
  readonly version: VersionChoice;
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly producer?: RunRef | undefined;
}

/** Bytes that can be read again from the start, so that a retry is honest. */
export interface AssetSource {
  /** Logical path, already through the path gate. */
  readonly path: string;
  /** Bytes, as last seen; the writer stores what it reads and tells the true size. */
  readonly size: number;
  readonly metadata?: JsonObject | undefined;
  /** Absolute path where the bytes are a plain file of this machine: a local back end then moves them off the main thread. */
  readonly file?: string | undefined;
  /** The real path of what was chosen, the file or a folder above it: nothing outside is read, wherever `file` leads by now. */
  readonly within?: string | undefined;
  open(start?: number): AsyncIterable<Uint8Array>;
}

/** An asset on its way to this machine; both files by their absolute paths, in one folder. */
export interface FetchedFile {
  /** Logical path. */
  readonly path: string;
  readonly part: string;
  readonly file: string;
}

export interface RemoteAsset {
  readonly path: string;
  /** Any string. */
  readonly link: string;
  readonly size?: number | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** Lists replace what is there; what is absent stays. */
export interface LabelChange {
  /** An alias that stands on another version of the artifact moves here. */
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
}

export interface RunDraft extends WorkspaceRef {
  readonly name: string;
}

/** What a back end may have a web page of: itself, and what is in it. */
export type Shown = { readonly connection: string } | ArtifactRef | VersionRef | ExperimentRef | RunRef;

/** What deleting a version takes away. */
export interface Removal {
  readonly aliases: readonly string[];
  /** Runs that consumed the version; the lineage keeps them. */
  readonly consumers: readonly Run[];
  /** Bytes that nothing else needs. */
  readonly bytesFreed: number;
}

/** Stops what it stands for; calling it again is harmless. */
export type Stop = () => void;

/**
 * A place that keeps artifacts. A method that a back end cannot offer is left out; its absence is the answer, and the UI hides the verb.
 * Every method throws `ArtifactError`; a missing thing is `notFound`. Iterables fetch as they are walked: who stops early pays for no more.
 */
export interface Provider {
  readonly kind: ProviderKind;
  /** The name that its refs carry. */
  readonly connection: string;
  /** Whether runs keep files of their own; `runFiles` of model/ makes the ref that `version`, `entries`, `entry`, `assets`, `read` and `fetch` take for them. */
  readonly runFiles?: boolean | undefined;
  /** Set where a new version cannot take over files of an earlier one: those that did not change are sent again. */
  readonly resends?: boolean | undefined;
  /** Set where uses of versions are recorded but listed run by run only: the lineage of a version does not tell who used it. */
  readonly usesUnlisted?: boolean | undefined;
  /** Set where a run makes and uses only what is in its own workspace: `begin` and `consume` take no run of another one. */
  readonly runsApart?: boolean | undefined;

  whoAmI(call?: Call): Promise<Account>;
  /** In natural order. Includes the default workspace even when it is empty. */
  workspaces(call?: Call): AsyncIterable<Workspace>;
  /** In natural order. */
  artifacts(query: ArtifactQuery, call?: Call): AsyncIterable<Artifact>;
  /** One artifact by name. */
  artifact(ref: ArtifactRef, call?: Call): Promise<Artifact>;
  /** Newest first. */
  versions(artifact: ArtifactRef, call?: Call): AsyncIterable<ArtifactVersion>;
  /** Resolves an exact number, an alias, or `Latest`. */
  version(ref: VersionRef, call?: Call): Promise<ArtifactVersion>;
  /** The numbers that a bump would give now; a number used once never comes back. A new artifact answers `1.0.0` three times. */
  nextVersions(artifact: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>>;
  /** Direct children of a folder, the empty path being the root: folders first, each in natural order. */
  entries(folder: AssetRef, call?: Call): AsyncIterable<Entry>;
  /** One asset or folder by its path. */
  entry(ref: AssetRef, call?: Call): Promise<Entry>;
  /** All assets of a version by path. Where a path is named, what is neither there nor below may be left out. */
  assets(version: VersionRef & Partial<Pick<AssetRef, 'path'>>, call?: Call): AsyncIterable<Asset>;
  /** Streams an asset from byte `start`, so that an interrupted download can go on. Verified against the digest where read from 0 to the end. A remote asset is `unsupported`. */
  read(asset: AssetRef, start?: number, call?: Call): AsyncIterable<Uint8Array>;
  /** What `read` gives, for who compares it with the digest himself. Left out where `read` compares nothing. */
  readUnverified?(asset: AssetRef, start?: number, call?: Call): AsyncIterable<Uint8Array>;
  /** Opens a version for writing. Nobody sees it before `commit`. */
  begin(draft: VersionDraft, call?: Call): Promise<VersionWriter>;

  /** Makes a version of files that lie in a run's folder already, without moving them. */
  register?(folder: AssetRef, draft: VersionDraft, call?: Call): Promise<ArtifactVersion>;
  /** Copies an asset into a file of this machine without its bytes crossing the main thread, and verifies them. Goes on from a beginning of them that `file` holds; rejects with `alreadyExists` where it holds anything else. */
  fetch?(asset: AssetRef, file: string, call?: Call): Promise<void>;
  /**
   * Does what `fetch` does for many assets of a version, whose folders exist: each grows at `part` and gets its final name, `file`, when it is
   * whole. With `replace` in the place of whatever stands there; otherwise answers the paths of those whose name was taken.
   * Aborted, it rejects when nothing is being written any more.
   */
  fetchAll?(version: VersionRef, files: readonly FetchedFile[], replace: boolean, call?: Call): Promise<readonly string[]>;
  /** Groups of runs, last changed first; left out where runs stand directly below their workspace. */
  experiments?(query: ExperimentQuery, call?: Call): AsyncIterable<Experiment>;
  /** Newest first. */
  runs?(query: RunQuery, call?: Call): AsyncIterable<Run>;
  /** Newest first. Left out where no run stands below another. */
  nestedRuns?(query: NestedRunQuery, call?: Call): AsyncIterable<Run>;
  /** Newest first. */
  loggedModels?(experiment: ExperimentRef, call?: Call): AsyncIterable<Run>;
  /** One run or logged model by its id. */
  run?(ref: RunRef, call?: Call): Promise<RunDetails>;
  /** All values of one metric in the order of their steps, at most some thousands: longer ones are thinned evenly. */
  metricHistory?(run: RunRef, metric: string, call?: Call): Promise<readonly Metric[]>;
  startRun?(draft: RunDraft, call?: Call): Promise<Run>;
  endRun?(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void>;
  /** Records that `run` used `version`. Browsing never calls it. */
  consume?(version: VersionRef, run: RunRef, call?: Call): Promise<void>;
  /** A version or a run with its direct neighbours in both directions. */
  lineage?(of: VersionRef | RunRef, call?: Call): Promise<Lineage>;
  /** What a run used and made, where `lineage` takes longer, since it tells what lies beyond. */
  related?(run: RunRef, call?: Call): Promise<Pick<Lineage, 'nodes' | 'edges'>>;
  label?(version: VersionRef, change: LabelChange, call?: Call): Promise<ArtifactVersion>;
  /** What `remove` would take away. */
  removal?(version: VersionRef, call?: Call): Promise<Removal>;
  /** Deletes an exact version and frees what nothing else needs. Its number is never used again. */
  remove?(version: VersionRef, call?: Call): Promise<Removal>;
  /** Tells of changes made by anyone, until stopped. */
  watch?(onChange: (change: Change) => void): Stop;
  /** Lines of Python that load, or log, this, for people to copy. Never with a secret in them. */
  snippet?(of: VersionRef | AssetRef | RunRef, what: 'load' | 'log', call?: Call): Promise<string>;
  /** Left out where the values of runs are told run by run only. */
  readonly runTable?: RunTable | undefined;
  /** Left out where a run keeps the name that it began with. */
  readonly runNaming?: RunNaming | undefined;
  /** What else people change of runs, and of experiments, where that is possible. */
  readonly runEditing?: RunEditing | undefined;
  /** What is done with a store as a whole, where the back end is one on this machine. */
  readonly upkeep?: StoreUpkeep | undefined;
  /** The page that the back end shows people in a browser, of itself or of what this provider has told of already. */
  webUrl?(ref: Shown): string | undefined;
  /** Frees what the provider holds open. */
  dispose(): Promise<void>;
}

/** One version being written. Methods may run side by side; after `commit` or `abandon` only `abandon` is legal. */
export interface VersionWriter {
  /** Stores these assets, as many at a time as suits the back end. A path used before in this version is `alreadyExists`. Progress counts this call's bytes. */
  put(assets: readonly AssetSource[], call?: Call): Promise<void>;
  link(assets: readonly RemoteAsset[], call?: Call): Promise<void>;
  /** Takes over assets of an earlier version without moving their bytes; left out where the back end cannot. */
  keep?(from: VersionRef, paths: readonly string[], call?: Call): Promise<void>;
  commit(call?: Call): Promise<ArtifactVersion>;
  /** Harmless after `commit`, so that it can stand in a `finally`. Leaves nothing behind. */
  abandon(): Promise<void>;
}
