import type { Call, Log } from '../../../model/call';
import { createAhead } from '../../ahead';
import type { Headers, Http } from '../../http';
import type { FileSource } from '../../measured';
import { ownBuckets } from '../../s3/ownBuckets';
import type { StoredFiles } from '../../storedFiles';
import { offersOf, type Ground } from './ground';
import { createPace } from './pace';
import { proxiedFiles } from './proxied';
import { remoteFiles } from './remote';
import { rootOf } from './roots';

/** The files below one artifact root, a run's or a logged model's. */
export interface ArtifactFiles extends StoredFiles {
  /**
   * Whole or not at all. Sizes of large files, and of those that took more than one try, are compared with the list; who writes many small
   * ones compares them with one list at the end. Progress counts this file's bytes once. How many run at a time is decided here.
   */
  write(path: string, source: FileSource, call?: Call): Promise<void>;
  /** A file or a whole folder; a missing one is fine. Left out where the server offers no way; `unsupported` where only credentials would. */
  remove?(path: string, call?: Call): Promise<void>;
  /**
   * Gives up the parts of large files that never became one. Only for a root that nobody writes to any more. `noted` is what the one who
   * wrote there was told to remember.
   */
  giveUpParts?(noted: readonly string[], call?: Call): Promise<void>;
}

export interface RootOwner {
  readonly kind: 'run' | 'model';
  readonly id: string;
  readonly artifactUri: string;
  /** Keeps a note where the next process finds it: what it needs to give up the parts of a large file. */
  readonly remember?: ((note: string) => Promise<void>) | undefined;
}

export interface FilesEnvironment {
  readonly http: Http;
  readonly log: Log;
  /** What /api/3.0/mlflow/server-info answered, or nothing where there is no such route. */
  readonly info?: unknown;
  /** The header of a workspace, where the server has workspaces. */
  workspaceHeader(): Headers;
  /** Names of the process environment, where AWS's usual settings stand. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Picks the way to the files by the root's address and by what the server offers. */
export function createArtifactFiles({ http, log, info, variables = {}, ...environment }: FilesEnvironment): (owner: RootOwner) => ArtifactFiles {
  const ground: Ground = { http, log, pace: createPace(), ahead: createAhead(), headers: () => environment.workspaceHeader(), offers: offersOf(info) };
  const buckets = ownBuckets({ http, log, variables });
  return (owner) => {
    const root = rootOf(owner.artifactUri);
    switch (root.kind) {
      case 'proxied':
        return proxiedFiles(ground, owner, root.path);
      case 's3':
        return remoteFiles(ground, owner, { bucket: () => buckets(root.bucket), prefix: root.prefix });
      case 'elsewhere':
        return remoteFiles(ground, owner);
    }
  };
}
