import * as path from 'node:path';
import { invalid } from '../model/errors';
import { encodeName, isPlainlyEncoded } from './fileName';

export interface ArtifactName {
  readonly workspace: string;
  readonly artifact: string;
}

export interface VersionName extends ArtifactName {
  readonly version: string;
}

/** Where everything stands: README.md draws the picture. */
export class Layout {
  readonly format: string;
  readonly objects: string;
  readonly packs: string;
  readonly workspaces: string;
  readonly runs: string;
  readonly lineage: string;
  readonly changes: string;
  readonly locks: string;
  /** See spare.ts. */
  readonly spare: string;
  readonly tmp: string;
  readonly cache: string;

  constructor(readonly root: string) {
    this.format = path.join(root, 'format.json');
    this.objects = path.join(root, 'objects', 'sha256');
    this.packs = path.join(root, 'packs');
    this.workspaces = path.join(root, 'workspaces');
    this.runs = path.join(root, 'runs');
    this.lineage = path.join(root, 'lineage');
    this.changes = path.join(root, 'changes');
    this.locks = path.join(root, 'locks');
    this.spare = path.join(this.locks, 'spare');
    this.tmp = path.join(root, 'tmp');
    this.cache = path.join(root, 'cache');
  }

  object(sha256: string): string {
    return path.join(this.objects, sha256.slice(0, 2), sha256.slice(2));
  }

  pack(sha256: string): string {
    return path.join(this.packs, `${sha256}.pack`);
  }

  workspace(workspace: string): string {
    return path.join(this.workspaces, encodeName(workspace));
  }

  artifact({ workspace, artifact }: ArtifactName): ArtifactLayout {
    return new ArtifactLayout(path.join(this.workspace(workspace), encodeName(artifact)));
  }

  run(id: string): string {
    return path.join(this.runs, `${id}.json`);
  }
}

export class ArtifactLayout {
  readonly facts: string;
  readonly versions: string;
  readonly aliases: string;
  readonly labels: string;
  readonly deleted: string;

  constructor(readonly folder: string) {
    this.facts = path.join(folder, 'artifact.json');
    this.versions = path.join(folder, 'versions');
    this.aliases = path.join(folder, 'aliases');
    this.labels = path.join(folder, 'labels');
    this.deleted = path.join(folder, 'deleted');
  }

  version(version: string): string {
    return path.join(this.versions, versionFileName(version));
  }

  alias(alias: string): string {
    return path.join(this.aliases, `${encodeName(alias)}.json`);
  }

  label(version: string): string {
    return path.join(this.labels, `${versionFileName(version)}.json`);
  }

  deletion(version: string): string {
    return path.join(this.deleted, `${versionFileName(version)}.json`);
  }
}

/** A version number can be read from its file name alone, always: listing needs no file of it. */
function versionFileName(version: string): string {
  if (!isPlainlyEncoded(version)) {
    throw invalid('The version number is too long.');
  }
  return encodeName(version);
}
