import { parentPort } from 'node:worker_threads';
import type { Request } from '../../src/store/messages';

/** Stands in for worker.js: does what the input's `behaviour` says. */
parentPort?.on('message', (request: Request) => {
  const behaviour = 'input' in request ? (request.input as { readonly behaviour?: string }).behaviour : undefined;
  switch (behaviour) {
    case 'throw':
      throw new Error('out of luck');
    case 'exit':
      process.exit(7);
      break;
    case 'silence':
      break;
    default:
      parentPort?.postMessage({ kind: 'value', id: request.id, value: behaviour });
  }
});
