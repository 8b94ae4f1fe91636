import type { Blob } from './blobs';
import { allVersions, type Experiment, newId, type StoredAsset, type StoredVersion } from './records';
import { Breach, Refusal } from './refusal';
import { type Asked, experimentOf } from './route';

/** Where an asset goes: to a version, or to an experiment alone. */
export interface Target {
  readonly experiment: string | undefined;
  readonly version: string | undefined;
}

export interface Arrival extends Target {
  readonly id?: string | undefined;
  readonly path: string;
  readonly type: string | undefined;
  readonly metadata: string | undefined;
  readonly link: string | undefined;
  readonly blob: Blob | undefined;
  readonly step?: string | undefined;
}

type Place = Pick<Asked, 'records' | 'quirks' | 'note'>;

/** Looks before the bytes come whether they may; the version knows of the upload until what is returned is called. */
export function admit(place: Place, target: Target, path: string): () => void {
  const { version } = find(place, target);
  if (version === undefined) {
    return () => undefined;
  }
  mustTake(place, version, path);
  version.uploading += 1;
  return () => { version.uploading -= 1; };
}

export function keep(place: Place, arrival: Arrival): StoredAsset {
  const { experiment, version } = find(place, arrival);
  if ((arrival.link === undefined) === (arrival.blob === undefined)) {
    throw new Breach(arrival.link === undefined ? 'neither a file nor a link' : 'a file and a link');
  }
  const asset: StoredAsset = {
    id: arrival.id ?? newId(),
    path: arrival.path,
    size: arrival.blob?.size ?? 0,
    type: arrival.type ?? 'unknown',
    metadata: arrival.metadata ?? null,
    link: arrival.link ?? null,
    blob: arrival.blob,
    step: arrival.step ?? null,
    created: Date.now(),
  };
  if (version === undefined) {
    experiment.assets.set(asset.id, asset);
  } else {
    mustTake(place, version, arrival.path);
    version.assets.set(asset.path, asset);
  }
  return asset;
}

function find({ records, note }: Place, target: Target): { readonly experiment: Experiment; readonly version: StoredVersion | undefined } {
  const experiment = experimentOf(records, target.experiment);
  if (target.version === undefined) {
    return { experiment, version: undefined };
  }
  const version = allVersions(records).find(({ id }) => id === target.version);
  if (version === undefined) {
    throw new Refusal(624523, 'No artifact version found');
  }
  if (version.experiment !== experiment.key) {
    note(`an upload to version ${version.number} from an experiment that did not make it`);
  }
  return { experiment, version };
}

function mustTake({ quirks, note }: Place, version: StoredVersion, path: string): void {
  if (version.state !== 'OPEN') {
    if (version.state === 'CLOSED') {
      note(`an upload of ${path} to version ${version.number}, which is closed`);
    }
    throw new Refusal(quirks.uploadToClosed, 'The version cannot be changed');
  }
  if (version.assets.has(path)) {
    throw new Refusal(7000005, `An asset with the name ${path} was uploaded already`);
  }
}
