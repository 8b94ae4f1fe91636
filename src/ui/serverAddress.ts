/** Where a server is, as settings keep it: without credentials, query or slash at the end. */
export interface ServerAddress {
  readonly url: string;
  /** What was typed into the address, for the sign-in. Settings and commands refuse it. */
  readonly username?: string | undefined;
  readonly secret?: string | undefined;
}

/** Why a text is no address of a server. */
export type AddressProblem = 'missing' | 'scheme' | 'query' | 'malformed';

/** Reads what a person typed, or copied from the address bar of a browser that shows MLflow's page. */
export function serverAddress(text: string): ServerAddress | { readonly problem: AddressProblem } {
  const trimmed = text.trim();
  if (trimmed === '') {
    return { problem: 'missing' };
  }
  if (!/^https?:\/\//iu.test(trimmed)) {
    return { problem: 'scheme' };
  }
  // A path is not part of a URL before it is free of blanks and backslashes, which URL would mend in silence.
  const parsed = /[\s\\]/u.test(trimmed) ? null : URL.parse(trimmed);
  const [username, secret] = [decoded(parsed?.username), decoded(parsed?.password)];
  if (parsed === null || username === undefined || secret === undefined) {
    return { problem: 'malformed' };
  }
  if (parsed.search !== '') {
    return { problem: 'query' };
  }
  return {
    url: `${parsed.origin}${parsed.pathname.replace(/\/+$/u, '')}`,
    ...(username !== '' && { username }),
    ...(secret !== '' && { secret }),
  };
}

/** What an address without a scheme may mean, the likelier first: who leaves it out on this machine means no certificate. */
export function completed(text: string): readonly ServerAddress[] {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.includes('://')) {
    return [];
  }
  const found = ['https', 'http'].map((scheme) => serverAddress(`${scheme}://${trimmed}`)).flatMap((address) => ('problem' in address ? [] : [address]));
  return found.some(({ url }) => isLoopback(url)) ? found.reverse() : found;
}

/** Scheme, host and port: what a secret belongs to. */
export const originOf = (url: string): string => new URL(url).origin;

/** `mlflow.example:5000/team`: what tells addresses apart for people. */
export const shortAddress = (url: string): string => url.replace(/^https?:\/\//iu, '');

/** The host alone; what is reached on this machine is known by what it is. */
export const hostOf = (url: string, otherwise: string): string => (isLoopback(url) ? otherwise : new URL(url).hostname.replace(/^\[.*$/u, otherwise));

/** Whether what is sent there could be read on the way: neither encrypted nor staying on this machine. */
export const isUnencrypted = (url: string): boolean => new URL(url).protocol === 'http:' && !isLoopback(url);

/** Whether an address is of this machine. */
export const isLoopback = (url: string): boolean => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/u.test(new URL(url).hostname);

function decoded(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
