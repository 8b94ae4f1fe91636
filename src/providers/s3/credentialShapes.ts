import { element } from './xml';
import type { Credentials } from './signing';

/** Nothing unless both keys are there. */
export function credentialsOf(id: unknown, secret: unknown, token?: unknown, expires?: unknown): Credentials | undefined {
  if (typeof id !== 'string' || typeof secret !== 'string' || id === '' || secret === '') {
    return undefined;
  }
  const end = typeof expires === 'number' ? expires : typeof expires === 'string' ? Date.parse(expires) : NaN;
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(typeof token === 'string' && token !== '' ? { sessionToken: token } : {}),
    ...(Number.isNaN(end) ? {} : { expires: end }),
  };
}

/** As programs, containers and machines tell them. */
export function credentialsOfJson(answer: unknown): Credentials | undefined {
  const { AccessKeyId, SecretAccessKey, SessionToken, Token, Expiration } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  return credentialsOf(AccessKeyId, SecretAccessKey, SessionToken ?? Token, Expiration);
}

/** As STS tells them. */
export const credentialsOfXml = (xml: string): Credentials | undefined =>
  credentialsOf(element(xml, 'AccessKeyId'), element(xml, 'SecretAccessKey'), element(xml, 'SessionToken'), element(xml, 'Expiration'));
