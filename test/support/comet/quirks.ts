/** What no public source states, and what differs between Comet's servers: a client has to live with either. */
export interface Quirks {
  /** A user alias given to a second version of an artifact. */
  readonly aliasTwice: 'moves' | 'refused' | 'stays on both';
  /** Which closed version `Latest` stands on. */
  readonly latest: 'highest number' | 'newest';
  readonly latestInAnyCase: boolean;
  /** The code of an unknown artifact in `artifacts/version`. */
  readonly unknownName: 624523 | 624522;
  readonly stateAgain: 'refused' | 'accepted';
  /** The code of an upload to a version that is closed. */
  readonly uploadToClosed: 90401 | 7000005;
  /** 400 for every refusal, or 404, 403 and 409 by what it is. */
  readonly statuses: '400' | 'by kind';
  /** Whether a version that is not closed is shown to a reader who is no consumer and has not its id. */
  readonly unfinishedToReaders: 'shown' | 'refused';
  /** Whether open and failed versions stand in the lists, with the artifacts that have no others. */
  readonly unfinishedInLists: boolean;
  /** Whether open and failed versions count for the next number. */
  readonly unfinishedCount: boolean;
  readonly getAll: 'everything' | 'names';
  /** How a closed version's state reads. */
  readonly closedState: 'CLOSED' | null;
  /** Whether files tell that they are remote. */
  readonly remoteField: boolean;
  readonly jsonAs: 'application/json' | 'application/octet-stream' | 'gzipped application/octet-stream';
  /** Status of get-asset's redirect to the object storage where the caller allows one; none if undefined. */
  readonly redirect: 301 | 302 | 307 | undefined;
  /** Whether a part of a file can be asked for. */
  readonly ranges: boolean;
  /** Another type at a later upsert. */
  readonly otherType: 'kept' | 'changed' | 'refused';
  /** Names of more than 100 characters. */
  readonly longNames: 'accepted' | 'refused';
  readonly uploadAnswer: 'json' | 'text' | 'nothing';
  readonly stateAnswer: 'nothing' | 'text' | 'json';
  readonly unknownWorkspace: 'empty' | 'refused';
  /** The shape of `get/artifacts`: a row for each version, or artifacts with the versions concerned. */
  readonly lineage: 'rows' | 'nested';
  /** What `isAlive/ver` answers. */
  readonly backEnd: string;
  /** Whether clients are told to send long files to the object storage directly. */
  readonly directUploads: boolean;
}

export const USUAL: Quirks = {
  aliasTwice: 'moves',
  latest: 'highest number',
  latestInAnyCase: true,
  unknownName: 624523,
  stateAgain: 'refused',
  uploadToClosed: 90401,
  statuses: '400',
  unfinishedToReaders: 'shown',
  unfinishedInLists: true,
  unfinishedCount: true,
  getAll: 'everything',
  closedState: 'CLOSED',
  remoteField: true,
  jsonAs: 'application/json',
  redirect: undefined,
  ranges: true,
  otherType: 'kept',
  longNames: 'accepted',
  uploadAnswer: 'json',
  stateAnswer: 'nothing',
  unknownWorkspace: 'empty',
  lineage: 'rows',
  backEnd: '4.8.0',
  directUploads: false,
};

/** Each switch the other way round: what our own client also has to live with. */
export const UNUSUAL: Quirks = {
  aliasTwice: 'moves',
  latest: 'newest',
  latestInAnyCase: false,
  unknownName: 624522,
  stateAgain: 'accepted',
  uploadToClosed: 7000005,
  statuses: 'by kind',
  unfinishedToReaders: 'refused',
  unfinishedInLists: false,
  unfinishedCount: false,
  getAll: 'names',
  closedState: null,
  remoteField: false,
  jsonAs: 'gzipped application/octet-stream',
  redirect: 302,
  ranges: false,
  otherType: 'changed',
  longNames: 'refused',
  uploadAnswer: 'nothing',
  stateAnswer: 'text',
  unknownWorkspace: 'empty',
  lineage: 'nested',
  backEnd: '3.12.20',
  directUploads: false,
};
