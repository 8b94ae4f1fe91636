import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

/** The reader in Python, which shares no line with the writer. */
const SCRIPT = path.join(__dirname, '../../../../test/support/read_store.py');

export interface PythonReading {
  /** One line for each version that is whole. */
  readonly versions: readonly Readonly<Record<string, unknown>>[];
  readonly complaints: string;
}

/** What Python reads and verifies of a whole store. */
export async function readWithPython(store: string): Promise<PythonReading> {
  const python = process.env['PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');
  const { stdout, stderr } = await promisify(execFile)(python, [SCRIPT, store], { maxBuffer: 2 ** 28 })
    .catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string });
  return { versions: stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>), complaints: stderr };
}
