import { filled, type Profile } from '../profile';

/** A run, as far as it decides where its files lie. */
export interface RunPlace {
  readonly run: string;
  readonly experiment: string;
  readonly tenant: string;
  /** What the server says itself. */
  readonly uri?: string | undefined;
  /** The `artifact_location` of its experiment. */
  readonly location?: string | undefined;
}

/** The address below which the files of a run lie, without a slash at the end. `root` takes the place of the default one. */
export function rootOf({ run, experiment, tenant, uri, location }: RunPlace, { storage }: Pick<Profile, 'storage'>, root: string = storage.default): string {
  const names = { run_id: run, experiment_id: experiment, tenant };
  const usual = bare(filled(root, names));
  if (uri !== undefined) {
    return bare(uri);
  }
  // Some servers write the default location down, too.
  const own = location === undefined || `${usual}/`.startsWith(`${bare(location)}/`) ? undefined : bare(location);
  return own === undefined ? usual : bare(filled(storage.override, { ...names, artifact_location: own }));
}

/** Where the files of an experiment go, for people. */
export const shownLocation = (experiment: string, tenant: string, location: string | undefined, { storage }: Pick<Profile, 'storage'>, root: string = storage.default): string =>
  location ?? filled(root, { experiment_id: experiment, tenant });

const bare = (address: string): string => address.replace(/\/+$/u, '');
