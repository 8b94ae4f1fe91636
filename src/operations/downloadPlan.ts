import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import type { ArtifactVersion, Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { unsafePath } from '../model/errors';
import { foldedPath, safePath, windowsProblem } from '../model/safePath';
import type { Provider } from '../providers/provider';
import type { LocalFiles } from '../store/localFiles';
import { atATime } from './atATime';
import { Breath } from './breath';
import { holderOf, type RemoteBytes, withinReach } from './remoteBytes';
import type { TargetFolder } from './targetFolder';

/** Which assets of a version are meant. */
export interface Selection {
  /** Globs on logical paths; an asset that matches one of them is meant. */
  readonly paths?: readonly string[] | undefined;
  /** One asset, or all below one folder, by its exact path. */
  readonly under?: string | undefined;
}

/** A file that stands where an asset goes. What is not a file cannot be overwritten. */
export interface Conflict {
  readonly path: string;
  readonly with: 'file' | 'folder';
}

export interface DownloadPlan {
  /** Nothing stands in their way. */
  readonly free: readonly Asset[];
  /** In place already, with the same content. */
  readonly there: readonly Asset[];
  /** Of those, the ones with a second name: perhaps of an earlier try, killed before it took its part away. */
  readonly linked: readonly Asset[];
  readonly conflicts: readonly { readonly conflict: Conflict; readonly asset: Asset }[];
  /** Remote assets that nobody here can read: named, not fetched. */
  readonly remote: readonly Asset[];
}

/** Where assets come from, and what reads the files of this machine. */
export interface DownloadEnvironment {
  readonly provider: Provider;
  readonly files: Pick<LocalFiles, 'digest'>;
  /** Without it remote assets stay links. */
  readonly remote?: RemoteBytes | undefined;
}

const LOOKS_AT_A_TIME = 16;

/** What downloading would do. Writes nothing, and throws `unsafePath` when any path must not be written. */
export async function planDownload(
  { provider, files, remote: bytes }: DownloadEnvironment,
  version: ArtifactVersion,
  target: TargetFolder,
  selection: Selection & { readonly comparesUnknown?: boolean },
  call: Call,
): Promise<DownloadPlan> {
  const { fetched, remote } = await withinReach(await chosen(provider, version, selection, call), bytes, call);
  await gate(fetched, target);
  const free: Asset[] = [];
  const there: Asset[] = [];
  const linked: Asset[] = [];
  const conflicts: { conflict: Conflict; asset: Asset }[] = [];
  const isSame = async (file: string, asset: Asset, signal: AbortSignal): Promise<boolean> => {
    const digest = asset.sha256 ?? (selection.comparesUnknown === true ? await digestOf(holderOf(asset, provider, bytes), asset, signal) : undefined);
    return digest !== undefined && await files.digest(file, { signal }) === digest;
  };
  const conflicting = (asset: Asset, kind: Conflict['with']): void => {
    conflicts.push({ conflict: { path: asset.path, with: kind }, asset });
  };
  await atATime(LOOKS_AT_A_TIME, fetched, call.signal, async (asset, signal) => {
    const occupant = await target.occupant(asset.path);
    switch (occupant.kind) {
      case 'nothing':
        free.push(asset);
        break;
      case 'file':
        if (occupant.size === asset.size && await isSame(target.file(asset.path), asset, signal)) {
          there.push(asset);
          if (occupant.names > 1) {
            linked.push(asset);
          }
        } else {
          conflicting(asset, 'file');
        }
        break;
      case 'other':
        // A link is replaced, never written through.
        conflicting(asset, 'file');
        break;
      case 'folder':
      case 'blocked':
        conflicting(asset, 'folder');
        break;
    }
  });
  conflicts.sort((a, b) => (a.asset.path < b.asset.path ? -1 : 1));
  return { free, there, linked, conflicts, remote };
}

async function chosen(provider: Provider, version: ArtifactVersion, { paths, under }: Selection, call: Call): Promise<Asset[]> {
  const matches = paths === undefined ? undefined : picomatch([...paths], { dot: true });
  const assets: Asset[] = [];
  const breath = new Breath(call.signal);
  for await (const asset of provider.assets(under === undefined ? version : { ...version, path: under }, { signal: call.signal })) {
    if ((matches?.(asset.path) ?? true) && isUnder(under, asset.path)) {
      assets.push(asset);
    }
    if (breath.due) {
      await breath.take();
    }
  }
  return assets;
}

const isUnder = (folder: string | undefined, path: string): boolean => folder === undefined || folder === '' || path === folder || path.startsWith(`${folder}/`);

/** Every path on its own, then all of them against each other. */
async function gate(assets: readonly Asset[], target: TargetFolder): Promise<void> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  let pair: readonly [string, string] | undefined;
  for (const { path } of assets) {
    safePath(path);
    const problem = process.platform === 'win32' ? windowsProblem(path) : undefined;
    if (problem !== undefined) {
      throw unsafePath(`${JSON.stringify(path)}: ${problem}`);
    }
    const twin = files.get(foldedPath(path));
    if (twin === path) {
      throw unsafePath(`${JSON.stringify(path)} is there twice`);
    }
    pair ??= twin === undefined ? undefined : [twin, path];
    files.set(foldedPath(path), path);
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      const folded = foldedPath(folder);
      const other = folders.get(folded);
      if (other === folder) {
        break;
      }
      pair ??= other === undefined ? undefined : [other, folder];
      folders.set(folded, folder);
    }
  }
  for (const [folded, folder] of folders) {
    const file = files.get(folded);
    if (file === folder) {
      throw unsafePath(`${JSON.stringify(file)} is a file and a folder`);
    }
    pair ??= file === undefined ? undefined : [file, folder];
  }
  // Two names that differ in case only are two files on one disk and one on another.
  if (pair !== undefined && await target.foldsNames()) {
    throw unsafePath(`${JSON.stringify(pair[0])} and ${JSON.stringify(pair[1])} are one name on this disk`);
  }
}

/** Of what nobody has a digest the bytes are read, to be compared. */
async function digestOf(holder: Pick<Provider, 'read'>, asset: Asset, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of holder.read(asset, 0, { signal })) {
    hash.update(bytes);
  }
  return hash.digest('hex');
}
