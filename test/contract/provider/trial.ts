import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ArtifactRef, ArtifactVersion, RunRef } from '../../../src/model/artifact';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import type { Provider, VersionDraft, VersionWriter } from '../../../src/providers/provider';
import { all, source } from '../../support/providers';

/** A provider on a place of its own, or on one that others use too: the suite takes names that nobody else has. */
export interface Subject {
  readonly provider: Provider;
  /** Whether the server keeps the number of a version that was given up for good. */
  readonly keepsNumbers?: boolean;
  /** Ends what stands behind the provider; the provider itself is disposed before. */
  close?(): Promise<void>;
}

export const OPTIONAL_METHODS = [
  'consume', 'endRun', 'experiments', 'fetch', 'fetchAll', 'label', 'lineage', 'loggedModels', 'metricHistory', 'nestedRuns', 'register', 'removal', 'remove', 'run', 'runEditing', 'runNaming', 'runTable', 'runs', 'snippet',
  'startRun', 'upkeep', 'watch', 'webUrl',
] as const satisfies readonly (keyof Provider)[];

/** What a back end may leave out; `keep` is its writer's. */
export type Offer = typeof OPTIONAL_METHODS[number] | 'keep';

/** What the running test works on: a provider, the name of an artifact that nobody else has, a folder; and the steps that many tests take. */
export class Trial {
  private opened: { readonly subject: Subject; readonly artifact: ArtifactRef } | undefined;

  constructor(private readonly offers: readonly Offer[], private readonly open: () => Promise<Subject>, readonly folder: () => string) {}

  async begin(): Promise<void> {
    const subject = await this.open();
    const { defaultWorkspace } = await subject.provider.whoAmI();
    this.opened = { subject, artifact: newArtifact(subject.provider.connection, defaultWorkspace) };
  }

  async end(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    await opened?.subject.provider.dispose();
    await opened?.subject.close?.();
  }

  get subject(): Subject {
    return this.opened!.subject;
  }

  get provider(): Provider {
    return this.subject.provider;
  }

  get artifact(): ArtifactRef {
    return this.opened!.artifact;
  }

  newArtifact(): ArtifactRef {
    return newArtifact(this.provider.connection, this.artifact.workspace);
  }

  async write<T>(draft: Partial<VersionDraft>, work: (writer: VersionWriter) => Promise<T>): Promise<T> {
    const writer = await this.provider.begin({ ...this.artifact, type: 'dataset', version: 'major', ...draft });
    try {
      return await work(writer);
    } finally {
      await writer.abandon();
    }
  }

  log(files: Readonly<Record<string, string | Uint8Array>>, draft: Partial<VersionDraft> = {}): Promise<ArtifactVersion> {
    return this.write(draft, async (writer) => {
      await writer.put(Object.entries(files).map(([each, content]) => source(each, content)));
      return writer.commit();
    });
  }

  async numbers(): Promise<string[]> {
    return (await all(this.provider.versions(this.artifact))).map(({ version }) => version);
  }

  async artifactNames(search?: string): Promise<string[]> {
    return (await all(this.provider.artifacts({ connection: this.provider.connection, workspace: this.artifact.workspace, search }))).map((each) => each.artifact);
  }

  startRun(name: string): Promise<RunRef> {
    return this.provider.startRun!({ connection: this.provider.connection, workspace: this.artifact.workspace, name });
  }

  /** Tests of what a back end may leave out, where this one does not. */
  whereOffered(needed: readonly Offer[], tests: () => void): void {
    if (needed.every((offer) => this.offers.includes(offer))) {
      describe(`optional: ${needed.join(', ')}`, tests);
    }
  }
}

export const rejectsWith = (code: ErrorCode) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error), `an ArtifactError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return true;
};

const newArtifact = (connection: string, workspace: string): ArtifactRef => ({ connection, workspace, artifact: `contract-${randomUUID().slice(0, 8)}` });
