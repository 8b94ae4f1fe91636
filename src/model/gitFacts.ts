import { isCommit } from './gitRemote';
import type { JsonObject } from './json';

/** Where logged files stood in Git, as logging writes it into the metadata under `git`. */
export interface GitFacts {
  readonly commit: string;
  readonly branch?: string | undefined;
  readonly dirty: boolean;
  readonly remote?: string | undefined;
}

/** Metadata is anybody's: what does not look like a commit is none. */
export function gitFacts(metadata: JsonObject): GitFacts | undefined {
  const git = metadata['git'];
  if (typeof git !== 'object' || git === null || !isObject(git)) {
    return undefined;
  }
  const { commit, branch, dirty, remote } = git;
  return typeof commit === 'string' && isCommit(commit)
    ? { commit, dirty: dirty === true, branch: text(branch), remote: text(remote) }
    : undefined;
}

const isObject = (value: object): value is JsonObject => !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
