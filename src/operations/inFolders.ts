import { lstat, realpath, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Asset } from '../model/artifact';
import type { FetchedFile } from '../providers/provider';
import { type HeldFolder, inOwnPaths } from './heldFolders';
import { partName, partPath } from './partFile';
import type { TargetFolder } from './targetFolder';

/** The times of files are coarser than the clock, by 2 s at worst. */
const COARSE_MS = 2_000;

/**
 * Runs `work` on the places of assets, whose folders exist, and are held meanwhile: a link that takes the place of one leads nothing out of the
 * target. Where folders cannot be held, what was written outside is removed afterwards. What fails names the files by the target's own paths.
 */
export async function inFolders(target: TargetFolder, assets: readonly Asset[], work: (places: readonly FetchedFile[]) => Promise<void>): Promise<void> {
  const since = Date.now() - COARSE_MS;
  const folders = new Map<string, HeldFolder>();
  const reach = async (asset: Asset): Promise<string> => {
    const folder = path.dirname(target.file(asset.path));
    const held = folders.get(folder) ?? await target.hold(folder);
    folders.set(folder, held);
    return `${held.place}${path.sep}`;
  };
  try {
    const places: FetchedFile[] = [];
    const known = new Map<string, string>();
    for (const asset of assets) {
      const slash = asset.path.lastIndexOf('/') + 1;
      const above = asset.path.slice(0, slash);
      const place = known.get(above) ?? await reach(asset);
      known.set(above, place);
      const name = asset.path.slice(slash);
      places.push({ path: asset.path, part: `${place}${partName(name, asset)}`, file: `${place}${name}` });
    }
    await work(places);
  } catch (error) {
    throw inOwnPaths(error, folders);
  } finally {
    for (const folder of folders.keys()) {
      target.giveBack(folder);
    }
    await refuseWhatLeftOut(target, assets, folders, since);
  }
}

/** As `inFolders`, for one asset. */
export async function inFolder(target: TargetFolder, asset: Asset, work: (place: FetchedFile) => Promise<void>): Promise<void> {
  await inFolders(target, [asset], async (places) => {
    for (const place of places) {
      await work(place);
    }
  });
}

async function refuseWhatLeftOut(target: TargetFolder, assets: readonly Asset[], folders: ReadonlyMap<string, HeldFolder>, since: number): Promise<void> {
  for (const [folder, { isHeld }] of folders) {
    const real = isHeld ? undefined : await realpath(folder).catch(() => undefined);
    if (real === undefined || await target.contains(real)) {
      continue;
    }
    for (const asset of assets.filter((each) => path.dirname(target.file(each.path)) === folder)) {
      const file = path.join(real, path.basename(target.file(asset.path)));
      await rm(partPath(file, asset), { force: true });
      const found = await lstat(file).catch(() => undefined);
      // What is older, or has another size, is somebody else's.
      if (found?.isFile() === true && found.size === asset.size && found.ctimeMs >= since) {
        await rm(file, { force: true });
      }
    }
    throw target.leadsOut(folder);
  }
}
