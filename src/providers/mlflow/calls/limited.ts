import pLimit from 'p-limit';
import { orAbort } from '../../abortable';
import type { Http } from '../../http';

/** MLflow answers more calls than this at once with errors when its database is PostgreSQL. */
const CALLS = 8;

/** Calls of all workspaces and of all files side by side; bodies of files are counted by their own pace. */
export function limitedCalls(http: Http): Http {
  const limit = pLimit(CALLS);
  return {
    ...http,
    json: async (method, path, request = {}) => {
      const signal = request.call?.signal;
      signal?.throwIfAborted();
      return await orAbort(limit(async () => {
        signal?.throwIfAborted();
        return await http.json(method, path, request);
      }), signal);
    },
  };
}
