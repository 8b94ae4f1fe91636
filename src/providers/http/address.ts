import { invalid } from '../../model/errors';
import type { Query } from '../http';

/** The address of a path below `base`, or of an absolute URL. Segments are encoded by whoever made the path. */
export function addressOf(base: string, target: string, query?: Query): URL {
  const absolute = /^[a-z][a-z\d+.-]*:/iu.test(target);
  const url = URL.parse(absolute ? target : `${base}${target.startsWith('/') ? '' : '/'}${target}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid('The address is no http or https address.');
  }
  // Credentials belong in SecretStorage; from a server they are nothing to follow.
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const [key, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value as readonly string[] : value === undefined ? [] : [String(value)]) {
      url.searchParams.append(key, one);
    }
  }
  return url;
}

/** For logs and messages: queries hold signatures. */
export const shownAddress = (base: string, url: URL): string => (url.origin === originOf(base) ? url.pathname : `${url.origin}${url.pathname}`);

export const originOf = (base: string): string | undefined => URL.parse(base)?.origin;
