import fs from 'node:fs';
import * as path from 'node:path';
import { isMissing } from './fileErrors';
import type { Layout } from './layout';
import { Lock } from './lock';
import { namesIn } from './records';
import type { Work } from './work';

const FILE = 'claims';

/** Held for the moment in which a removal deletes bytes. */
export const freeingLock = (layout: Layout): Lock => new Lock(path.join(layout.locks, 'freeing'));

/** What a version being written relies on. Removal leaves it alone. */
export class Claims {
  private readonly claimed = new Set<string>();

  constructor(
    private readonly layout: Layout,
    private readonly folder: string,
  ) {}

  /**
   * After this, what exists of `digests` (objects and packs) stays as long as the folder does. A removal that began before may not
   * have seen the claim, so it is waited for; one that begins later sees it.
   */
  add(digests: Iterable<string>, work: Work): void {
    const fresh = [...new Set(digests)].filter((digest) => !this.claimed.has(digest));
    if (fresh.length === 0) {
      return;
    }
    fs.appendFileSync(path.join(this.folder, FILE), fresh.map((digest) => `${digest}\n`).join(''));
    freeingLock(this.layout).waitWhileHeld(work);
    for (const digest of fresh) {
      this.claimed.add(digest);
    }
  }
}

/** Everything that versions being written rely on now; writers in the folders `gone` write no more. */
export function allClaims(layout: Layout, gone: readonly string[] = []): Set<string> {
  const claims = new Set<string>();
  for (const folder of namesIn(layout.tmp).map((name) => path.join(layout.tmp, name)).filter((place) => !gone.includes(place))) {
    for (const digest of readClaims(path.join(folder, FILE))) {
      claims.add(digest);
    }
  }
  return claims;
}

function readClaims(file: string): string[] {
  try {
    return fs.readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    // A plain file in tmp/, or a writer that has just ended.
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
