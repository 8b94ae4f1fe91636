import type { JsonObject } from '../model/json';
import { invalid } from '../model/errors';
import { pathProblem } from '../model/safePath';
import { manifestParts } from './manifestParts';

/** An asset as a manifest holds it. */
export interface StoredAsset {
  readonly path: string;
  readonly size: number;
  /** Absent exactly on remote assets. */
  readonly sha256?: string;
  /** Where the bytes are in a pack; otherwise they are an object of their own. */
  readonly pack?: string;
  readonly offset?: number;
  readonly metadata?: JsonObject;
  readonly link?: string;
}

/** Digest of no bytes: such an asset needs neither object nor pack. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** By UTF-16 code units: the one order in which manifests are written, the same on every machine. */
export const byPath = (a: StoredAsset, b: StoredAsset): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Bytes of a manifest: three million assets, and what a string can hold. */
export const MOST_MANIFEST = 500 * 1024 * 1024;

/** Manifest text of assets in path order: one asset a line. Throws `invalid` for metadata that nobody could read again. */
export function formatManifest(assets: readonly StoredAsset[]): string {
  const packs = [...new Set(assets.flatMap(({ pack }) => (pack === undefined ? [] : [pack])))];
  const numbers = new Map(packs.map((pack, number) => [pack, number]));
  const lines = assets.map(({ path, size, sha256, pack, offset, metadata, link }) =>
    JSON.stringify({ path, size, sha256, pack: pack === undefined ? undefined : numbers.get(pack), offset, metadata, link }));
  const text = `{"packs":${JSON.stringify(packs)},"assets":[\n${lines.join(',\n')}\n]}\n`;
  if (assets.some(({ metadata }) => metadata !== undefined)) {
    checkReadable(Buffer.from(text));
  }
  return text;
}

function checkReadable(text: Buffer): void {
  try {
    manifestParts(text);
  } catch (error) {
    throw invalid('The metadata of the files is more than a version can hold.', error);
  }
}

/** Reads a manifest's text. Throws `invalid` with what is wrong: a manifest may come from anywhere, so nothing in it is believed. */
export function parseManifest(text: Buffer): StoredAsset[] {
  const { head, parts } = manifestParts(text);
  const whole = parsed(head);
  const { packs, assets } = isRecord(whole) ? whole : {};
  if (!isList(packs) || !packs.every(isDigest) || !isList(assets) || assets.length > 0) {
    throw invalid('it has no lists of packs and assets');
  }
  const known: StoredAsset[] = [];
  let previous = '';
  let isFirst = true;
  for (const part of parts) {
    const rows = parsed(part) as readonly unknown[];
    if (rows.length === 0 && !isFirst) {
      throw invalid('it is not JSON');
    }
    isFirst = false;
    for (const row of rows) {
      const asset = parseAsset(row, packs);
      if (asset.path <= previous) {
        throw invalid(`${JSON.stringify(asset.path)} is there twice or out of order`);
      }
      previous = asset.path;
      known.push(asset);
    }
  }
  const clash = fileThatIsFolder(known);
  if (clash !== undefined) {
    throw invalid(`${JSON.stringify(clash)} is a file and a folder`);
  }
  return known;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('it is not JSON', error);
  }
}

/** A path that is an asset and also the folder of another, out of assets in path order. */
export function fileThatIsFolder(assets: readonly StoredAsset[]): string | undefined {
  const folders = new Set<string>();
  let last = '';
  for (const { path } of assets) {
    const end = path.lastIndexOf('/');
    if (end > 0 && !(end === last.length && path.startsWith(last))) {
      last = path.slice(0, end);
      for (let folder = last; folder !== '' && !folders.has(folder); folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
        folders.add(folder);
      }
    }
  }
  return Array.from(folders).find((folder) => assets[positionOf(assets, folder)]?.path === folder);
}

/** Of the first of `assets`, which are in path order, whose path is not before `path`. */
export function positionOf(assets: readonly StoredAsset[], path: string): number {
  let low = 0;
  let high = assets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((assets[middle]?.path ?? '') < path) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function parseAsset(row: unknown, packs: readonly string[]): StoredAsset {
  if (!isRecord(row)) {
    throw invalid('an asset is not an object');
  }
  const { path, size, sha256, pack, offset, metadata, link } = row;
  if (typeof path !== 'string') {
    throw invalid('an asset has no path');
  }
  const problem = pathProblem(path);
  if (problem !== undefined) {
    throw invalid(`${JSON.stringify(path.slice(0, 300))}: ${problem}`);
  }
  if (!isCount(size) || (metadata !== undefined && !isRecord(metadata))) {
    throw invalid(`${JSON.stringify(path)} has no proper size or metadata`);
  }
  const extra = metadata === undefined ? undefined : { metadata: metadata as JsonObject };
  if (typeof link === 'string') {
    return { path, size, ...extra, link };
  }
  if (!isDigest(sha256)) {
    throw invalid(`${JSON.stringify(path)} has no digest`);
  }
  if (pack === undefined) {
    return { path, size, sha256, ...extra };
  }
  const packed = isCount(pack) ? packs[pack] : undefined;
  if (packed === undefined || !isCount(offset)) {
    throw invalid(`${JSON.stringify(path)} is in no known place`);
  }
  return { path, size, sha256, pack: packed, offset, ...extra };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isDigest = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
