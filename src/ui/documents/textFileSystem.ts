import * as vscode from 'vscode';
import type { WorkspaceRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { isArtifactError } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { includes } from '../tree/changeBatch';
import type { Connections } from '../services';
import { fileSystemError } from './fileSystemError';

export interface TextEnvironment {
  readonly connections: Connections;
  explain(error: unknown): string;
}

/** What a document is made from: it changes exactly when that does. */
export interface Source {
  readonly value: string;
  readonly text: string;
  /** Milliseconds since 1970; the same after a reload of the window, so that an unsaved document goes on without a conflict. */
  readonly created: number;
}

/** Texts of one kind that back ends keep. */
export interface TextKind<R extends WorkspaceRef> {
  /** What a URI is about; nothing for one of another kind. */
  refOf(uri: vscode.Uri): R | undefined;
  read(provider: Provider, ref: R): Promise<Source>;
  canEdit(provider: Provider, ref: R): boolean;
  /** Answers the value that is read from now on. */
  write(provider: Provider, ref: R, text: string): Promise<string>;
  /** What others are told of after a write. */
  changeOf(ref: R): Change;
  /** Says that this cannot be edited here. */
  readonly noEdit: () => string;
  /** Says that this is a text, and no folder or file to move. */
  readonly onlyText: () => string;
}

interface Seen {
  readonly value: string;
  /** As the user wrote it, once saved. */
  readonly text: string;
  readonly mtime: number;
}

/** Shows texts of a kind as documents that can be edited and saved. */
export class TextFileSystem<R extends WorkspaceRef> implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly watched = new Map<string, vscode.Uri>();
  private readonly seen = new Map<string, Seen>();
  private readonly subscription: vscode.Disposable;

  readonly onDidChangeFile = this.changes.event;

  constructor(
    private readonly kind: TextKind<R>,
    private readonly environment: TextEnvironment,
  ) {
    this.subscription = environment.connections.onDidChange((change) => void this.tellChanged(change));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await this.at(uri, async (ref, provider) => {
      const { text, mtime } = await this.look(uri, ref, provider);
      const stat = { type: vscode.FileType.File, ctime: 0, mtime, size: Buffer.byteLength(text) };
      return this.canEdit(provider, ref) ? stat : { ...stat, permissions: vscode.FilePermission.Readonly };
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await this.at(uri, async (ref, provider) => Buffer.from((await this.look(uri, ref, provider)).text));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await this.at(uri, async (ref, provider) => {
      if (!this.canEdit(provider, ref)) {
        throw vscode.FileSystemError.NoPermissions(this.kind.noEdit());
      }
      const text = Buffer.from(content).toString();
      const value = await this.kind.write(provider, ref, text);
      this.seen.set(uri.toString(), { value, text, mtime: Date.now() });
      this.environment.connections.changed(this.kind.changeOf(ref));
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
    throw this.onlyText();
  }

  delete(): never {
    throw this.onlyText();
  }

  rename(): never {
    throw this.onlyText();
  }

  dispose(): void {
    this.subscription.dispose();
    this.changes.dispose();
  }

  private canEdit(provider: Provider, ref: R): boolean {
    return vscode.workspace.isTrusted && this.kind.canEdit(provider, ref);
  }

  private onlyText(): vscode.FileSystemError {
    return vscode.FileSystemError.NoPermissions(this.kind.onlyText());
  }

  private async at<T>(uri: vscode.Uri, work: (ref: R, provider: Provider) => Promise<T>): Promise<T> {
    const ref = this.kind.refOf(uri);
    if (ref === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      return await work(ref, await this.environment.connections.get(ref.connection));
    } catch (error) {
      throw fileSystemError(error, uri, (each) => this.environment.explain(each));
    }
  }

  private async look(uri: vscode.Uri, ref: R, provider: Provider): Promise<Seen> {
    const { value, text, created } = await this.kind.read(provider, ref);
    const before = this.seen.get(uri.toString());
    if (before?.value === value) {
      return before;
    }
    const seen = { value, text, mtime: before === undefined ? created : Date.now() };
    this.seen.set(uri.toString(), seen);
    return seen;
  }

  private async tellChanged(change: Change): Promise<void> {
    for (const [key, uri] of this.watched) {
      const ref = this.kind.refOf(uri);
      if (ref !== undefined && includes(change, ref)) {
        const before = this.seen.get(key);
        const type = await this.changeOf(uri, ref, before);
        if (type !== undefined) {
          this.changes.fire([{ type, uri }]);
        }
      }
    }
  }

  private async changeOf(uri: vscode.Uri, ref: R, before: Seen | undefined): Promise<vscode.FileChangeType | undefined> {
    try {
      return await this.look(uri, ref, await this.environment.connections.get(ref.connection)) === before ? undefined : vscode.FileChangeType.Changed;
    } catch (error) {
      return isArtifactError(error, 'notFound') ? vscode.FileChangeType.Deleted : undefined;
    }
  }
}
