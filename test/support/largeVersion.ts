import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { Layout, type VersionName } from '../../src/store/layout';
import { byPath, formatManifest, type StoredAsset } from '../../src/store/manifest';
import { seal } from '../../src/store/sealed';
import { storeIn } from './stores';
import { writeFiles } from './temporaryFolder';

/** A version of many assets in one folder, their bytes left out: it can be listed and looked through, not read. */
export function writeLargeVersion(root: string, { workspace, artifact, version }: VersionName, count: number): void {
  storeIn(root);
  const assets = Array.from({ length: count }, (_, index): StoredAsset => ({
    path: `image ${index}.png`,
    size: 1_000 + index,
    sha256: createHash('sha256').update(String(index)).digest('hex'),
  })).sort(byPath);
  const manifest = formatManifest(assets);
  const place = new Layout(root).artifact({ workspace, artifact });
  writeFiles(place.folder, { 'artifact.json': seal({ workspace, artifact, type: 'dataset', tags: [], created: 0 }) });
  writeFiles(path.join(place.version(version)), {
    'manifest.json': manifest,
    'version.json': seal({
      workspace, artifact, version, type: 'dataset', tags: [], metadata: {}, created: 0,
      assets: count,
      bytes: assets.reduce((sum, { size }) => sum + size, 0),
      manifest: { bytes: Buffer.byteLength(manifest), sha256: createHash('sha256').update(manifest).digest('hex') },
    }),
  });
}
