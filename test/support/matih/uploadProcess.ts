import * as fs from 'node:fs';
import { logVersion, matihProvider } from '../providers';

/** Forked by tests: logs one large file and tells by how many bytes its memory grew above what it was after a small one. */
const [url = '', file = ''] = process.argv.slice(2);

async function upload(): Promise<void> {
  const provider = await matihProvider({ url, tenant: 'acme-corp', token: undefined, readFrom: { s3: '', mlflow: '', address: '' } }, { readFrom: undefined });
  const draft = { workspace: 'acme-corp', artifact: 'large' };
  await logVersion(provider, { draft, files: { 'small.txt': 'x' } });
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 20);
  const open = (start = 0): AsyncIterable<Uint8Array> => fs.createReadStream(file, { start, highWaterMark: 1024 * 1024 });
  const { bytes } = await logVersion(provider, { draft, sources: [{ path: 'large.bin', size: fs.statSync(file).size, file, open }] });
  clearInterval(watch);
  await provider.dispose();
  process.send?.({ grown: peak - idle, bytes });
}

void upload();
