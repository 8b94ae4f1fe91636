import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Asset } from '../model/artifact';
import type { Call } from '../model/call';
import type { LocalFiles, ScanRequest, ScanResult } from '../store/localFiles';

/**
 * Looks at files and folders that are to join the assets of a version. A folder stays a folder, alone or among others, where logging
 * one folder takes its content: what is added to a version keeps its place.
 */
export async function scanAdditions(files: LocalFiles, request: Omit<ScanRequest, 'base'>, base: readonly Asset[], call: Call = {}): Promise<ScanResult> {
  const known = base.filter((asset) => asset.link === undefined);
  const folder = await onlyFolder(request.targets);
  if (folder === undefined) {
    return files.scan({ ...request, base: known }, call);
  }
  const prefix = `${folder}/`;
  const inside = known.filter((asset) => asset.path.startsWith(prefix)).map(({ path: whole, size, sha256 }) => ({ path: whole.slice(prefix.length), size, sha256 }));
  const scan = await files.scan({ ...request, base: inside }, call);
  return {
    ...scan,
    files: scan.files.map((file) => ({ ...file, path: prefix + file.path })),
    removed: scan.removed.map((each) => prefix + each),
    skipped: scan.skipped.map((each) => ({ ...each, path: prefix + each.path })),
  };
}

async function onlyFolder(targets: readonly string[]): Promise<string | undefined> {
  const [only] = targets;
  if (only === undefined || targets.length > 1) {
    return undefined;
  }
  const isFolder = await stat(only).then((found) => found.isDirectory(), () => false);
  return isFolder ? path.basename(path.resolve(only)) : undefined;
}
