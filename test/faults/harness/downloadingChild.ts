import * as fs from 'node:fs';
import * as path from 'node:path';
import { downloadVersion } from '../../../src/operations/downloadVersion';
import { createLocalFiles } from '../../../src/store/localFiles';
import { localProvider, workerFile } from '../../support/providers';
import { Shelf, shelfVersion } from '../../support/shelf';
import { DOWNLOADED, textOfDownload } from './downloads';

/** Run by killedDownload.test.ts: downloads a version, and writes down each piece as it is fetched. */
const [target = '', journal = '', store = ''] = process.argv.slice(2);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);

async function main(): Promise<void> {
  const files = createLocalFiles({ workerFile });
  const pieces = fs.openSync(journal, 'a');
  const shelf = new Shelf({
    files: DOWNLOADED.map((file) => [file.path, textOfDownload(file)] as const),
    piece: 128 * 1024,
    onPiece: (file, position) => void fs.writeSync(pieces, `${file} ${position}\n`),
  });
  const provider = store === '' ? shelf.provider : await localProvider(store);
  const version = store === '' ? shelfVersion : { connection: provider.connection, workspace: 'ada', artifact: 'churn', version: '1.0.0' };
  fs.writeSync(pieces, 'begin\n');
  say('begin');
  await downloadVersion({ provider, files }, { version, folder: path.resolve(target), conflicts: 'fail' });
  // Tidying up would only take time.
  process.exit(0);
}

void main();
