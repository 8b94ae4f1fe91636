import { isArtifactError } from '../../src/model/errors';
import { commitIn, largeBytes, storeIn } from './stores';

/** Run by `loggingProcess`: logs versions and tells their numbers. */
const [folder = '', count = '1', version = 'major'] = process.argv.slice(2);
const store = storeIn(folder);
const outcome: string[] = [];
for (let index = 0; index < Number(count); index++) {
  try {
    const who = `${process.pid} ${index}`;
    outcome.push(commitIn(store, { draft: { version, metadata: { who } }, files: { 'who.txt': who, 'large.bin': largeBytes(process.pid * 1000 + index) } }).version);
  } catch (error) {
    outcome.push(isArtifactError(error) ? error.code : String(error));
  }
}
process.send?.(outcome);
process.disconnect();
