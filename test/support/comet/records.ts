import { randomBytes, randomUUID } from 'node:crypto';
import type { Blob } from './blobs';

/** What the double keeps: the rows of Comet's tables, as far as its interface shows them. */
export interface Metric {
  readonly name: string;
  readonly value: string;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly timestamp: number;
  readonly context: string | null;
}

export interface Experiment {
  readonly key: string;
  name: string;
  readonly workspace: string;
  readonly project: string;
  readonly user: string;
  readonly started: number;
  ended: number | undefined;
  running: boolean;
  crashed: boolean;
  archived: boolean;
  readonly assets: Map<string, StoredAsset>;
  readonly metrics: Metric[];
  readonly parameters: Map<string, string>;
  readonly others: Map<string, string>;
  readonly tags: Set<string>;
}

export interface StoredAsset {
  readonly id: string;
  /** Logical path, as it was sent. */
  readonly path: string;
  readonly size: number;
  readonly type: string;
  /** JSON text, or what somebody sent for it. */
  readonly metadata: string | null;
  readonly link: string | null;
  readonly blob: Blob | undefined;
  readonly step: string | null;
  readonly created: number;
}

export type State = 'OPEN' | 'CLOSED' | 'ERROR';

export interface StoredVersion {
  readonly id: string;
  readonly artifact: StoredArtifact;
  readonly number: string;
  readonly experiment: string;
  readonly owner: string;
  readonly added: number;
  state: State;
  aliases: string[];
  tags: string[];
  metadata: string | null;
  readonly assets: Map<string, StoredAsset>;
  /** Keys of the experiments that used it. */
  readonly consumers: Set<string>;
  /** Uploads that have begun and not ended. */
  uploading: number;
}

export interface StoredArtifact {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly project: string;
  readonly owner: string;
  readonly experiment: string;
  type: string;
  tags: string[];
  description: string | null;
  /** Oldest first; those deleted in the web page are gone. */
  versions: StoredVersion[];
  readonly deletedNumbers: Set<string>;
}

/** A long file on its way to the object storage in parts. */
export interface DirectUpload {
  readonly id: string;
  readonly parts: Map<number, Blob>;
  readonly count: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Records {
  readonly user: string;
  /** Names of projects, by workspace. */
  readonly workspaces: Map<string, Set<string>>;
  readonly experiments: Map<string, Experiment>;
  readonly artifacts: StoredArtifact[];
  readonly directUploads: Map<string, DirectUpload>;
}

export const newId = (): string => randomUUID();

/** 32 letters and digits, as Comet's are. */
export const newKey = (): string => randomBytes(16).toString('hex');

/** The same id for the same words, where Comet has one and the double keeps none. */
export const idOf = (...words: readonly string[]): string => Buffer.from(words.join('/')).toString('hex');

export function addExperiment(records: Records, facts: Pick<Experiment, 'key' | 'workspace' | 'project'> & { readonly name?: string | undefined }): Experiment {
  const projects = records.workspaces.get(facts.workspace) ?? new Set();
  records.workspaces.set(facts.workspace, projects.add(facts.project));
  const experiment: Experiment = {
    ...facts,
    name: facts.name ?? `calm_lemon_${1000 + records.experiments.size}`,
    user: records.user,
    started: Date.now(),
    ended: undefined,
    running: true,
    crashed: false,
    archived: false,
    assets: new Map(),
    metrics: [],
    parameters: new Map(),
    others: new Map(),
    tags: new Set(),
  };
  records.experiments.set(facts.key, experiment);
  return experiment;
}

export const allVersions = (records: Records): StoredVersion[] => records.artifacts.flatMap(({ versions }) => versions);
