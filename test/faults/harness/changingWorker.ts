import * as fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { chance } from './scale';

/** A thread that goes on writing a file in all the ways in which programs do, until it is told to stop. */
const file = workerData as string;
const random = chance(20);
const running = { yes: true };
parentPort?.on('message', () => {
  running.yes = false;
});

function change(round: number): void {
  const bytes = Buffer.alloc(1 + Math.floor(random() * (random() < 0.5 ? 3_000 : 200_000)), `${round} `);
  switch (round % 4) {
    case 0:
      fs.writeFileSync(file, bytes);
      break;
    case 1:
      fs.appendFileSync(file, bytes);
      break;
    case 2: {
      const descriptor = fs.openSync(file, 'r+');
      fs.writeSync(descriptor, bytes, 0, bytes.length, Math.floor(random() * 100_000));
      fs.closeSync(descriptor);
      break;
    }
    case 3:
      fs.writeFileSync(`${file}.new`, bytes);
      fs.renameSync(`${file}.new`, file);
  }
}

function goOn(round: number): void {
  for (let some = 0; some < 5; some++) {
    change(round * 5 + some);
  }
  if (running.yes) {
    setImmediate(goOn, round + 1);
  } else {
    fs.writeFileSync(file, Buffer.alloc(100_000, 'the last words '));
    parentPort?.postMessage(round * 5);
    parentPort?.close();
  }
}
goOn(0);
