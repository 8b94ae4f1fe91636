import { createHash } from 'node:crypto';

/** Room for `.json` and for file systems that leave less than 255 bytes. */
const MAX_LENGTH = 140;
const HASHED = /^~[0-9a-f]{64}$/;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/;

/**
 * The file name for a user's name: the same on every system, with two names never sharing one where case or Unicode forms are
 * folded. Percent-encoded UTF-8, so that any language's URL decoding reads it; what would be too long becomes `~` and its digest,
 * and the name is then read from the JSON file beside it.
 */
export function encodeName(name: string): string {
  const encoded = percentEncoded(name);
  return encoded.length <= MAX_LENGTH ? encoded : `~${createHash('sha256').update(name).digest('hex')}`;
}

/** True when `encodeName` keeps the name readable in the file name itself. */
export const isPlainlyEncoded = (name: string): boolean => percentEncoded(name).length <= MAX_LENGTH;

/** The name that a file name stands for, nothing when it is none of ours, `hashed` when it has to be read from inside. */
export function decodeName(fileName: string): { readonly name: string } | 'hashed' | undefined {
  if (HASHED.test(fileName)) {
    return 'hashed';
  }
  try {
    const name = decodeURIComponent(fileName);
    return encodeName(name) === fileName ? { name } : undefined;
  } catch {
    return undefined;
  }
}

/** What most names are: encoded as they stand. */
const PLAIN = /^(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9_-](?:[a-z0-9._-]*[a-z0-9_-])?$/;

function percentEncoded(name: string): string {
  if (PLAIN.test(name)) {
    return name;
  }
  const escaped = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`;
  const bytes = Buffer.from(name, 'utf8');
  let encoded = '';
  for (const [index, byte] of bytes.entries()) {
    const character = String.fromCharCode(byte);
    const edge = index === 0 || index === bytes.length - 1;
    encoded += /[a-z0-9_-]/.test(character) || (character === '.' && !edge) ? character : escaped(byte);
  }
  return RESERVED.test(encoded) ? escaped(encoded.charCodeAt(0)) + encoded.slice(1) : encoded;
}
