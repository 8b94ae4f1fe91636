import * as fs from 'node:fs';
import { copyVersion, readOriginal } from '../../src/operations/copyVersion';
import type { Provider } from '../../src/providers/provider';
import { peakMemory } from '../bench/stopwatch';
import { cometProvider, logVersion, mlflowProvider } from './providers';

/** Forked by tests: logs one large file, reads it again and copies it, and tells by how many bytes its memory grew above what it was after a small one. */
const [kind = '', url = '', key = '', file = ''] = process.argv.slice(2);

const open = (): Promise<Provider> => (kind === 'comet' ? cometProvider({ url, apiKey: key }) : mlflowProvider({ url, environment: {} }));

async function transfer(): Promise<void> {
  const provider = await open();
  const { defaultWorkspace: workspace } = await provider.whoAmI();
  const small = await logVersion(provider, { draft: { workspace, artifact: 'small' }, files: { 'small.txt': 'x' } });
  const read = async (version: typeof small, path: string): Promise<number> => {
    let bytes = 0;
    for await (const chunk of provider.read({ ...version, path })) {
      bytes += chunk.length;
    }
    return bytes;
  };
  await read(small, 'small.txt');
  let version = small;
  const bytesFrom = (start = 0): AsyncIterable<Uint8Array> => fs.createReadStream(file, { start, highWaterMark: 1024 * 1024 });
  const up = await peakMemory(async () => {
    version = await logVersion(provider, { draft: { workspace, artifact: 'large' }, sources: [{ path: 'large.bin', size: fs.statSync(file).size, file, open: bytesFrom }] });
  });
  let bytes = 0;
  const down = await peakMemory(async () => { bytes = await read(version, 'large.bin'); });
  const copied = await peakMemory(async () => {
    await copyVersion(provider, provider, { original: await readOriginal(provider, version), place: { ...version, artifact: 'copied' }, version: 'major', aliases: false });
  });
  await provider.dispose();
  process.send?.({ up, down, copied, bytes });
}

void transfer();
