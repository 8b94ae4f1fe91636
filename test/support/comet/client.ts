import { openPython, type Python, pythonOf } from '../python';
import { makeFolder, removeFolder } from '../temporaryFolder';
import type { Comet } from './comet';

/** An interpreter with Comet's own Python client, pointed at the double. */
export async function cometClient({ url, apiKey }: Pick<Comet, 'url' | 'apiKey'>, environment: Readonly<Record<string, string>> = {}): Promise<Python> {
  const home = makeFolder('comet-home-');
  const python = openPython(await pythonOf('comet'), {
    COMET_URL_OVERRIDE: `${url}/clientlib/`,
    COMET_API_KEY: apiKey,
    // No settings of this machine's user, no waiting between its tries, and nobody out there to ask or to tell.
    HOME: home,
    COMET_HTTP_SESSION_RETRY_BACKOFF_FACTOR: '0',
    COMET_ERROR_TRACKING_ENABLE: 'false',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'testtest',
    ...environment,
  });
  return {
    ...python,
    close: async () => {
      await python.close();
      removeFolder(home);
    },
  };
}
