import type { Artifact, ArtifactRef, ArtifactVersion, Asset, Entry, Run, RunRef, VersionRef } from '../../model/artifact';
import { assetType } from '../../model/assetType';
import type { StoredFolder } from '../../store/assetTree';
import type { ArtifactFacts, VersionFacts } from '../../store/catalog';
import type { ArtifactName, VersionName } from '../../store/layout';
import type { StoredAsset } from '../../store/manifest';
import type { RemovalFacts } from '../../store/removal';
import type { RunRecord } from '../../store/records';
import type { RunName } from '../../store/runs';
import type { Removal } from '../provider';

/** Refs as the store knows them, without anything else that an object may carry. */
export const plain = {
  artifact: ({ workspace, artifact }: ArtifactRef): ArtifactName => ({ workspace, artifact }),
  version: ({ workspace, artifact, version }: VersionRef): VersionName => ({ workspace, artifact, version }),
  run: ({ workspace, run }: RunRef): RunName => ({ workspace, run }),
};

/** What the store says, in the words of the model. */
export class Rows {
  constructor(private readonly connection: string) {}

  artifact(row: ArtifactFacts): Artifact {
    return { connection: this.connection, ...row };
  }

  version({ producer, ...row }: VersionFacts): ArtifactVersion {
    return { connection: this.connection, ...row, producer: producer === undefined ? undefined : { connection: this.connection, ...producer } };
  }

  entry(version: VersionName, row: StoredFolder | StoredAsset): Entry {
    if (!('assets' in row)) {
      return this.asset(version, row);
    }
    const { workspace, artifact, version: number } = version;
    const { path, assets, bytes } = row;
    return { connection: this.connection, workspace, artifact, version: number, path, kind: 'folder', assets, bytes };
  }

  asset({ workspace, artifact, version }: VersionName, { path, size, sha256, metadata, link }: StoredAsset): Asset {
    return { connection: this.connection, workspace, artifact, version, path, kind: 'asset', size, sha256, type: assetType(path), metadata, link };
  }

  run({ workspace, run, name, status, started, ended }: RunRecord): Run {
    return { connection: this.connection, workspace, run, name, status, started, ended };
  }

  removal({ aliases, consumers, bytesFreed }: RemovalFacts): Removal {
    return { aliases, bytesFreed, consumers: consumers.map((run) => this.run(run)) };
  }
}
