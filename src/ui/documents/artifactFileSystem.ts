import * as vscode from 'vscode';
import type { AssetRef, Entry, VersionRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError } from '../../model/errors';
import { isRunFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import { includes } from '../tree/changeBatch';
import { fileSystemError } from './fileSystemError';
import { previewProblem } from './previewProblem';
import { readAsset, readGrowing } from './readAsset';
import type { Connections } from '../services';
import { readSettings } from '../settings';
import { placeOf, segmentOf, versionOf, type Place } from './uris';

interface Environment {
  readonly connections: Connections;
  explain(error: unknown): string;
}

/** For `artifact:`, through which editors and viewers read assets where they are, without a download. */
export function createArtifactFileSystem(environment: Environment): vscode.FileSystemProvider & vscode.Disposable {
  return new ArtifactFileSystem(environment);
}

class ArtifactFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly watched = new Map<string, vscode.Uri>();
  private readonly closing = new AbortController();
  private readonly subscription: vscode.Disposable;
  /** One reading for all who want the same asset at once: the editor, the language, the search. */
  private readonly reading = new Map<string, Promise<Uint8Array>>();

  readonly onDidChangeFile = this.changes.event;

  constructor(private readonly environment: Environment) {
    this.subscription = environment.connections.onDidChange((change) => void this.tellChanged(change));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await this.at(uri, async (place, provider, call) => {
      const folder = { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0, permissions: vscode.FilePermission.Readonly };
      if (place.kind !== 'entry') {
        return folder;
      }
      const { created } = await provider.version(place, call);
      // A version never changes, so its time is the time of all that is in it. What a run wrote it may write again, at a time nobody tells.
      const times = { ctime: created, mtime: isRunFiles(place) ? Date.now() : created };
      if (place.path === '') {
        return { ...folder, ...times };
      }
      const entry = await provider.entry(place, call);
      return entry.kind === 'folder' ? { ...folder, ...times } : { ...folder, ...times, type: vscode.FileType.File, size: entry.size };
    });
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return await this.at(uri, async (place, provider, call) => {
      const names: [string, vscode.FileType][] = [];
      for await (const [name, type] of listed(place, provider, call)) {
        names.push([name, type]);
      }
      return names;
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const key = uri.with({ query: '', fragment: '' }).toString();
    const reading = this.reading.get(key) ?? this.at(uri, (place, provider, call) => this.bytes(uri, place, provider, call)).finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    return await reading;
  }

  /** Open editors ask for it: an asset goes when its version is deleted, and only the files of a run change. */
  watch(uri: vscode.Uri): vscode.Disposable {
    this.watched.set(uri.toString(), uri);
    return new vscode.Disposable(() => this.watched.delete(uri.toString()));
  }

  createDirectory(uri: vscode.Uri): never {
    throw immutable(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw immutable(uri);
  }

  delete(uri: vscode.Uri): never {
    throw immutable(uri);
  }

  rename(uri: vscode.Uri): never {
    throw immutable(uri);
  }

  dispose(): void {
    this.closing.abort();
    this.subscription.dispose();
    this.changes.dispose();
  }

  private async at<T>(uri: vscode.Uri, work: (place: Place, provider: Provider, call: { readonly signal: AbortSignal }) => Promise<T>): Promise<T> {
    const place = placeOf(uri);
    if (place === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      return await work(place, await this.environment.connections.get(place.connection), { signal: this.closing.signal });
    } catch (error) {
      throw isAbort(error) ? new vscode.CancellationError() : fileSystemError(error, uri, (each) => this.environment.explain(each));
    }
  }

  private async bytes(uri: vscode.Uri, place: Place, provider: Provider, call: { readonly signal: AbortSignal }): Promise<Uint8Array> {
    const entry: Entry | undefined = place.kind === 'entry' && place.path !== '' ? await provider.entry(place, call) : undefined;
    if (entry?.kind !== 'asset') {
      throw vscode.FileSystemError.FileIsADirectory(uri);
    }
    const problem = previewProblem(entry);
    if (problem !== undefined) {
      throw vscode.FileSystemError.Unavailable(problem);
    }
    return isRunFiles(entry) ? await readGrowing(entry, provider, readSettings().previewBytes, call) : await readAsset(entry, provider, call);
  }

  private async tellChanged(change: Change): Promise<void> {
    for (const uri of this.watched.values()) {
      const version = versionOf(uri);
      if (version === undefined || !includes(change, version)) {
        continue;
      }
      if (await this.isGone(version)) {
        this.changes.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
      } else if (isRunFiles(version)) {
        this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
      }
    }
  }

  private async isGone(version: VersionRef): Promise<boolean> {
    try {
      await (await this.environment.connections.get(version.connection)).version(version, { signal: this.closing.signal });
      return false;
    } catch (error) {
      return isArtifactError(error, 'notFound');
    }
  }
}

/** What is in a folder; above the versions, the names that lead to them, so that breadcrumbs can go up and down. */
async function* listed(place: Place, provider: Provider, call: { readonly signal: AbortSignal }): AsyncGenerator<[string, vscode.FileType], void, undefined> {
  switch (place.kind) {
    case 'connection':
      for await (const { workspace } of provider.workspaces(call)) {
        yield [segmentOf(workspace), vscode.FileType.Directory];
      }
      return;
    case 'workspace':
      for await (const { artifact } of provider.artifacts(place, call)) {
        yield [segmentOf(artifact), vscode.FileType.Directory];
      }
      return;
    case 'artifact':
      if (isRunFiles(place)) {
        // Too many to choose from; the tree has them in order.
        return;
      }
      for await (const { version } of provider.versions(place, call)) {
        yield [segmentOf(version), vscode.FileType.Directory];
      }
      return;
    case 'entry':
      for await (const { kind, path } of provider.entries(folderOf(place), call)) {
        yield [path.slice(path.lastIndexOf('/') + 1), kind === 'folder' ? vscode.FileType.Directory : vscode.FileType.File];
      }
  }
}

const folderOf = ({ connection, workspace, artifact, version, path }: AssetRef): AssetRef => ({ connection, workspace, artifact, version, path });

function immutable(uri: vscode.Uri): vscode.FileSystemError {
  const version = versionOf(uri);
  if (version !== undefined && isRunFiles(version)) {
    return vscode.FileSystemError.NoPermissions(vscode.l10n.t('The files of a run can only be read here.'));
  }
  return vscode.FileSystemError.NoPermissions(vscode.l10n.t('What is in a version never changes. Log a new version to replace “{0}”.', uri.path.slice(uri.path.lastIndexOf('/') + 1)));
}
