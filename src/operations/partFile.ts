import { createHash, hash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { corrupt, isArtifactError } from '../model/errors';
import { isRunFiles } from '../model/runFiles';
import type { Provider } from '../providers/provider';
import { errorCode, fileError } from '../store/fileErrors';
import { type ByteSource, unverified } from './unverified';
import { Blocks, WriteBehind } from './writeBehind';

const CHUNK = 1024 * 1024;
const MAX_NAME_BYTES = 200;

/**
 * Where an asset grows beside its place. The name follows from path and content, so that a second try finds what the first left,
 * and never takes up what belongs to other content.
 */
export function partPath(file: string, asset: Asset): string {
  return path.join(path.dirname(file), partName(path.basename(file), asset));
}

export function partName(name: string, asset: Asset): string {
  const identity = hash('sha256', JSON.stringify([asset.path, asset.size, asset.sha256])).slice(0, 8);
  return `${clipped(name)}.${identity}.part`;
}

/** Brings the whole asset to `part`, from where an earlier try stopped, and verifies it. */
export async function fetchPart(provider: ByteSource & Pick<Provider, 'fetch'>, asset: Asset, part: string, call: Call, blocks = new Blocks()): Promise<void> {
  try {
    if (provider.fetch !== undefined) {
      await provider.fetch(asset, part, call).catch(async (error: unknown) => {
        if (!isArtifactError(error, 'alreadyExists')) {
          throw error;
        }
        // What an earlier try left is of something else.
        await rm(part, { force: true });
        await provider.fetch?.(asset, part, call);
      });
    } else if (await fill(provider, asset, part, call, blocks) === 'other') {
      // What the earlier try left was not the beginning of this content, or something on the way changed it: what happens twice lies there so.
      await rm(part, { force: true });
      if (await fill(provider, asset, part, call, blocks) === 'other') {
        throw corrupt(`${asset.path} does not match its digest`);
      }
    }
  } catch (error) {
    if (isArtifactError(error, 'corrupt')) {
      await rm(part, { force: true });
    }
    throw fileError(error, part);
  }
}

async function fill(provider: ByteSource, asset: Asset, part: string, call: Call, blocks: Blocks): Promise<'whole' | 'other'> {
  const { handle, isNew } = await openPart(part);
  // A run that goes on writes to its files: what it had when they were listed is no promise.
  const maySwell = asset.sha256 === undefined && isRunFiles(asset);
  try {
    const hash = createHash('sha256');
    const start = isNew ? 0 : await begun(handle, asset, hash, call);
    let position = start;
    if (start < asset.size || asset.size === 0) {
      const writer = new WriteBehind(handle, start, asset.size - start, blocks);
      try {
        for await (const bytes of unverified(provider, asset, start, { signal: call.signal, passing: true })) {
          if (!maySwell && position + bytes.length > asset.size) {
            throw corrupt(`${asset.path} is longer than the ${asset.size} bytes that it is listed with`);
          }
          hash.update(bytes);
          await writer.write(bytes);
          position += bytes.length;
          call.onProgress?.({ bytes: position });
        }
      } finally {
        // After a failure, too: the next try goes on from there.
        await writer.flush();
      }
    }
    if (maySwell || position === asset.size && (asset.sha256 === undefined || hash.digest('hex') === asset.sha256)) {
      return 'whole';
    }
    if (position === asset.size) {
      return 'other';
    }
    throw corrupt(`${asset.path} ended after ${position} of ${asset.size} bytes`);
  } finally {
    await handle.close();
  }
}

/** Most parts are new, and their sizes known without a look. */
async function openPart(part: string): Promise<{ readonly handle: FileHandle; readonly isNew: boolean }> {
  // O_NOFOLLOW does not exist on Windows.
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW as number | undefined ?? 0);
  try {
    return { handle: await open(part, flags | constants.O_EXCL, 0o666), isNew: true };
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
    return { handle: await open(part, flags, 0o666), isNew: false };
  }
}

/** Hashes what is there already and says how much it is; what cannot be verified later is not taken up. */
async function begun(handle: FileHandle, asset: Asset, hash: Hash, call: Call): Promise<number> {
  const { size } = await handle.stat();
  if (size === 0) {
    return 0;
  }
  if (size > asset.size || asset.sha256 === undefined) {
    await handle.truncate(0);
    return 0;
  }
  const buffer = Buffer.allocUnsafe(Math.min(size, CHUNK));
  let position = 0;
  while (position < size) {
    call.signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - position), position);
    if (bytesRead === 0) {
      break;
    }
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  call.onProgress?.({ bytes: position });
  return position;
}

/** Leaves room for what is appended: file systems allow names of 255 bytes. */
function clipped(name: string): string {
  let bytes = 0;
  let text = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) {
      break;
    }
    text += character;
  }
  return text;
}
