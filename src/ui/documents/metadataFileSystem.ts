import * as vscode from 'vscode';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { invalid, isArtifactError } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { runOfFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import { includes } from '../tree/changeBatch';
import { fileSystemError } from './fileSystemError';
import { readMetadata } from './metadataText';
import { runFacts } from './runText';
import type { Connections } from '../services';
import { versionOf } from './uris';

interface Environment {
  readonly connections: Connections;
  explain(error: unknown): string;
}

/** What an open document was made from, so that it changes exactly when the metadata does. */
interface Seen {
  readonly metadata: string;
  /** As the user wrote it, once saved. */
  readonly text: string;
  readonly mtime: number;
}

/** For `artifact-metadata:`, through which the metadata of a version is a JSON document that can be edited and saved, and what is told of a run one to read. */
export function createMetadataFileSystem(environment: Environment): vscode.FileSystemProvider & vscode.Disposable {
  return new MetadataFileSystem(environment);
}

class MetadataFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly watched = new Map<string, vscode.Uri>();
  private readonly seen = new Map<string, Seen>();
  private readonly subscription: vscode.Disposable;

  readonly onDidChangeFile = this.changes.event;

  constructor(private readonly environment: Environment) {
    this.subscription = environment.connections.onDidChange((change) => void this.tellChanged(change));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await this.at(uri, async (ref) => {
      const { text, mtime } = await this.look(uri, ref);
      const provider = await this.environment.connections.get(ref.connection);
      const stat = { type: vscode.FileType.File, ctime: 0, mtime, size: Buffer.byteLength(text) };
      return !canEdit(provider, ref) ? { ...stat, permissions: vscode.FilePermission.Readonly } : stat;
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await this.at(uri, async (ref) => Buffer.from((await this.look(uri, ref)).text));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await this.at(uri, async (ref) => {
      const text = Buffer.from(content).toString();
      const read = readMetadata(text);
      if (read.kind === 'problem') {
        throw invalid(read.sentence);
      }
      const provider = await this.environment.connections.get(ref.connection);
      if (provider.label === undefined || !canEdit(provider, ref)) {
        throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('Metadata cannot be edited here.'));
      }
      const version = await provider.label(ref, { metadata: read.metadata });
      this.seen.set(uri.toString(), { metadata: JSON.stringify(version.metadata), text, mtime: Date.now() });
      this.environment.connections.changed({ connection: ref.connection, workspace: ref.workspace, artifact: ref.artifact });
    });
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    this.watched.set(uri.toString(), uri);
    return new vscode.Disposable(() => {
      this.watched.delete(uri.toString());
      this.seen.delete(uri.toString());
    });
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw onlyText();
  }

  delete(): never {
    throw onlyText();
  }

  rename(): never {
    throw onlyText();
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }

  private async at<T>(uri: vscode.Uri, work: (ref: VersionRef) => Promise<T>): Promise<T> {
    const ref = versionOf(uri);
    if (ref === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      return await work(ref);
    } catch (error) {
      throw fileSystemError(error, uri, (each) => this.environment.explain(each));
    }
  }

  private async look(uri: vscode.Uri, ref: VersionRef): Promise<Seen> {
    const provider = await this.environment.connections.get(ref.connection);
    const { metadata: now, created } = await factsOf(provider, ref);
    const metadata = JSON.stringify(now);
    const before = this.seen.get(uri.toString());
    if (before?.metadata === metadata) {
      return before;
    }
    // The first look has a time that a reload of the window gives again, so that an unsaved document goes on without a conflict.
    const seen = { metadata, text: pretty(now), mtime: before === undefined ? created : Date.now() };
    this.seen.set(uri.toString(), seen);
    return seen;
  }

  private async tellChanged(change: Change): Promise<void> {
    for (const [key, uri] of this.watched) {
      const ref = versionOf(uri);
      if (ref !== undefined && includes(change, ref)) {
        const before = this.seen.get(key);
        const type = await this.changeOf(uri, ref, before);
        if (type !== undefined) {
          this.changes.fire([{ type, uri }]);
        }
      }
    }
  }

  private async changeOf(uri: vscode.Uri, ref: VersionRef, before: Seen | undefined): Promise<vscode.FileChangeType | undefined> {
    try {
      return await this.look(uri, ref) === before ? undefined : vscode.FileChangeType.Changed;
    } catch (error) {
      return isArtifactError(error, 'notFound') ? vscode.FileChangeType.Deleted : undefined;
    }
  }
}

/** Of a run, all that is told of it. */
async function factsOf(provider: Provider, ref: VersionRef): Promise<Pick<ArtifactVersion, 'metadata' | 'created'>> {
  const run = runOfFiles(ref);
  const details = run && await provider.run?.(run);
  return details === undefined ? await provider.version(ref) : { metadata: runFacts(details), created: details.started };
}

const canEdit = (provider: Provider, ref: VersionRef): boolean => provider.label !== undefined && vscode.workspace.isTrusted && runOfFiles(ref) === undefined;

const pretty = (metadata: JsonObject): string => `${JSON.stringify(metadata, undefined, 2)}\n`;

const onlyText = (): vscode.FileSystemError => vscode.FileSystemError.NoPermissions(vscode.l10n.t('The metadata of a version is edited as text.'));
