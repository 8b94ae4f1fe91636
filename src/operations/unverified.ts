import type { Asset } from '../model/artifact';
import type { Call } from '../model/call';
import type { Provider } from '../providers/provider';

/** What brings the bytes of assets. */
export type ByteSource = Pick<Provider, 'read' | 'readUnverified'>;

/** The bytes from `start`, for who compares them with the digest as they pass: hashing them twice takes longer than bringing them. */
export const unverified = (source: ByteSource, asset: Asset, start: number, call: Call): AsyncIterable<Uint8Array> =>
  source.readUnverified?.(asset, start, call) ?? source.read(asset, start, call);
