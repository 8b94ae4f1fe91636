import type { Asset } from '../model/artifact';
import type { Call } from '../model/call';
import type { Provider } from '../providers/provider';
import { atATime } from './atATime';

/** Remote assets whose bytes this user can reach. */
export interface RemoteBytes {
  /** Bytes of what the asset stands for; `undefined` for one that is a link and nothing else. */
  size(asset: Asset, call?: Call): Promise<number | undefined>;
  /** `asset` with its true size. */
  read(asset: Asset, start?: number, call?: Call): AsyncIterable<Uint8Array>;
}

interface Reach {
  /** With their true sizes. */
  readonly fetched: readonly Asset[];
  /** They stay links. */
  readonly remote: readonly Asset[];
}

const QUESTIONS_AT_A_TIME = 8;

/** What can be fetched, and what is named only. */
export async function withinReach(assets: readonly Asset[], remote: RemoteBytes | undefined, call: Call): Promise<Reach> {
  const sizes = new Map<Asset, number>();
  await atATime(QUESTIONS_AT_A_TIME, assets.filter(({ link }) => link !== undefined), call.signal, async (asset, signal) => {
    const size = await remote?.size(asset, { signal });
    if (size !== undefined) {
      sizes.set(asset, size);
    }
  });
  return {
    fetched: assets.flatMap((asset) => (asset.link === undefined ? [asset] : sizes.has(asset) ? [{ ...asset, size: sizes.get(asset) ?? 0 }] : [])),
    remote: assets.filter((asset) => asset.link !== undefined && !sizes.has(asset)),
  };
}

/** Who has the bytes of an asset. */
export const holderOf = (asset: Asset, provider: Pick<Provider, 'fetch' | 'read'>, remote: RemoteBytes | undefined): Pick<Provider, 'fetch' | 'read'> =>
  asset.link === undefined || remote === undefined ? provider : { read: (ref, start, call) => remote.read({ ...asset, ...ref }, start, call) };
