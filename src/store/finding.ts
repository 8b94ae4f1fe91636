import type { ArtifactName } from './layout';

/** An artifact, or one of its versions. */
export interface FoundIn extends ArtifactName {
  readonly version?: string | undefined;
}

/** A file of the store that is not what it should be, and what it means for one version. */
export interface Finding {
  readonly problem: 'damaged' | 'missing';
  /** Below the store's folder, `/` between names. */
  readonly file: string;
  /** Absent where it concerns no version, or one whose name is lost. */
  readonly of?: FoundIn | undefined;
  /** Paths of the assets that cannot be read; empty where it is not about assets. */
  readonly assets: readonly string[];
}
