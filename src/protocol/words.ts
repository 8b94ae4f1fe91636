import type { AssetType } from '../model/assetType';
import type { PanelTab, PanelVerb } from '../protocol';

/** A word for one and for many, with `{0}` for the number. */
export interface Counted {
  readonly one: string;
  readonly other: string;
}

/** Every word of the page. Numbers in braces stand for what is filled in. */
export interface Strings {
  readonly tabs: Readonly<Record<PanelTab, string>>;
  readonly types: Readonly<Record<AssetType, string>>;
  readonly verbs: Readonly<Record<PanelVerb, string>>;
  readonly texts: Readonly<Record<PanelText, string>>;
  readonly counts: Readonly<Record<PanelCount, Counted>>;
}

export type PanelCount = 'files' | 'runs' | 'items' | 'keys' | 'parameters' | 'metrics' | 'values';

export type PanelText =
  | 'loading' | 'latest' | 'logged' | 'loggedBy' | 'commit' | 'commitDirty' | 'openCommit' | 'toolbar' | 'tabs' | 'description' | 'descriptionOf'
  | 'metadata' | 'noMetadata' | 'serverTags' | 'serverName' | 'aliases' | 'noAliases' | 'addAlias' | 'removeAlias' | 'tags' | 'noTags' | 'addTag' | 'removeTag'
  | 'producer' | 'noProducer' | 'usedBy' | 'notUsed' | 'usesUnlisted' | 'atLeast' | 'git' | 'branch' | 'uncommitted' | 'showLineage' | 'showAll'
  | 'showLess' | 'showMore' | 'filterFiles' | 'clearFilter' | 'name' | 'size' | 'type' | 'digest' | 'copyDigest' | 'remote'
  | 'noFiles' | 'noMatch' | 'matching' | 'counting' | 'sortBy' | 'graph' | 'graphHelp' | 'list' | 'legend' | 'legendVersion' | 'legendConsumed' | 'legendProduced' | 'legendFaint' | 'legendMore' | 'openVersion' | 'run' | 'model' | 'dataset'
  | 'deleted' | 'expandUpstream' | 'expandDownstream' | 'produced' | 'consumed' | 'zoomIn' | 'zoomOut' | 'fit' | 'saveSvg'
  | 'noLineage' | 'tooMany' | 'choose' | 'version' | 'changes' | 'changeWords' | 'newBytes' | 'noChange' | 'firstVersion'
  | 'unknownChange' | 'files' | 'logTime' | 'compareTwo' | 'pickTwo' | 'current'
  | 'running' | 'finished' | 'failed' | 'status' | 'started' | 'startTime' | 'startedBy' | 'created' | 'createdBy' | 'ended' | 'took' | 'user' | 'experiment' | 'location' | 'sourceRun' | 'program' | 'parentRun'
  | 'id' | 'value' | 'noParameters' | 'filterParameters' | 'noParameterMatch' | 'copyValue' | 'noMetrics' | 'filterMetrics' | 'noMetricMatch' | 'metric'
  | 'step' | 'plot' | 'noPlot' | 'range' | 'reading' | 'openRun' | 'noTagsOfRun' | 'noLineageOfRun'
  | 'nestedRuns' | 'showMoreRuns' | 'olderInTree'
  | 'horizontalAxis' | 'steps' | 'clock' | 'since' | 'verticalAxis' | 'linear' | 'logarithmic' | 'smoothing' | 'off' | 'smoothed' | 'smoothedReading' | 'time' | 'enlarge' | 'allMetrics'
  | 'leftOut' | 'noneAbove' | 'comparedRuns' | 'hideRun' | 'showRun' | 'comparedPlot' | 'runReading' | 'noRunHas';
