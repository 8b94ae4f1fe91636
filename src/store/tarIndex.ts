import fs from 'node:fs';
import { Header, type HeaderData } from 'tar/header';
import { Pax } from 'tar/pax';
import { corrupt, invalid, unsafePath } from '../model/errors';
import { pathProblem } from '../model/safePath';
import { BLOCK, padded } from './tarWriter';
import type { Work } from './work';

/** Where a file's bytes are in an archive. */
export interface TarEntry {
  readonly offset: number;
  readonly size: number;
}

/** More than any name needs. */
const MOST_EXTENSION = 64 * 1024;

/**
 * The files of a tar archive by name. Only its headers are read. An archive may come from anywhere: one that is cut off or damaged is
 * `corrupt`, a name that could lead elsewhere is `unsafePath`, what is no plain file or folder is `invalid`. `what` names the archive.
 */
export function readTarIndex(descriptor: number, what: string, work: Work): ReadonlyMap<string, TarEntry> {
  const { size: end } = fs.fstatSync(descriptor);
  const files = new Map<string, TarEntry>();
  const block = Buffer.alloc(BLOCK);
  // What a header before this one says about it.
  let extension: HeaderData | undefined;
  for (let position = 0; ;) {
    work.check();
    if (fs.readSync(descriptor, block, 0, BLOCK, position) < BLOCK) {
      throw position === 0 ? noArchive(what, block) : cutOff(what);
    }
    const header = readHeader(block, extension);
    if (header?.nullBlock === true && position > 0) {
      return files;
    }
    if (header?.cksumValid !== true) {
      throw position === 0 ? noArchive(what, block) : corrupt(`${what}, at byte ${position}`);
    }
    position += BLOCK;
    const { size = 0 } = header;
    // The header's own name is cut off where an extension has the whole one.
    const name = extension?.path ?? header.path ?? '';
    if (!Number.isSafeInteger(size) || position + padded(size) > end) {
      throw cutOff(what);
    }
    extension = undefined;
    switch (header.type) {
      case 'ExtendedHeader':
      case 'NextFileHasLongPath':
      case 'OldGnuLongPath': {
        const text = textAt(descriptor, position, size, what);
        extension = header.type === 'ExtendedHeader' ? Pax.parse(text) : { path: text.replace(/\0.*$/su, '') };
        break;
      }
      case 'File':
      case 'OldFile':
      case 'ContiguousFile':
        add(files, name, { offset: position, size }, what);
        break;
      case 'Directory':
        check(name.replace(/\/$/u, ''), what);
        break;
      case 'GlobalExtendedHeader':
        break;
      default:
        throw invalid(`${what} holds ${JSON.stringify(name)}, which is neither a file nor a folder (${header.type}).`);
    }
    position += padded(size);
  }
}

function add(files: Map<string, TarEntry>, path: string, entry: TarEntry, what: string): void {
  const name = check(path, what);
  if (files.has(name)) {
    throw invalid(`${what} holds ${JSON.stringify(name)} twice.`);
  }
  files.set(name, entry);
}

/** `tar -C folder .` begins each name with `./`. */
function check(path: string, what: string): string {
  const name = path.replace(/^\.\//u, '');
  const problem = name === '.' || name === '' ? undefined : pathProblem(name);
  if (problem !== undefined) {
    throw unsafePath(`${JSON.stringify(name.slice(0, 300))} in ${what}: ${problem}`);
  }
  return name;
}

function textAt(descriptor: number, position: number, size: number, what: string): string {
  if (size > MOST_EXTENSION) {
    throw invalid(`${what} holds a name that is too long.`);
  }
  const bytes = Buffer.alloc(size);
  if (fs.readSync(descriptor, bytes, 0, size, position) < size) {
    throw cutOff(what);
  }
  return bytes.toString('utf8');
}

/** Nothing where the block holds numbers that are none. */
function readHeader(block: Buffer, extension: HeaderData | undefined): Header | undefined {
  try {
    return new Header(block, 0, extension);
  } catch {
    return undefined;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

const noArchive = (what: string, beginning: Buffer): Error =>
  invalid(beginning.subarray(0, GZIP.length).equals(GZIP)
    ? `${what} is not an archive of artifact versions: it is compressed. Unpack it with gunzip first.`
    : `${what} is not an archive of artifact versions.`);
const cutOff = (what: string): Error => corrupt(`${what} is cut off`);
