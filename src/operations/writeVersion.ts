import type { ArtifactVersion, Asset, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import type { AssetSource, Provider, RemoteAsset, VersionDraft, VersionWriter } from '../providers/provider';

/** All that a new version will hold. */
export interface Contents {
  readonly put: readonly AssetSource[];
  /** Taken over from an earlier version as they are, metadata and links included. */
  readonly keep?: {
    readonly from: VersionRef;
    readonly assets: readonly Asset[];
    /** The same bytes nearer at hand, for a back end that cannot keep; without it they are read from the earlier version. */
    readonly sources?: (() => readonly AssetSource[]) | undefined;
  } | undefined;
  readonly link?: readonly RemoteAsset[] | undefined;
}

/** Writes a version whole or not at all. */
export async function writeVersion(provider: Provider, draft: VersionDraft, contents: Contents, call: Call = {}): Promise<ArtifactVersion> {
  const { keep } = contents;
  const kept = keep?.assets.filter((asset) => asset.link === undefined) ?? [];
  const links = [...(contents.link ?? []), ...linksOf(keep?.assets ?? [])];
  const writer = await provider.begin(draft, { signal: call.signal });
  try {
    if (keep !== undefined && kept.length > 0 && writer.keep !== undefined) {
      await writer.keep(keep.from, kept.map((asset) => asset.path), { signal: call.signal });
      await put(writer, contents.put, call);
    } else {
      await put(writer, [...contents.put, ...(keep?.sources?.() ?? kept.map((asset) => copyOf(provider, asset, call)))], call);
    }
    if (links.length > 0) {
      await writer.link(links, { signal: call.signal });
    }
    return await writer.commit({ signal: call.signal });
  } finally {
    await writer.abandon();
  }
}

async function put(writer: VersionWriter, sources: readonly AssetSource[], { signal, onProgress, onChanged }: Call): Promise<void> {
  const total = { totalBytes: sources.reduce((bytes, { size }) => bytes + size, 0), totalFiles: sources.length };
  await writer.put(sources, { signal, onChanged, onProgress: (progress) => onProgress?.({ ...progress, ...total }) });
}

const linksOf = (assets: readonly Asset[]): RemoteAsset[] =>
  assets.flatMap(({ path, link, size, metadata }) => (link === undefined ? [] : [{ path, link, size, metadata }]));

/** Where the back end cannot keep an asset, its bytes go the long way round. */
function copyOf(provider: Provider, asset: Asset, call: Call): AssetSource {
  return {
    path: asset.path,
    size: asset.size,
    metadata: asset.metadata,
    open: (start = 0) => provider.read(asset, start, { signal: call.signal }),
  };
}
