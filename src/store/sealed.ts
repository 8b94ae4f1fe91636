import { createHash } from 'node:crypto';
import { corrupt } from '../model/errors';
import { checkRecordText } from './jsonMarks';

const SEAL = /,"sha256":"([0-9a-f]{64})"\}\n?$/;

/**
 * One line of JSON whose last member is the SHA-256 of the line without that member: plain JSON for every reader, and a flipped bit
 * is found. `value` has at least one member. Throws `invalid` for more than anybody would read again.
 */
export function seal(value: object): string {
  const text = JSON.stringify(value);
  checkRecordText(text);
  return `${text.slice(0, -1)},"sha256":"${digest(text)}"}\n`;
}

/** What was sealed; `corrupt` with the name of the file where the seal does not fit. */
export function unseal(text: string, file: string): unknown {
  const match = SEAL.exec(text);
  if (match !== null) {
    const body = `${text.slice(0, match.index)}}`;
    if (digest(body) === match[1]) {
      return parsed(body, file);
    }
  }
  throw corrupt(file);
}

/** Anybody can seal anything. */
function parsed(text: string, file: string): unknown {
  try {
    checkRecordText(text);
    return JSON.parse(text);
  } catch (error) {
    throw corrupt(file, error);
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
