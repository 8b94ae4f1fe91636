import type { ArtifactRef, RunRef, VersionRef } from './artifact';

/** No artifact can have this name: `nameProblem` refuses names that begin with `@`. */
const RUN_FILES = '@run';

/**
 * The files that a run keeps of its own, addressed like a version, so that all that reads, opens and downloads versions does so with them:
 * `workspace/@run:<id of the run>`. Unlike a version's they may change while the run goes on.
 */
export const runFiles = ({ connection, workspace, run }: RunRef): VersionRef => ({ connection, workspace, artifact: RUN_FILES, version: run });

/** The run whose files a ref means, or nothing for a ref to a version of an artifact. */
export const runOfFiles = ({ connection, workspace, artifact, version }: VersionRef): RunRef | undefined =>
  isRunFiles({ artifact }) ? { connection, workspace, run: version } : undefined;

/** Whether the name of an artifact stands for the files of runs. */
export const isRunFiles = ({ artifact }: Pick<ArtifactRef, 'artifact'>): boolean => artifact === RUN_FILES;
