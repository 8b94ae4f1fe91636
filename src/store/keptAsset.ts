import { notFound, unsupported } from '../model/errors';
import type { AssetTree } from './assetTree';
import type { StoredAsset } from './manifest';
import { referenceText } from './manifests';
import type { VersionRecord } from './records';

export interface Kept {
  readonly asset: StoredAsset;
  /** What a message calls it. */
  readonly what: string;
}

/** An asset whose bytes are here. */
export function keptIn(record: VersionRecord, tree: AssetTree, logical: string): Kept {
  const asset = tree.asset(logical);
  const what = `${logical} in ${referenceText(record)}`;
  if (asset === undefined) {
    throw notFound(what);
  }
  if (asset.link !== undefined) {
    throw unsupported(`The bytes of ${what} are elsewhere: ${asset.link}`);
  }
  return { asset, what };
}
