import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** A folder in which MLflow has kept its runs without a server. */
export interface MlflowFolder {
  /** Absolute. */
  readonly folder: string;
  /** As `mlflow server` takes it, with `folder` as its working directory. */
  readonly backend: 'sqlite:///mlflow.db' | './mlruns';
}

const DATABASE = 'mlflow.db';
const FILES = 'mlruns';

/**
 * What MLflow has left in a folder, or nothing. `place` may also be the database or the folder of runs itself: that one is then
 * meant. Where both are there the database has the runs, and `mlruns` only their files, unless it is named.
 */
export async function mlflowFolder(place: string): Promise<MlflowFolder | undefined> {
  const name = path.basename(place);
  if (name === DATABASE && await isFile(place)) {
    return { folder: path.dirname(place), backend: 'sqlite:///mlflow.db' };
  }
  if (name === FILES && await holdsExperiments(place)) {
    return { folder: path.dirname(place), backend: './mlruns' };
  }
  const folder = name === FILES ? path.dirname(place) : place;
  if (await isFile(path.join(folder, DATABASE))) {
    return { folder, backend: 'sqlite:///mlflow.db' };
  }
  return await holdsExperiments(path.join(folder, FILES)) ? { folder, backend: './mlruns' } : undefined;
}

const isFile = (file: string): Promise<boolean> => stat(file).then((found) => found.isFile(), () => false);

/** Each experiment is a folder with a description in it. */
async function holdsExperiments(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (await isFile(path.join(folder, name, 'meta.yaml'))) {
      return true;
    }
  }
  return false;
}
