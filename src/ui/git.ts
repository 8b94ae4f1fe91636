import * as path from 'node:path';
import * as vscode from 'vscode';
import { withoutCredentials } from '../model/gitRemote';
import type { JsonObject } from '../model/json';
import { readSettings } from './settings';

/** What we use of the API of the built-in extension `vscode.git`, version 1. */
export interface GitApi {
  readonly state: 'uninitialized' | 'initialized';
  readonly onDidChangeState: vscode.Event<unknown>;
  readonly repositories: readonly GitRepository[];
  getRepository(uri: vscode.Uri): GitRepository | null;
}

interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
    readonly remotes: readonly { readonly name: string; readonly fetchUrl?: string }[];
    readonly mergeChanges: readonly GitChange[];
    readonly indexChanges: readonly GitChange[];
    readonly workingTreeChanges: readonly GitChange[];
    readonly untrackedChanges?: readonly GitChange[];
  };
  status(): Promise<void>;
  /** Rejects when the repository does not have it. */
  getCommit(ref: string): Promise<unknown>;
}

interface GitChange {
  readonly uri: vscode.Uri;
  readonly status: number;
}

const UNTRACKED = 7;
const PATIENCE_MS = 3000;

/**
 * Commit, branch, uncommitted changes, remote and place of the files, for the metadata of what is logged. Nothing when they are in
 * no repository, when the setting says so, or when Git takes too long: it is never waited for.
 */
export async function gitMetadata(files: readonly string[]): Promise<JsonObject | undefined> {
  const [first] = files;
  if (first === undefined || !vscode.workspace.isTrusted || !readSettings().gitMetadata) {
    return undefined;
  }
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS, undefined).unref());
  return Promise.race([read(files, first).catch(() => undefined), patience]);
}

async function read(files: readonly string[], first: string): Promise<JsonObject | undefined> {
  const repository = (await gitApi())?.getRepository(vscode.Uri.file(first));
  if (repository === undefined || repository === null) {
    return undefined;
  }
  await repository.status();
  const { state } = repository;
  const commit = state.HEAD?.commit;
  if (commit === undefined) {
    return undefined;
  }
  const remote = (state.remotes.find((each) => each.name === 'origin') ?? state.remotes[0])?.fetchUrl;
  const places = files.map((file) => placeIn(repository.rootUri.fsPath, file)).filter((place) => place !== undefined);
  return {
    commit,
    ...(state.HEAD?.name !== undefined && { branch: state.HEAD.name }),
    dirty: isDirty(repository, files),
    ...(remote !== undefined && { remote: withoutCredentials(remote) }),
    ...(places.length === 1 ? { path: places[0] ?? '.' } : { paths: places }),
  };
}

export async function gitApi(): Promise<GitApi | undefined> {
  const extension = vscode.extensions.getExtension<{ readonly enabled: boolean; getAPI(version: 1): GitApi }>('vscode.git');
  if (extension === undefined) {
    return undefined;
  }
  const git = extension.isActive ? extension.exports : await extension.activate();
  if (!git.enabled) {
    return undefined;
  }
  const api = git.getAPI(1);
  if (api.state !== 'initialized') {
    await new Promise<void>((resolve) => {
      const subscription = api.onDidChangeState(() => {
        subscription.dispose();
        resolve();
      });
      setTimeout(resolve, PATIENCE_MS).unref();
    });
  }
  return api;
}

/** The commit tells the whole truth unless a file that it knows was changed, or one that is logged is not in it. */
function isDirty({ state }: GitRepository, files: readonly string[]): boolean {
  const isLogged = (change: GitChange): boolean => files.some((file) => placeIn(file, change.uri.fsPath) !== undefined);
  const counts = (change: GitChange): boolean => change.status !== UNTRACKED || isLogged(change);
  return [state.mergeChanges, state.indexChanges, state.workingTreeChanges, state.untrackedChanges ?? []].some((changes) => changes.some(counts));
}

/** The path of `file` inside `folder`, `.` for the folder itself; nothing for a file outside. */
function placeIn(folder: string, file: string): string | undefined {
  const place = path.relative(folder, file);
  if (place === '..' || place.startsWith(`..${path.sep}`) || path.isAbsolute(place)) {
    return undefined;
  }
  return place === '' ? '.' : place.split(path.sep).join('/');
}
