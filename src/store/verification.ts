import * as path from 'node:path';
import { type Bytes, ByteChecks } from './byteChecks';
import type { Finding } from './finding';
import { KnownDamage } from './knownDamage';
import type { Layout } from './layout';
import { placeOf } from './objects';
import { checkRecords, soundVersions } from './recordChecks';
import type { Store } from './store';
import type { Work } from './work';

export interface Verification {
  /** Live versions whose lists of files are right. */
  readonly versions: number;
  /** Objects and packs that were read. */
  readonly files: number;
  readonly bytes: number;
  /** By file. */
  readonly findings: readonly Finding[];
}

/** Reads every record and every byte of a store against its digest. Changes nothing but what is remembered of damage, and may run while others log and delete. */
export function verifyStore({ layout }: Store, work: Work): Verification {
  const findings: Finding[] = [];
  const bytes = new ByteChecks(layout);
  let versions = 0;
  for (const { assets } of checkRecords(layout, ({ problem, file, of }) => findings.push({ problem, file: within(layout, file), of, assets: [] }), work)) {
    versions++;
    assets.forEach((asset) => bytes.expect(asset));
  }
  const read = bytes.check(work);
  new KnownDamage(layout).settle(new Set(read.wrong.keys()));
  findings.push(...concerning(layout, read, work));
  return { versions, files: read.files, bytes: read.bytes, findings: findings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)) };
}

/** Which versions and assets have bytes that are wrong. Looks again: a version may have been deleted meanwhile, with what it needed. */
function concerning(layout: Layout, { wrong, isWrong }: Bytes, work: Work): Finding[] {
  if (wrong.size === 0) {
    return [];
  }
  const findings: Finding[] = [];
  const named = new Set<string>();
  for (const { name, assets } of soundVersions(layout, work)) {
    const lost = Map.groupBy(assets.filter(isWrong), (asset) => placeOf(layout, asset)?.file ?? '');
    for (const [file, some] of lost) {
      named.add(file);
      findings.push({ problem: wrong.get(file) ?? 'damaged', file: within(layout, file), of: name, assets: some.map((asset) => asset.path) });
    }
  }
  // What nobody needs may be damaged, but not missing.
  const others = [...wrong].filter(([file, problem]) => problem === 'damaged' && !named.has(file));
  return [...findings, ...others.map(([file, problem]) => ({ problem, file: within(layout, file), assets: [] }))];
}

const within = ({ root }: Layout, file: string): string => path.relative(root, file).split(path.sep).join('/');
