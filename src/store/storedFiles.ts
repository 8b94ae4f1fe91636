import * as path from 'node:path';
import type { Layout } from './layout';
import { namesIn } from './records';

/** An object or a pack. */
export interface StoredFile {
  readonly kind: 'object' | 'pack';
  readonly digest: string;
  readonly file: string;
}

/** All objects and packs that there are. Files of other names are not ours. */
export function storedFiles(layout: Layout): StoredFile[] {
  const objects = namesIn(layout.objects).filter((start) => /^[0-9a-f]{2}$/.test(start)).flatMap((start) =>
    namesIn(path.join(layout.objects, start)).filter((rest) => /^[0-9a-f]{62}$/.test(rest)).map((rest) => start + rest));
  const packs = namesIn(layout.packs).flatMap((name) => /^([0-9a-f]{64})\.pack$/.exec(name)?.[1] ?? []);
  return [
    ...objects.map((digest) => ({ kind: 'object' as const, digest, file: layout.object(digest) })),
    ...packs.map((digest) => ({ kind: 'pack' as const, digest, file: layout.pack(digest) })),
  ];
}
