import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ArtifactVersion } from '../../../src/model/artifact';
import { Layout } from '../../../src/store/layout';
import { seal } from '../../../src/store/sealed';

/**
 * Copies one version to many artifacts, each with many versions, in the files of the store: logging each, flushed and claimed, would
 * take hours. Returns the names of the artifacts.
 */
export function copyVersions(store: string, model: ArtifactVersion, { workspace, artifacts, versions }: {
  readonly workspace: string;
  readonly artifacts: number;
  readonly versions: number;
}): string[] {
  const layout = new Layout(store);
  const from = layout.artifact(model);
  const facts = recordIn(from.facts);
  const version = recordIn(path.join(from.version(model.version), 'version.json'));
  const manifest = fs.readFileSync(path.join(from.version(model.version), 'manifest.json'));
  return Array.from({ length: artifacts }, (_, index) => {
    const artifact = `experiment-${String(index + 1).padStart(4, '0')}`;
    const place = layout.artifact({ workspace, artifact });
    fs.mkdirSync(place.versions, { recursive: true });
    fs.writeFileSync(place.facts, seal({ ...facts, workspace, artifact }));
    for (let number = 1; number <= versions; number++) {
      const folder = place.version(`${number}.0.0`);
      fs.mkdirSync(folder);
      fs.writeFileSync(path.join(folder, 'manifest.json'), manifest);
      fs.writeFileSync(path.join(folder, 'version.json'), seal({ ...version, workspace, artifact, version: `${number}.0.0` }));
    }
    return artifact;
  });
}

/** What was sealed, without its seal. */
export function recordIn(file: string): object {
  const { sha256: _, ...record } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  return record;
}
