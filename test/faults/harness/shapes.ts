import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** A folder that people log: one large file, many small ones, or both. */
export type Shape = 'one large file' | 'many small files' | 'files of all sizes';

export const SHAPES: readonly Shape[] = ['one large file', 'many small files', 'files of all sizes'];

interface SourceFile {
  readonly path: string;
  readonly size: number;
}

const KIB = 1024;

export function filesOf(shape: Shape): readonly SourceFile[] {
  switch (shape) {
    case 'one large file':
      return [{ path: 'model.bin', size: 6 * KIB * KIB + 1 }];
    case 'many small files':
      return Array.from({ length: 150 }, (_, index) => ({ path: `part-${index % 7}/row-${index}.json`, size: 100 + index * 37 }));
    case 'files of all sizes':
      return [
        ...Array.from({ length: 12 }, (_, index) => ({ path: `images/${index}.png`, size: 70 * KIB + index * 30_011 })),
        ...Array.from({ length: 30 }, (_, index) => ({ path: `labels/${index}.txt`, size: index * 13 })),
        { path: 'weights.pt', size: 3 * KIB * KIB },
      ];
  }
}

/** Bytes that follow from their seed alone, so that whoever reads them knows what they have to be. */
export const seededBytes = (size: number, seed: string): Buffer => Buffer.alloc(size, `${seed}\n`);

/** Writes the shape's files below `folder`; every second one differs from round to round, the others stay. */
export function writeShape(folder: string, shape: Shape, round: number): { readonly path: string; readonly file: string }[] {
  return filesOf(shape).map(({ path: logical, size }, index) => {
    const file = path.join(folder, logical);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, seededBytes(size, seedOf(logical, index, round)));
    return { path: logical, file };
  });
}

/** Tells the SHA-256 of what `writeShape` writes in a round, by path. */
export function expectations(shape: Shape): (round: number) => ReadonlyMap<string, string> {
  const known = new Map<number, ReadonlyMap<string, string>>();
  return (round) => {
    const digests = known.get(round) ?? new Map(filesOf(shape).map(({ path: logical, size }, index) =>
      [logical, createHash('sha256').update(seededBytes(size, seedOf(logical, index, round))).digest('hex')] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
    known.set(round, digests);
    return digests;
  };
}

const seedOf = (logical: string, index: number, round: number): string => `${logical} ${index % 2 === 0 ? round : 'always'}`;
