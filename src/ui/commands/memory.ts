import type { Memento } from 'vscode';
import type { ArtifactRef, VersionRef } from '../../model/artifact';

const LOGGED = 'artifacts.loggedPaths';
const DOWNLOADED = 'artifacts.downloadedFolders';
const WORKSPACES = 'artifacts.lastWorkspaces';
const FOLDER = 'artifacts.lastDownloadFolder';
const MOST = 200;

/** Which artifact a path was logged to, and which version a folder came from: what the next prompt offers first. */
export class Memory {
  constructor(private readonly state: { readonly workspaceState: Memento; readonly globalState: Memento }) {}

  artifactOf(places: readonly string[]): ArtifactRef | undefined {
    return this.read<ArtifactRef>(LOGGED)[keyOf(places)];
  }

  async logged(places: readonly string[], { connection, workspace, artifact }: ArtifactRef): Promise<void> {
    if (places.length > 0) {
      await this.write(LOGGED, keyOf(places), { connection, workspace, artifact });
    }
    await this.state.globalState.update(WORKSPACES, { ...this.state.globalState.get<Record<string, string>>(WORKSPACES), [connection]: workspace });
  }

  /** Paths that were logged to the artifact, the last one first. */
  placesOf(ref: ArtifactRef): readonly (readonly string[])[] {
    return Object.entries(this.read<ArtifactRef>(LOGGED))
      .filter(([, each]) => each.connection === ref.connection && each.workspace === ref.workspace && each.artifact === ref.artifact)
      .map(([key]) => JSON.parse(key) as string[])
      .reverse();
  }

  versionIn(folder: string): VersionRef | undefined {
    return this.read<VersionRef>(DOWNLOADED)[folder];
  }

  /** Folders that the version was downloaded to, the last one first. */
  foldersOf(ref: VersionRef): readonly string[] {
    return Object.entries(this.read<VersionRef>(DOWNLOADED))
      .filter(([, each]) => each.connection === ref.connection && each.workspace === ref.workspace && each.artifact === ref.artifact && each.version === ref.version)
      .map(([folder]) => folder)
      .reverse();
  }

  async downloaded(folder: string, { connection, workspace, artifact, version }: VersionRef): Promise<void> {
    await this.write(DOWNLOADED, folder, { connection, workspace, artifact, version });
  }

  workspaceOn(connection: string): string | undefined {
    return this.state.globalState.get<Record<string, string>>(WORKSPACES)?.[connection];
  }

  get downloadFolder(): string | undefined {
    return this.state.globalState.get<string>(FOLDER);
  }

  async downloadedTo(folder: string): Promise<void> {
    await this.state.globalState.update(FOLDER, folder);
  }

  private read<T>(key: string): Readonly<Record<string, T>> {
    return this.state.workspaceState.get<Record<string, T>>(key, {});
  }

  /** The newest stand last, and the oldest are forgotten. */
  private async write(key: string, name: string, value: unknown): Promise<void> {
    const { [name]: _, ...others } = this.read<unknown>(key);
    await this.state.workspaceState.update(key, Object.fromEntries([...Object.entries(others), [name, value]].slice(-MOST)));
  }
}

const keyOf = (places: readonly string[]): string => JSON.stringify([...places].sort());
