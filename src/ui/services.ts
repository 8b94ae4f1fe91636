import type * as vscode from 'vscode';
import type { ArtifactRef, ExperimentRef, Producer, RunRef, VersionRef } from '../model/artifact';
import type { Call, Log } from '../model/call';
import type { Change } from '../model/change';
import type { ConnectionSettings } from '../providers/registry';
import type { Account, Provider } from '../providers/provider';
import type { LocalFiles } from '../store/localFiles';
import type { MlflowFolder } from './mlflowServer/mlflowFolder';
import type { RemoteStore } from './remoteStore';

/** The configured back ends of this window. The embedded store `local` is always the first. */
export interface Connections {
  readonly all: readonly ConnectionSettings[];
  /** Name of the connection that commands mean when none is named. */
  readonly defaultName: string;
  /** Opens it on first use. An unknown name is `notFound`. */
  get(name?: string): Promise<Provider>;
  /** Adds a connection to the user's settings; a name in use is `alreadyExists`. */
  add(settings: ConnectionSettings): Promise<void>;
  /** Adds a connection that this window has until it is disposed of; no setting knows of it. A name in use is `alreadyExists`. */
  attach(settings: ConnectionSettings): vscode.Disposable;
  isAttached(name: string): boolean;
  /** Writes a connection into the user's settings in the place of the one of that name. */
  replace(settings: ConnectionSettings): Promise<void>;
  remove(name: string): Promise<void>;
  setDefault(name: string): Promise<void>;
  /** Whose settings name it; nothing for the embedded store and for connections of this window alone. */
  homeOf(name: string): ConnectionHome | undefined;
  /** Asks a back end who we would be there. Nothing is kept, `settings` need not be those of a known connection. */
  probe(settings: ConnectionSettings, secret: string | undefined, call: Call): Promise<Account>;
  /** Artifacts changed, in this window or elsewhere. */
  readonly onDidChange: vscode.Event<Change>;
  /** Connections were added, removed or pointed elsewhere. */
  readonly onDidChangeList: vscode.Event<void>;
  /** Tells this window at once, before the provider's own watching does. */
  changed(change: Change): void;
}

/** Where a connection is configured: by the user for all windows, or by the workspace for everybody who opens it. */
export type ConnectionHome = 'user' | 'workspace';

/** What a person signs in with: with a user name the secret is a password, without one a token. */
export interface Credentials {
  readonly username?: string | undefined;
  readonly secret: string;
}

/** Passwords and tokens, each bound to the name, the origin and the user name of the settings that it was entered for. */
export interface Secrets {
  get(settings: ConnectionSettings): Promise<Credentials | undefined>;
  /** In place of what was kept for this name and origin; `undefined` forgets that. */
  store(settings: ConnectionSettings, credentials: Credentials | undefined): Promise<void>;
  /** Forgets all that was entered for a connection of this name, wherever it pointed. */
  forget(name: string): Promise<void>;
  /** The name of a connection whose secret changed, in this window or another one. */
  readonly onDidChange: vscode.Event<string>;
}

/**
 * The run that this window's logging and downloading is recorded under, kept over reloads: one per connection, and where runs do not
 * reach beyond their workspace, one in each.
 */
export interface ActiveRuns {
  /** The one chosen or used last; with a workspace, the last one of that workspace. */
  current(connection: string, workspace?: string): Producer | undefined;
  /** The current run for what happens in the workspace, or a new one named for the project and the time. Absent when the back end has no runs. */
  forUse(connection: string, workspace: string, call?: Call): Promise<Producer | undefined>;
  /** `undefined` lets go of all runs of the connection. */
  select(run: Producer | undefined, connection: string): Promise<void>;
  /** Lets go of a run that has ended, if it was one of these. */
  release(run: RunRef): Promise<void>;
  /** Calls it by its new name, if it is one of these. */
  renamed(run: RunRef, name: string): Promise<void>;
  /** Warns that a use of a version could not be recorded, once for each reason. */
  unrecorded(version: VersionRef, error: unknown): void;
  readonly onDidChange: vscode.Event<void>;
}

/** One transfer in flight, as the list of them shows it. */
export interface RunningTransfer {
  readonly title: string;
  /** Bytes, rate, time left. */
  readonly state: string;
  cancel(): void;
}

/** Long work: a notification after half a second with bytes, rate and Cancel, an entry in the status bar while it lasts. */
export interface Transfers {
  readonly running: readonly RunningTransfer[];
  /** Rejects with an AbortError when the user cancels. */
  run<T>(title: string, work: (call: Call) => Promise<T>): Promise<T>;
}

/** What the view can be made to show; a connection is opened there. */
export type Revealed = { readonly connection: string } | ArtifactRef | VersionRef | RunRef;

export interface ArtifactTree {
  /** Reveals and selects the connection, version, artifact or run once it is there; the view opens only when it was open or `focus` is set. */
  reveal(ref: Revealed, options?: { readonly focus?: boolean }): Promise<void>;
  /** Reads again: all, or what a ref names. */
  refresh(change?: Change): void;
  /** Reads again what is below a row; whether it was a row that has some. */
  reload(node: unknown): boolean;
  /** Shows more rows of a paged node; called with the clicked row. */
  loadMore(node: unknown): void;
  /** What is selected in the view now, for commands called by keyboard. */
  readonly selection: readonly unknown[];
  filter: string;
}

export type DetailsTab = 'overview' | 'parameters' | 'metrics' | 'assets' | 'lineage' | 'versions';

export interface DetailsPanels {
  /** Shows the page of a version (alias and `Latest` resolve to the exact number first), a run or a logged model, beside other pages. */
  open(ref: VersionRef | RunRef, tab?: DetailsTab): Promise<void>;
  /** What the page that has the focus is about. */
  readonly active: VersionRef | RunRef | undefined;
}

/** Tables of runs, one for each experiment. */
export interface RunTables {
  open(experiment: ExperimentRef): Promise<void>;
}

/** Pages that compare the metrics of several runs. */
export interface Comparisons {
  /** Shows the page of these runs in their order, from two to ten; `name` is shown until a run is read. */
  open(runs: readonly { readonly ref: RunRef; readonly name: string }[]): Promise<void>;
}

/** An MLflow server that this window started, with the connection that leads to it. */
export interface StartedServer {
  readonly connection: string;
  readonly url: string;
  /** The folder whose runs it shows: absolute. */
  readonly folder: string;
}

/** MLflow servers that this window started and that end with it. */
export interface MlflowServers {
  readonly running: readonly StartedServer[];
  /** Resolves when the server answers; one that runs for the folder already is that one. Rejects with `unsupported` where there is no MLflow. */
  start(place: MlflowFolder, signal: AbortSignal): Promise<StartedServer>;
  /** Ends the server and its connection. */
  stop(connection: string): Promise<void>;
}

/** What `extension.ts` builds and hands out. Take the slice that you use. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly connections: Connections;
  readonly secrets: Secrets;
  readonly runs: ActiveRuns;
  readonly transfers: Transfers;
  readonly tree: ArtifactTree;
  readonly panels: DetailsPanels;
  readonly runTables: RunTables;
  readonly comparisons: Comparisons;
  readonly mlflowServers: MlflowServers;
  readonly files: LocalFiles;
  readonly remote: RemoteStore;
  readonly log: Log & { show(): void };
}

/** True for a ref of a run, false for one of a version. */
export const isRunRef = (ref: VersionRef | RunRef): ref is RunRef => 'run' in ref;
