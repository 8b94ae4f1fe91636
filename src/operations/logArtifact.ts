import type { ArtifactRef, ArtifactVersion, Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { invalid } from '../model/errors';
import type { Provider, VersionDraft } from '../providers/provider';
import { type LocalFiles, type ScanResult, fileSource } from '../store/localFiles';
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
  /** What the files were compared with. */
  readonly base?: { readonly version: ArtifactVersion; readonly assets: ReadonlyMap<string, Asset> } | undefined;
}

/** Walks the targets. Where the artifact has a version already, tells what changed against it: the highest, unless another is named. */
export async function planLog(
  { provider, files }: { readonly provider: Provider; readonly files: LocalFiles },
  request: LogTargets & { readonly artifact: ArtifactRef; readonly base?: string | undefined },
  call: Call = {},
): Promise<LogPlan> {
  const version = await findVersion(provider, request.artifact, request.base, call);
  const assets = version && await assetsByPath(provider, version, call);
  const scan = await files.scan({
    targets: request.targets,
    exclude: request.exclude,
    ignoreFile: request.ignoreFile,
    base: assets && Array.from(assets.values()).filter((asset) => asset.link === undefined),
  }, call);
  return { scan, base: version && assets && { version, assets } };
}

/** Logs what the plan found. Files that are the same in the base are kept, not moved. */
export async function logArtifact(provider: Provider, draft: VersionDraft, plan: LogPlan, call: Call = {}): Promise<ArtifactVersion> {
  if (plan.scan.files.length === 0) {
    throw invalid('There is nothing to log: no files were found, or all of them are excluded.');
  }
  return writeVersion(provider, draft, contentsOf(plan), call);
}

function contentsOf({ scan, base }: LogPlan): Contents {
  const put = scan.files.filter((file) => base === undefined || file.state !== 'same');
  if (base === undefined || put.length === scan.files.length) {
    return { put: put.map((file) => fileSource(file)) };
  }
  const same = scan.files.filter((file) => file.state === 'same');
  const assets = same.flatMap((file) => base.assets.get(file.path) ?? []);
  return { put: put.map((file) => fileSource(file)), keep: { from: base.version, assets, sources: same.map((file) => fileSource(file)) } };
}
