/*
 * What the details page and its host say to each other (other pages: `protocol/`). Down go complete answers, never differences: the page forgets what it
 * had. Up go a handful of intents; the page says what it wants to see and the host answers when it can, the newest wish last.
 */
import type { ArtifactVersion, Producer, Run, RunDetails, RunRef, VersionRef } from './model/artifact';
import type { AssetPage, AssetQuery } from './model/assetPage';
import type { GitFacts } from './model/gitFacts';
import type { Lineage } from './model/lineage';
import type { VersionChange } from './model/versionChange';
import type { PlotChoices } from './protocol/plots';
import type { Strings } from './protocol/words';

/** Of both kinds of page; each shows those that it has. */
export const PANEL_TABS = ['overview', 'parameters', 'metrics', 'assets', 'lineage', 'versions'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

export type ToWebview =
  | { readonly kind: 'state'; readonly state: PanelState }
  /** Somebody asked for this tab from outside the page. */
  | { readonly kind: 'tab'; readonly tab: PanelTab }
  | { readonly kind: 'assets'; readonly assets: Loaded<AssetPage> }
  | { readonly kind: 'lineage'; readonly lineage: Loaded<LineageView> }
  | { readonly kind: 'history'; readonly history: Loaded<HistoryPage> }
  | { readonly kind: 'nested'; readonly nested: Loaded<NestedRuns> }
  /** All values of one metric. */
  | { readonly kind: 'metric'; readonly name: string; readonly history: Loaded<MetricHistory> };

export type Loaded<T> =
  | { readonly status: 'loading' }
  | Failure
  | { readonly status: 'shown'; readonly value: T };

/** What could not be read, in a sentence. */
export interface Failure {
  readonly status: 'failed';
  readonly sentence: string;
  /** Signing in may help. */
  readonly signIn: boolean;
}

export interface PanelState {
  readonly strings: Strings;
  /** BCP 47 tag for numbers and ages. */
  readonly locale: string;
  /** What the page is about; of a version the exact number. */
  readonly ref: VersionRef | RunRef;
  readonly page: Loaded<VersionView | RunView> | { readonly status: 'gone'; readonly sentence: string };
}

export interface VersionView {
  readonly kind: 'version';
  readonly version: ArtifactVersion;
  readonly reference: string;
  readonly description?: string | undefined;
  readonly git?: GitFacts | undefined;
  /** Runs that used it, as soon as that is known. */
  readonly usedBy?: { readonly runs: number; readonly more: boolean } | undefined;
  /** Uses are recorded, and nobody is told of them. */
  readonly usesUnlisted: boolean;
  /** How many versions the artifact has, where that is known. */
  readonly versions?: number | undefined;
  /** What the back end and the trust in the workspace allow; the rest is not shown. */
  readonly can: { readonly log: boolean; readonly label: boolean; readonly remove: boolean; readonly python: boolean; readonly lineage: boolean; readonly openRuns: boolean; readonly web: boolean };
}

/** A run or a logged model. */
export interface RunView {
  readonly kind: 'run';
  readonly run: Omit<RunDetails, 'metrics'>;
  readonly reference: string;
  readonly metrics: readonly MetricRow[];
  readonly plots: PlotChoices;
  /** Name of its experiment, as soon as that is known. */
  readonly experiment?: string | undefined;
  readonly can: { readonly files: boolean; readonly python: boolean; readonly lineage: boolean; readonly histories: boolean; readonly nested: boolean; readonly openRuns: boolean; readonly web: boolean };
}

/** The runs directly below a run, newest first. Nobody tells how many there are in all. */
export interface NestedRuns {
  readonly rows: readonly Run[];
  readonly more: boolean;
}

/** The most of them that a page shows; the tree has all. */
export const MAX_NESTED = 1000;

/** Messages are JSON, which has no word for these. */
export type Figure = number | 'NaN' | 'Infinity' | '-Infinity';

/** The last value of a metric. */
export interface MetricRow {
  readonly name: string;
  readonly value: Figure;
  readonly step: number;
}

/** In the order of the steps. What is no finite number is a gap in the line. */
export interface MetricHistory {
  /** Where the values stand from left to right. */
  readonly steps: readonly number[];
  readonly values: readonly Figure[];
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  /** The step of all values, where their order stands in its place. */
  readonly step?: number;
}

export interface LineageView {
  readonly lineage: Lineage;
  /** Ids of nodes whose neighbours are on their way. */
  readonly expanding: readonly string[];
}

/** The most rows that one page of the history holds. */
export const HISTORY_ROWS = 200;

export interface HistoryPage {
  /** Index of the first row, newest version first. */
  readonly first: number;
  readonly total: number;
  readonly rows: readonly HistoryRow[];
}

export interface HistoryRow {
  readonly version: string;
  readonly isLatest: boolean;
  readonly aliases: readonly string[];
  readonly created: number;
  readonly producer?: Producer | undefined;
  readonly assets?: number | undefined;
  readonly bytes?: number | undefined;
  /** Absent while it is being worked out. */
  readonly change?: VersionChange | 'first' | 'unknown' | undefined;
}

/** Verbs of buttons that need no more than what the page is about. */
export const PANEL_VERBS = [
  'download', 'logNewVersion', 'copyReference', 'copyPython', 'compare', 'reveal', 'delete', 'addAlias', 'addTag', 'editMetadata', 'openCommit', 'openInBrowser', 'refresh', 'retry', 'signIn',
] as const;
export type PanelVerb = (typeof PANEL_VERBS)[number];

export type FromWebview =
  /** The script runs and wants the state. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'verb'; readonly verb: PanelVerb }
  | { readonly kind: 'removeAlias'; readonly alias: string }
  | { readonly kind: 'removeTag'; readonly tag: string }
  /** Wants a page of assets around what is visible. */
  | { readonly kind: 'assets'; readonly query: AssetQuery; readonly first: number }
  | { readonly kind: 'openAsset'; readonly path: string }
  | { readonly kind: 'copyDigest'; readonly sha256: string }
  | { readonly kind: 'copyServerName' }
  /** Wants the lineage, with the neighbours of these nodes. */
  | { readonly kind: 'lineage'; readonly expand: readonly (VersionRef | RunRef)[] }
  | { readonly kind: 'saveSvg'; readonly svg: string }
  /** Wants the history around the rows that are visible, and what changed in these. */
  | { readonly kind: 'history'; readonly from: number; readonly to: number }
  | { readonly kind: 'openVersion'; readonly ref: VersionRef }
  | { readonly kind: 'openRun'; readonly ref: RunRef }
  /** Wants the values of these metrics, which are visible; the others are of no interest any more. */
  | { readonly kind: 'metrics'; readonly names: readonly string[] }
  | { readonly kind: 'plots'; readonly choices: PlotChoices }
  | { readonly kind: 'copyParameter'; readonly name: string }
  /** Wants so many of the runs below; none, where they are not looked at any more. */
  | { readonly kind: 'nested'; readonly rows: number }
  | { readonly kind: 'compare'; readonly version: string; readonly with: string };

/** The most metrics that a page shows at a time. */
export const MAX_METRICS = 200;

/** What the page keeps over a reload, as far as the host reads it. */
export interface PanelMemory {
  readonly ref: VersionRef | RunRef;
}
