import * as fs from 'node:fs';
import * as path from 'node:path';
import { UNWATCHED } from '../../../src/store/work';
import { beginIn, storeIn } from '../../support/stores';
import { type Shape, writeShape } from './shapes';

/** Run by killedLogging.test.ts: logs one version after the other until it is killed, and tells each once its commit has returned. */
const [root = '', source = '', shape = '', first = '0'] = process.argv.slice(2);
const store = storeIn(root);
// A pipe and no message: what was said before the kill arrives.
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);
for (let round = Number(first); ; round++) {
  const files = writeShape(path.join(source, String(round)), shape as Shape, round);
  const run = store.startRun('ada', `round ${round}`);
  say(`begin ${round}`);
  const writing = beginIn(store, { metadata: { round }, aliases: ['newest'], producer: { workspace: 'ada', run: run.run } });
  writing.put(files, UNWATCHED);
  const { version } = writing.commit(UNWATCHED);
  say(`commit ${round} ${version}`);
  fs.rmSync(path.join(source, String(round)), { recursive: true });
}
