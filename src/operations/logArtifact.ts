import { statSync } from 'node:fs';
import type { ArtifactRef, ArtifactVersion, Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { invalid } from '../model/errors';
import type { AssetSource, Provider, VersionDraft } from '../providers/provider';
import { fileSource, type LocalFiles, type ScannedFile, type ScanResult } from '../store/localFiles';
import { Breath } from './breath';
import { assetsByPath } from './compareVersions';
import { findVersion } from './findVersion';
import { type Contents, writeVersion } from './writeVersion';

/** Files of this machine that are to become a version. */
export interface LogTargets {
  /** Absolute paths of files and folders. */
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly ignoreFile?: string | undefined;
}

/** What logging would write, known before anything is written. */
export interface LogPlan {
  readonly scan: ScanResult;
  /** When it was begun, in milliseconds since 1970. */
  readonly at: number;
  /** What the files were compared with. */
  readonly base?: { readonly version: ArtifactVersion; readonly assets: ReadonlyMap<string, Asset> } | undefined;
}

/** Walks the targets. Where the artifact has a version already, tells what changed against it: the highest, unless another is named. */
export async function planLog(
  { provider, files }: { readonly provider: Provider; readonly files: LocalFiles },
  request: LogTargets & { readonly artifact: ArtifactRef; readonly base?: string | undefined },
  call: Call = {},
): Promise<LogPlan> {
  const at = Date.now();
  const finding = findBase(provider, request, call);
  const [base, scan] = await Promise.all([finding, files.scan({
    targets: request.targets,
    exclude: request.exclude,
    ignoreFile: request.ignoreFile,
    base: finding.then((found) => found && Array.from(found.assets.values()).filter((asset) => asset.link === undefined)),
  }, call)]);
  return { scan, at, base };
}

async function findBase(provider: Provider, { artifact, base }: { readonly artifact: ArtifactRef; readonly base?: string | undefined }, call: Call): Promise<LogPlan['base']> {
  const version = await findVersion(provider, artifact, base, call);
  return version && { version, assets: await assetsByPath(provider, version, call) };
}

/** Logs what the plan found. Files that are the same in the base are kept, not moved. */
export async function logArtifact(provider: Provider, draft: VersionDraft, plan: LogPlan, call: Call = {}): Promise<ArtifactVersion> {
  if (plan.scan.files.length === 0) {
    throw invalid('There is nothing to log: no files were found, or all of them are excluded.');
  }
  return writeVersion(provider, draft, await contentsOf(plan, call), call);
}

/** One by one and with breaths: a hundred thousand files would hold everybody up, and as many promises take ten times as long. */
async function contentsOf({ scan, base, at }: LogPlan, { signal }: Call): Promise<Contents> {
  const put: AssetSource[] = [];
  const assets: Asset[] = [];
  const same: ScannedFile[] = [];
  const breath = new Breath(signal);
  for (const file of scan.files) {
    const asset = file.state === 'same' && isStillSame(file, at) ? base?.assets.get(file.path) : undefined;
    if (asset === undefined) {
      put.push(fileSource(file));
    } else {
      assets.push(asset);
      same.push(file);
    }
    if (breath.due) {
      await breath.take();
    }
  }
  const keep = base === undefined || assets.length === 0 ? undefined : { from: base.version, assets, sources: () => same.map((file) => fileSource(file)) };
  return { put, keep };
}

/** People think before they press Enter, and training goes on writing: what was touched since the look is not taken for the same. */
function isStillSame({ file, size }: ScannedFile, since: number): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status?.size === size && status.mtimeMs < since;
}
