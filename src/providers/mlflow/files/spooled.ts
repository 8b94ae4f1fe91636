import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Call } from '../../../model/call';
import { fileError } from '../../../store/fileErrors';
import type { FileSource } from '../../measured';

/**
 * A source that is no file of this machine as one, for as long as `use` takes. Servers of old serve as many requests at a time as they have
 * workers: within one, a copy's writing would hold them all and wait for its reading, which waits for one of them.
 */
export async function spooled(source: FileSource, use: (kept: FileSource) => Promise<void>, { signal }: Call): Promise<void> {
  if (source.file !== undefined || source.bytes !== undefined) {
    return use(source);
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'ml-artifacts-spool-'));
  try {
    const file = path.join(folder, 'bytes');
    await pipeline(source.open(), createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : fileError(error, folder);
    });
    await use({ size: source.size, open: (start = 0) => createReadStream(file, { start }) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
