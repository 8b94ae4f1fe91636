import { invalid } from '../../model/errors';

export const COMET = 'https://www.comet.com';

/**
 * The root of a Comet server: of the address in the settings, which wins, or of the one that a key may carry after a `*` as Base64 of
 * `{"baseUrl": …}`, or Comet's own. People give `https://host/clientlib/` too, as Comet's Python client wants it.
 */
export function serverOf(url: string | undefined, key: string | undefined): string {
  return rootOf(url ?? baseOf(key) ?? COMET);
}

function baseOf(key: string | undefined): string | undefined {
  const [, encoded] = key?.split('*') ?? [];
  if (encoded === undefined) {
    return undefined;
  }
  try {
    const { baseUrl } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Readonly<Record<string, unknown>>;
    return typeof baseUrl === 'string' ? baseUrl : undefined;
  } catch {
    throw invalid('The API key names no server after its “*”. Copy it again from Comet’s settings.');
  }
}

function rootOf(address: string): string {
  const url = URL.parse(address);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(`${address} is not the address of a Comet server.`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/(?:clientlib\/?)?$/u, '');
}
