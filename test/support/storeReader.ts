import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

const script = path.resolve(__dirname, '../../../test/support/read_store.py');

/** What read_store.py says of a version. */
export interface ReadVersion {
  readonly workspace: string;
  readonly artifact: string;
  readonly version: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly aliases: readonly string[];
  readonly assets: readonly { readonly path: string; readonly size: number; readonly sha256?: string; readonly link?: string }[];
}

/**
 * Reads and verifies all live versions of a store with Python; `more` is a reference, for that version alone, and a new folder to bring its
 * files into. Rejects with what Python says is damaged. Needs python3 on the PATH, 3.8 or later.
 */
export async function readStore(store: string, ...more: readonly string[]): Promise<readonly ReadVersion[]> {
  const { stdout } = await promisify(execFile)('python3', ['-I', script, store, ...more], { maxBuffer: 1 << 30 });
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReadVersion]));
}
