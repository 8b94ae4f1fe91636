import type { Blob } from '../comet/blobs';

export interface StoredExperiment {
  readonly id: string;
  readonly name: string;
  /** `artifact_location`, where one was given. */
  readonly location: string | undefined;
  readonly made: number;
  changed: number;
  deleted: boolean;
}

export interface StoredRun {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly started: number;
  ended: number | undefined;
  status: 'running' | 'finished' | 'failed' | 'killed';
  readonly tags: Map<string, string>;
  /** By path below its root. */
  readonly files: Map<string, Blob>;
  readonly params: Map<string, string>;
  readonly metrics: Map<string, number>;
}

export interface Records {
  readonly experiments: Map<string, StoredExperiment>;
  /** The oldest first. */
  readonly runs: Map<string, StoredRun>;
}

/** Where the files of a run are kept, by seed 004 and by MLflow's rule for experiments with a place of their own. */
export function rootOf({ location }: Pick<StoredExperiment, 'location'>, run: Pick<StoredRun, 'id' | 'experiment'>): string {
  return location === undefined ? `s3://matih-artifacts/experiments/${run.experiment}/runs/${run.id}/artifacts` : `${location}/${run.id}/artifacts`;
}
