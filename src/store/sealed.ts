import { createHash } from 'node:crypto';
import { corrupt } from '../model/errors';

const SEAL = /,"sha256":"([0-9a-f]{64})"\}\n?$/;

/**
 * One line of JSON whose last member is the SHA-256 of the line without that member: plain JSON for every reader, and a flipped bit
 * is found. `value` has at least one member.
 */
export function seal(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"sha256":"${digest(text)}"}\n`;
}

/** What was sealed; `corrupt` with the name of the file where the seal does not fit. */
export function unseal(text: string, file: string): unknown {
  const match = SEAL.exec(text);
  if (match !== null) {
    const body = `${text.slice(0, match.index)}}`;
    if (digest(body) === match[1]) {
      return JSON.parse(body) as unknown;
    }
  }
  throw corrupt(file);
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
