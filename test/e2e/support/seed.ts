import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ArtifactVersion, VersionRef } from '../../../src/model/artifact';
import type { Provider, RemoteAsset, VersionDraft } from '../../../src/providers/provider';
import { openProvider } from '../../../src/providers/registry';
import { fileSource } from '../../../src/store/localFiles';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The embedded store in a folder, as another process than the editor sees it. */
export async function openStore(folder: string): Promise<Provider> {
  return await openProvider(
    { kind: 'local', name: 'local', path: folder },
    { workerFile: path.resolve(__dirname, '../../../src/store/worker.js'), defaultWorkspace: 'ada', log: silent },
  );
}

export interface Seed extends Omit<VersionDraft, 'connection' | 'workspace' | 'version'> {
  readonly workspace?: string;
  readonly version?: VersionDraft['version'];
  /** Logical path → file of this machine. */
  readonly files: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly links?: readonly RemoteAsset[];
}

/** Logs a version without an editor. */
export async function log(provider: Provider, { files, links = [], workspace = 'ada', version = 'major', ...draft }: Seed): Promise<ArtifactVersion> {
  const writer = await provider.begin({ ...draft, connection: provider.connection, workspace, version });
  try {
    const rows = Array.isArray(files) ? files as readonly (readonly [string, string])[] : Object.entries(files);
    await writer.put(rows.map(([logical, file]) => fileSource({ path: logical, file, size: fs.statSync(file).size })));
    await writer.link(links);
    return await writer.commit();
  } finally {
    await writer.abandon();
  }
}

export const refOf = ({ connection, workspace, artifact, version }: ArtifactVersion): VersionRef => ({ connection, workspace, artifact, version });
