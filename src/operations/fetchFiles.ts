import { posix } from 'node:path';
import type { Asset, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import type { Provider } from '../providers/provider';
import { atATime } from './atATime';
import { inFolders } from './inFolders';
import type { Tally } from './tally';
import type { TargetFolder } from './targetFolder';

/** Enough that a message costs little, few enough that progress is seen and cancelling is quick. */
const MOST_FILES = 250;
const MOST_BYTES = 32 * 1024 * 1024;
/** Each is held open while its batch is under way. */
const MOST_FOLDERS = 32;
const BATCHES_AT_A_TIME = 2;

/** Where the back end copies by itself, it is given many files at once: a call for each costs more than a small file. Answers the paths of those whose name was taken. */
export async function fetchFiles(
  provider: Pick<Provider, 'fetchAll'>,
  version: VersionRef,
  assets: readonly Asset[],
  { target, replace, tally }: { readonly target: TargetFolder; readonly replace: boolean; readonly tally: Tally },
  { signal }: Call,
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  await atATime(BATCHES_AT_A_TIME, batches(assets), signal, async (batch, stop) => {
    const folders = new Map(batch.map((asset) => [posix.dirname(asset.path), asset]));
    for (const asset of folders.values()) {
      await target.makeParents(asset.path);
    }
    const call = tally.call(batch[0]?.path ?? '', stop);
    await inFolders(target, batch, async (files) => {
      (await provider.fetchAll?.(version, files, replace, call))?.forEach((path) => taken.add(path));
    });
    tally.finished(batch[0]?.path ?? '', batch.reduce((bytes, { size }) => bytes + size, 0), batch.length);
  });
  return taken;
}

function batches(assets: readonly Asset[]): Asset[][] {
  const all: Asset[][] = [];
  const folders = new Set<string>();
  let bytes = 0;
  for (const asset of assets) {
    const last = all.at(-1);
    folders.add(posix.dirname(asset.path));
    if (last === undefined || last.length === MOST_FILES || bytes + asset.size > MOST_BYTES || folders.size > MOST_FOLDERS) {
      all.push([asset]);
      bytes = asset.size;
      folders.clear();
      folders.add(posix.dirname(asset.path));
    } else {
      last.push(asset);
      bytes += asset.size;
    }
  }
  return all;
}
