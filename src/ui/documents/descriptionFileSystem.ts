import * as vscode from 'vscode';
import type { ExperimentRef, RunRef } from '../../model/artifact';
import type { Change } from '../../model/change';
import { isArtifactError } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { includes } from '../tree/changeBatch';
import type { Connections } from '../services';
import { fileSystemError } from './fileSystemError';
import { describedBy } from './uris';

interface Environment {
  readonly connections: Connections;
  explain(error: unknown): string;
}

interface Seen {
  readonly text: string;
  readonly mtime: number;
}

type Described = RunRef | ExperimentRef;

/** For `artifact-description:`, through which what is written about a run or an experiment is a Markdown document that can be edited and saved. */
export function createDescriptionFileSystem(environment: Environment): vscode.FileSystemProvider & vscode.Disposable {
  return new DescriptionFileSystem(environment);
}

class DescriptionFileSystem implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly watched = new Map<string, vscode.Uri>();
  private readonly seen = new Map<string, Seen>();
  private readonly subscription: vscode.Disposable;

  readonly onDidChangeFile = this.changes.event;

  constructor(private readonly environment: Environment) {
    this.subscription = environment.connections.onDidChange((change) => void this.tellChanged(change));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await this.at(uri, async (ref, provider) => {
      const { text, mtime } = await this.look(uri, ref, provider);
      const stat = { type: vscode.FileType.File, ctime: 0, mtime, size: Buffer.byteLength(text) };
      return provider.runEditing === undefined || !vscode.workspace.isTrusted ? { ...stat, permissions: vscode.FilePermission.Readonly } : stat;
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await this.at(uri, async (ref, provider) => Buffer.from((await this.look(uri, ref, provider)).text));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await this.at(uri, async (ref, provider) => {
      const { runEditing } = provider;
      if (runEditing === undefined || !vscode.workspace.isTrusted) {
        throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('Descriptions cannot be edited here.'));
      }
      const text = Buffer.from(content).toString();
      await ('run' in ref ? runEditing.change(ref, { description: text }) : runEditing.describeExperiment(ref, text));
      this.seen.set(uri.toString(), { text, mtime: Date.now() });
      this.environment.connections.changed({ connection: ref.connection, workspace: ref.workspace });
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

  private async at<T>(uri: vscode.Uri, work: (ref: Described, provider: Provider) => Promise<T>): Promise<T> {
    const ref = describedBy(uri);
    if (ref === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    try {
      return await work(ref, await this.environment.connections.get(ref.connection));
    } catch (error) {
      throw fileSystemError(error, uri, (each) => this.environment.explain(each));
    }
  }

  private async look(uri: vscode.Uri, ref: Described, provider: Provider): Promise<Seen> {
    const text = await descriptionOf(ref, provider);
    const before = this.seen.get(uri.toString());
    if (before?.text === text) {
      return before;
    }
    // The first look has a time that a reload of the window gives again, so that an unsaved document goes on without a conflict.
    const seen = { text, mtime: before === undefined ? 0 : Date.now() };
    this.seen.set(uri.toString(), seen);
    return seen;
  }

  private async tellChanged(change: Change): Promise<void> {
    for (const [key, uri] of this.watched) {
      const ref = describedBy(uri);
      if (ref !== undefined && includes(change, ref)) {
        const before = this.seen.get(key);
        const type = await this.changeOf(uri, ref, before);
        if (type !== undefined) {
          this.changes.fire([{ type, uri }]);
        }
      }
    }
  }

  private async changeOf(uri: vscode.Uri, ref: Described, before: Seen | undefined): Promise<vscode.FileChangeType | undefined> {
    try {
      return await this.look(uri, ref, await this.environment.connections.get(ref.connection)) === before ? undefined : vscode.FileChangeType.Changed;
    } catch (error) {
      return isArtifactError(error, 'notFound') ? vscode.FileChangeType.Deleted : undefined;
    }
  }
}

async function descriptionOf(ref: Described, provider: Provider): Promise<string> {
  return 'run' in ref ? (await provider.run?.(ref))?.description ?? '' : await provider.runEditing?.experimentDescription(ref) ?? '';
}

const onlyText = (): vscode.FileSystemError => vscode.FileSystemError.NoPermissions(vscode.l10n.t('A description is edited as text.'));
