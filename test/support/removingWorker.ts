import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isArtifactError } from '../../src/model/errors';
import { UNWATCHED, sleep } from '../../src/store/work';
import { CHURN, storeIn } from './stores';

/** A thread that removes every version of `ada/churn` but the latest, until it is told that this is enough. */
const store = storeIn(workerData as string);
let removals = 0;
while (parentPort !== null && receiveMessageOnPort(parentPort) === undefined) {
  try {
    const [, ...older] = [...store.catalog.versions(CHURN)];
    for (const { version } of older) {
      store.remove({ ...CHURN, version }, UNWATCHED);
      removals++;
    }
  } catch (error) {
    if (!isArtifactError(error, 'notFound')) {
      throw error;
    }
  }
  sleep(5);
}
parentPort?.postMessage(removals);
