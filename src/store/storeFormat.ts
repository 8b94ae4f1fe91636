import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { corrupt, invalid, noAccess, unsupported } from '../model/errors';
import { createFile, makeDirectory } from './durable';
import type { Layout } from './layout';
import { readSmallFile } from './smallFile';

const FORMAT = 1;
/** Bytes of `format.json`. */
const MOST_TEXT = 64 * 1024;

/** Anything else in the folder says that it is not ours. */
const OWN_NAMES = new Set(['cache', 'tmp', '.DS_Store', 'desktop.ini', 'Thumbs.db', 'lost+found']);

/** Whether a store is there. One that this code does not know is refused before anything in it is touched. */
export function checkFormat(layout: Layout): 'present' | 'absent' {
  const text = readSmallFile(layout.format, MOST_TEXT)?.toString('utf8');
  if (text === undefined) {
    // It is the first that a store has, and nothing takes it away again.
    if (fs.existsSync(layout.workspaces)) {
      throw corrupt(`${layout.format} is missing. Copy it from a back-up, or write a file of one line there: ${newFormat()}`);
    }
    return 'absent';
  }
  checkFormatText(text, layout.format, `The store in ${layout.root}`);
  return 'present';
}

/** The same by what `format.json` says; `file` and `what` are for failures. */
export function checkFormatText(text: string, file: string, what: string): void {
  const { format, hash } = parsed(text, file);
  if (typeof format !== 'number') {
    throw corrupt(file);
  }
  if (format !== FORMAT || hash !== 'sha256') {
    throw unsupported(`${what} has format ${format}${hash === 'sha256' || typeof hash !== 'string' ? '' : ` with digests of the kind ${hash}`}, which this version of ML Artifacts does not know. Nothing in it was touched.`);
  }
}

/** Makes a new store where there is none yet. */
export function createStore(layout: Layout): void {
  makeDirectory(layout.root);
  if (!fs.statSync(layout.root).isDirectory()) {
    throw noAccess(`${layout.root} is not a folder`);
  }
  const foreign = fs.readdirSync(layout.root).find((name) => !OWN_NAMES.has(name));
  // Another process may have made it just now.
  if (foreign !== undefined && checkFormat(layout) === 'absent') {
    throw invalid(`The folder ${layout.root} holds other things (${foreign}) and no store. Choose an empty folder.`);
  }
  makeDirectory(layout.tmp);
  createFile(layout.format, `${newFormat()}\n`, layout.tmp);
  checkFormat(layout);
}

const newFormat = (): string => JSON.stringify({ format: FORMAT, hash: 'sha256', id: randomUUID() });

function parsed(text: string, file: string): { readonly format?: unknown; readonly hash?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    throw corrupt(file, error);
  }
}
