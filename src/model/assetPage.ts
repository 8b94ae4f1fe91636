import type { AssetType } from './assetType';

/** An asset as a list of files shows it. */
export interface AssetRow {
  readonly path: string;
  /** Bytes; 0 for a remote asset of unknown size. */
  readonly size: number;
  readonly type: AssetType;
  readonly sha256?: string | undefined;
  /** Present exactly on remote assets. */
  readonly link?: string | undefined;
}

export type AssetSort = 'name' | 'size' | 'type';

export interface AssetQuery {
  /** Keeps assets whose path contains it, without regard to case; empty keeps all. */
  readonly filter: string;
  readonly sort: AssetSort;
  readonly descending: boolean;
}

/** The most rows that one page holds. */
export const PAGE_ROWS = 500;

/** Some rows of what a query finds, out of what is known so far. */
export interface AssetPage {
  readonly query: AssetQuery;
  /** Index of the first row among the matches. */
  readonly first: number;
  readonly rows: readonly AssetRow[];
  readonly matched: number;
  /** Assets known so far. */
  readonly total: number;
  /** Whether all assets of the version are known. */
  readonly complete: boolean;
}
