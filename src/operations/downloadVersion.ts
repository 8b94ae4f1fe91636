import { rm } from 'node:fs/promises';
import type { ArtifactVersion, Asset, RunRef, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { alreadyExists, invalid, isAbort } from '../model/errors';
import { isRunFiles } from '../model/runFiles';
import { createNarrow } from '../providers/narrow';
import type { Provider } from '../providers/provider';
import { errorCode } from '../store/fileErrors';
import { atATime } from './atATime';
import { type Conflict, type DownloadEnvironment, planDownload, type Selection } from './downloadPlan';
import { fetchFiles } from './fetchFiles';
import { inFolder } from './inFolders';
import { fetchPart } from './partFile';
import { placeFile, replaceFile } from './placeFile';
import { holderOf } from './remoteBytes';
import { Tally } from './tally';
import { TargetFolder } from './targetFolder';
import { Blocks } from './writeBehind';

export type ConflictPolicy = 'fail' | 'keep' | 'overwrite';

export interface DownloadRequest extends Selection {
  readonly version: VersionRef;
  /** Absolute; made when missing. */
  readonly folder: string;
  /** Asked, with all conflicts, before anything is written. */
  readonly conflicts: ConflictPolicy | ((conflicts: readonly Conflict[]) => Promise<ConflictPolicy>);
  /** Asked for, once the files are there, when any were meant: the run that uses them from now on. */
  readonly consumer?: ((version: ArtifactVersion) => Promise<RunRef | undefined>) | undefined;
}

export interface Downloaded {
  readonly version: ArtifactVersion;
  readonly folder: string;
  readonly written: readonly string[];
  /** There already with the same content, or kept as the user said. */
  readonly kept: readonly string[];
  /** Their bytes are where nobody here can read them. */
  readonly remote: readonly Asset[];
  /** The files are there, but the run that uses them could not be recorded. */
  readonly unrecorded?: unknown;
}

/** Small files over a network wait for it more than they work; where the back end copies, two cores are busy with few. */
const FILES_AT_A_TIME = { copied: 8, read: 32 };

/**
 * Brings assets of a version into a folder. A file has its final name only when it is whole and verified, and replaces another only when
 * that was decided. Cancelling takes back what is unfinished; after a failure it stays as `.part` files, from which the next try goes on.
 */
export async function downloadVersion(environment: DownloadEnvironment, request: DownloadRequest, call: Call = {}): Promise<Downloaded> {
  const version = await environment.provider.version(request.version, { signal: call.signal });
  const target = new TargetFolder(request.folder);
  try {
    return await download(environment, version, request, target, call);
  } catch (error) {
    await target.removeEmpty();
    throw error;
  } finally {
    await target.close().catch(() => undefined);
  }
}

async function download(environment: DownloadEnvironment, version: ArtifactVersion, request: DownloadRequest, target: TargetFolder, call: Call): Promise<Downloaded> {
  // What is kept or overwritten in any case need not be compared.
  const comparesUnknown = request.conflicts !== 'keep' && request.conflicts !== 'overwrite';
  const plan = await planDownload(environment, version, target, { ...request, comparesUnknown }, call);
  const policy = await decide(request, plan.conflicts.map(({ conflict }) => conflict));
  const disputed = plan.conflicts.map(({ asset }) => asset);
  const missing = policy === 'overwrite' ? [...plan.free, ...disputed] : plan.free;
  const kept = policy === 'overwrite' ? plan.there : [...plan.there, ...disputed];
  await removeParts(plan.linked, target);
  const { written, appeared } = await write(environment, missing, target, policy, call);
  const chosen = missing.length + kept.length + plan.remote.length;
  const unrecorded = chosen > 0 ? await recordUse(environment.provider, version, request, call) : undefined;
  return { version, folder: request.folder, written, kept: [...kept.map((asset) => asset.path), ...appeared], remote: plan.remote, unrecorded };
}

/** What holds for files that stand in the way, those included that appear while others are fetched: nobody could be asked about them. */
async function decide({ conflicts: policy, folder }: DownloadRequest, conflicts: readonly Conflict[]): Promise<ConflictPolicy> {
  if (conflicts.length === 0) {
    return typeof policy === 'string' ? policy : 'fail';
  }
  const decision = typeof policy === 'string' ? policy : await policy(conflicts);
  if (decision === 'fail') {
    throw alreadyExists(`${listed(conflicts)} in ${folder}, with other content. Nothing was written`);
  }
  const standing = conflicts.filter((conflict) => conflict.with === 'folder');
  if (decision === 'overwrite' && standing.length > 0) {
    throw invalid(`${listed(standing)} in ${folder} cannot be overwritten, because a folder stands where a file goes or the other way round. Nothing was written.`);
  }
  return decision;
}

interface Written {
  readonly written: readonly string[];
  /** Not written, because somebody else wrote a file of that name meanwhile. */
  readonly appeared: readonly string[];
}

async function write({ provider, remote }: DownloadEnvironment, assets: readonly Asset[], target: TargetFolder, policy: ConflictPolicy, call: Call): Promise<Written> {
  const total = { files: assets.length, bytes: assets.reduce((bytes, asset) => bytes + asset.size, 0) };
  const tally = new Tally(total, call.onProgress);
  const unfinished = new Set<Asset>();
  const blocks = new Blocks();
  const narrow = createNarrow();
  const written: string[] = [];
  const appeared: string[] = [];
  try {
    const copied = provider.fetchAll === undefined ? [] : assets.filter(({ link }) => link === undefined);
    const [first] = copied;
    if (first !== undefined) {
      const taken = await fetchFiles(provider, first, copied, { target, replace: policy === 'overwrite', tally }, call);
      for (const { path } of copied) {
        if (!taken.has(path)) {
          written.push(path);
        } else if (policy === 'keep') {
          appeared.push(path);
        } else {
          throw appearedMeanwhile(path, target);
        }
      }
    }
    const others = copied.length === 0 ? assets : assets.filter(({ link }) => link !== undefined);
    await atATime(provider.fetch === undefined ? FILES_AT_A_TIME.read : FILES_AT_A_TIME.copied, others, call.signal, async (asset, signal) => {
      await target.makeParents(asset.path);
      unfinished.add(asset);
      await inFolder(target, asset, async ({ part, file }) => {
        await narrow(asset.size, () => fetchPart(holderOf(asset, provider, remote), asset, part, tally.call(asset.path, signal), blocks));
        signal.throwIfAborted();
        if (policy === 'overwrite') {
          await replaceFile(part, file);
          written.push(asset.path);
        } else if (await placeFile(part, file) === 'placed') {
          written.push(asset.path);
        } else if (policy === 'keep') {
          await rm(part, { force: true });
          appeared.push(asset.path);
        } else {
          throw appearedMeanwhile(asset.path, target);
        }
      });
      unfinished.delete(asset);
      tally.finished(asset.path, asset.size);
    });
    await target.close();
    return { written, appeared };
  } catch (error) {
    if (isAbort(error)) {
      await removeParts([...unfinished], target);
    }
    throw error;
  }
}

/** Takes away what earlier tries, or this one, left of assets. */
async function removeParts(assets: readonly Asset[], target: TargetFolder): Promise<void> {
  await atATime(FILES_AT_A_TIME.read, assets, undefined, async (asset) => {
    try {
      await inFolder(target, asset, ({ part }) => rm(part, { force: true }));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        throw error;
      }
    }
  });
}

const appearedMeanwhile = (path: string, target: TargetFolder): Error => alreadyExists(`“${path}” in ${target.path}, where it appeared during the download`);

/** A store that can only be read is still good to download from. A run's own files are no version that somebody could have used. */
async function recordUse(provider: Provider, version: ArtifactVersion, { consumer }: DownloadRequest, call: Call): Promise<unknown> {
  if (isRunFiles(version)) {
    return undefined;
  }
  try {
    const run = await consumer?.(version);
    if (run !== undefined) {
      await provider.consume?.(version, run, { signal: call.signal });
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

function listed(conflicts: readonly Conflict[]): string {
  const [first, second] = conflicts;
  const named = [first, second].flatMap((conflict) => (conflict === undefined ? [] : [`“${conflict.path}”`])).join(', ');
  return conflicts.length > 2 ? `${named} and ${conflicts.length - 2} more` : named;
}
