/** What MATIH's documents leave open, or say in two ways: a client has to live with each. */
export interface Quirks {
  /** The general REST page wraps answers, the pages of the ML service do not. */
  readonly envelope: boolean;
  readonly runIdAs: 'id' | 'run_id';
  /** Lists are shown nowhere. */
  readonly lists: 'named' | 'array' | 'items';
  readonly totals: 'none' | 'total' | 'hasNext';
  /** A page has no more rows than this, whatever was asked for. */
  readonly mostRows: number;
  /** Every page is the first one. */
  readonly ignoresOffset: boolean;
  readonly ignoresSearch: boolean;
  readonly order: 'newest' | 'oldest';
  /** Whether a list of runs has their tags. */
  readonly listsTags: boolean;
  /** Whether a list of runs says of each where it belongs. */
  readonly listsExperiment: boolean;
  readonly tagsAs: 'object' | 'pairs';
  /** Whether a run says where its files are. */
  readonly tellsUri: boolean;
  /** What an experiment without a place of its own says. */
  readonly usualLocation: 'null' | 'absent' | 'written';
  readonly shoutsStatus: boolean;
  /** The documents do not state it. */
  readonly uploadStatus: 200 | 201;
  /** Bytes of a request; 413 above. */
  readonly mostBytes: number;
}

export const USUAL: Quirks = {
  envelope: false, runIdAs: 'run_id', lists: 'named', totals: 'none', mostRows: 1_000, ignoresOffset: false, ignoresSearch: false, order: 'newest', listsTags: true,
  listsExperiment: true, tagsAs: 'object', tellsUri: false, usualLocation: 'null', shoutsStatus: false, uploadStatus: 200, mostBytes: Infinity,
};

/** All that may be otherwise, at once. */
export const UNUSUAL: Partial<Quirks> = {
  envelope: true, runIdAs: 'id', lists: 'items', totals: 'hasNext', mostRows: 3, ignoresSearch: true, order: 'oldest', listsTags: false, tagsAs: 'pairs', tellsUri: true,
  usualLocation: 'written', shoutsStatus: true, uploadStatus: 201,
};
