import * as v from 'valibot';
import { invalid } from '../model/errors';
import type { JsonObject } from '../model/json';
import { pathProblem } from '../model/safePath';

/** An asset of a version that we logged. */
export interface ManifestAsset {
  readonly path: string;
  /** Where its bytes are below `files/`, by the rules of PhysicalNames; absent on remote assets, and on empty ones where the server takes none. */
  readonly file?: string;
  readonly size: number;
  readonly sha256?: string;
  readonly metadata?: JsonObject;
  readonly link?: string;
}

const FORMAT = 1;
/** Bytes: some hundred thousand files, or a tenth of it with much metadata. */
export const MOST_MANIFEST = 128 * 1024 * 1024;
/** Characters. Empty objects take twenty times the memory of their text: in longer texts they are counted before they are made. */
const SMALL = 8 * 1024 * 1024;
const LEAST_OBJECT = 16;
/** Millions of wrong rows would have millions of issues. */
const FIRST_ISSUE = { abortEarly: true } as const;

const SafePath = v.pipe(v.string(), v.check((path) => pathProblem(path) === undefined, 'is no safe path'));
const Metadata = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'is no JSON object');
const Shape = v.object({
  format: v.literal(FORMAT),
  assets: v.array(v.object({
    path: SafePath,
    file: v.exactOptional(SafePath),
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    sha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, 'is no SHA-256'))),
    metadata: v.exactOptional(Metadata),
    link: v.exactOptional(v.string()),
  })),
});

const byPath = (a: ManifestAsset, b: ManifestAsset): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** One asset a line, by path. */
export function formatManifest(assets: readonly ManifestAsset[]): string {
  const lines = [...assets].sort(byPath).map(({ path, file, size, sha256, metadata, link }) => JSON.stringify({ path, file, size, sha256, metadata, link }));
  return `{"format":${FORMAT},"assets":[\n${lines.join(',\n')}\n]}\n`;
}

/** Assets by path. Throws `invalid` with what is wrong: anybody may write to a run. */
export function parseManifest(text: string): readonly ManifestAsset[] {
  if (text.length > SMALL && objectsIn(text) * LEAST_OBJECT > text.length) {
    throw invalid('it has more objects than files could have');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('it is not JSON', error);
  }
  const result = v.safeParse(Shape, value, FIRST_ISSUE);
  if (!result.success) {
    const [issue] = result.issues;
    throw invalid(`${v.getDotPath(issue) ?? 'it'} ${issue.message}`);
  }
  const assets = [...result.output.assets].sort(byPath);
  assets.forEach((asset, index) => {
    if (asset.path === assets[index - 1]?.path) {
      throw invalid(`${JSON.stringify(asset.path)} is there twice`);
    }
    if (asset.link === undefined && ((asset.file === undefined && asset.size > 0) || asset.sha256 === undefined)) {
      throw invalid(`${JSON.stringify(asset.path)} has neither bytes nor a link`);
    }
  });
  return assets;
}

function objectsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    count += code === 0x7b || code === 0x5b ? 1 : 0;
  }
  return count;
}
