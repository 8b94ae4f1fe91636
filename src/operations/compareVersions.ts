import type { Asset, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import type { Provider } from '../providers/provider';
import { Breath } from './breath';

export interface Comparison {
  readonly before: VersionRef;
  readonly after: VersionRef;
  readonly added: readonly Asset[];
  readonly removed: readonly Asset[];
  readonly changed: readonly { readonly before: Asset; readonly after: Asset }[];
  /** As they are in `after`. */
  readonly same: readonly Asset[];
}

/** What `after` holds against `before`, by path and content, each list in the order of the provider. */
export async function compareVersions(
  provider: Pick<Provider, 'assets'>,
  before: VersionRef,
  after: VersionRef,
  call: Call = {},
): Promise<Comparison> {
  const old = await assetsByPath(provider, before, call);
  const gone = new Map(old);
  const added: Asset[] = [];
  const changed: { before: Asset; after: Asset }[] = [];
  const same: Asset[] = [];
  const breath = new Breath(call.signal);
  for await (const asset of provider.assets(after, call)) {
    const was = old.get(asset.path);
    gone.delete(asset.path);
    if (was === undefined) {
      added.push(asset);
    } else if (sameContent(was, asset)) {
      same.push(asset);
    } else {
      changed.push({ before: was, after: asset });
    }
    if (breath.due) {
      await breath.take();
    }
  }
  return { before, after, added, removed: [...gone.values()], changed, same };
}

export async function assetsByPath(provider: Pick<Provider, 'assets'>, version: VersionRef, call: Call = {}): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  const breath = new Breath(call.signal);
  for await (const asset of provider.assets(version, call)) {
    assets.set(asset.path, asset);
    if (breath.due) {
      await breath.take();
    }
  }
  return assets;
}

/** Without digests the size is all there is to go by. */
export function sameContent(a: Asset, b: Asset): boolean {
  if (a.link !== b.link || a.size !== b.size) {
    return false;
  }
  return a.sha256 === undefined || b.sha256 === undefined || a.sha256 === b.sha256;
}
