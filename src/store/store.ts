import fs from 'node:fs';
import * as path from 'node:path';
import type { Lineage } from '../model/lineage';
import { copyAsset } from './assetCopy';
import type { AssetTree, StoredFolder } from './assetTree';
import { Catalog, type VersionFacts } from './catalog';
import { ChangeFeed } from './changeFeed';
import { Cloning } from './cloning';
import { copyOut, type OutgoingFile } from './copyOut';
import { checkLabels, refuse } from '../model/draftRules';
import type { NewLabels, NewVersion } from './draft';
import { notFound } from '../model/errors';
import { nameProblem, tagProblem } from '../model/reference';
import { Hashing } from './hashing';
import { type Kept, keptIn } from './keptAsset';
import { Layout, type VersionName } from './layout';
import { LineageGraph } from './lineageGraph';
import { LineageWriter } from './lineageLog';
import type { StoredAsset } from './manifest';
import { Manifests, referenceText } from './manifests';
import { readAsset } from './objects';
import type { RunRecord, VersionRecord } from './records';
import { aliasesByVersion, numbers, writeAlias, writeLabels } from './refs';
import { planRemoval, type RemovalFacts, removeVersion } from './removal';
import { type RunName, Runs } from './runs';
import { SharedReading } from './sharedReading';
import { StatCache } from './statCache';
import { checkFormat, createStore } from './storeFormat';
import { sweepChanges } from './sweep';
import { VersionWriting } from './versionWriting';
import type { Work } from './work';

/** One store as one thread sees it. Nothing is read or written before the first call; everything is synchronous, so it lives in a worker. */
export class Store {
  readonly layout: Layout;
  readonly catalog: Catalog;
  readonly manifests: Manifests;
  readonly runs: Runs;
  readonly graph: LineageGraph;
  readonly lineage: LineageWriter;
  readonly changes: ChangeFeed;
  readonly statCache: StatCache;
  readonly hashing = new Hashing();
  readonly cloning = new Cloning();
  readonly reading = new SharedReading();

  constructor(root: string) {
    this.layout = new Layout(root);
    this.manifests = new Manifests(this.layout);
    this.runs = new Runs(this.layout);
    this.catalog = new Catalog(this.layout, this.runs);
    this.graph = new LineageGraph(this.layout, this.catalog, this.runs);
    this.lineage = new LineageWriter(this.layout);
    this.changes = new ChangeFeed(this.layout);
    this.statCache = new StatCache(this.layout.cache);
  }

  /** To be called before anything is read. A store that is not there yet is an empty one. */
  opened(): this {
    // Each time: a later version of the extension may have written it anew.
    checkFormat(this.layout);
    return this;
  }

  /** To be called before anything is written. */
  created(): this {
    // Somebody may have moved it away.
    if (checkFormat(this.layout) === 'absent') {
      createStore(this.layout);
    }
    return this;
  }

  begin(draft: NewVersion, id: string): VersionWriting {
    sweepChanges(this.layout.changes);
    return new VersionWriting(this, draft, id);
  }

  /** Removes what a writer left whose worker ended before it. */
  discard(id: string): void {
    if (/^[0-9a-f-]{36}$/.test(id)) {
      fs.rmSync(path.join(this.layout.tmp, id), { recursive: true, force: true, maxRetries: 5 });
    }
  }

  tree(name: VersionName): { readonly record: VersionRecord; readonly tree: AssetTree } {
    const record = this.catalog.resolve(name);
    return { record, tree: this.manifests.tree(record) };
  }

  *children(name: VersionName, folder: string): Generator<StoredFolder | StoredAsset> {
    const { record, tree } = this.tree(name);
    if (tree.folder(folder) === undefined) {
      throw notFound(`folder ${folder} in ${referenceText(record)}`);
    }
    yield* tree.children(folder);
  }

  entry(name: VersionName, logical: string): { readonly version: string; readonly entry: StoredFolder | StoredAsset } {
    const { record, tree } = this.tree(name);
    const entry = tree.asset(logical) ?? tree.folder(logical);
    if (entry === undefined) {
      throw notFound(`${logical} in ${referenceText(record)}`);
    }
    return { version: record.version, entry };
  }

  *read(name: VersionName, logical: string, start: number, work: Work): Generator<Uint8Array<ArrayBuffer>> {
    const { asset, what } = this.kept(name, logical);
    yield* readAsset(this.layout, asset, start, what, work);
  }

  copy(name: VersionName, logical: string, target: string, work: Work): void {
    const { asset, what } = this.kept(name, logical);
    copyAsset(this, asset, target, what, work);
  }

  /** Copies assets out into folders that exist; see `copyOut`. */
  copyAll(name: VersionName, files: readonly OutgoingFile[], replace: boolean, work: Work): string[] {
    const { record, tree } = this.tree(name);
    return copyOut(this, files.map(({ path: logical, part, file }) => ({ ...keptIn(record, tree, logical), part, file })), replace, work);
  }

  label(name: VersionName, change: NewLabels): VersionFacts {
    checkLabels(change);
    const record = this.catalog.resolve(name);
    const place = this.layout.artifact(record);
    const before = this.catalog.described(record);
    if (change.tags !== undefined || change.metadata !== undefined) {
      const { tags, metadata } = { ...before, ...present(change) };
      writeLabels(this.layout, place, { version: record.version, tags: [...new Set(tags)], metadata });
    }
    if (change.aliases !== undefined) {
      const wanted = new Set(change.aliases);
      wanted.forEach((alias) => writeAlias(this.layout, place, alias, record.version));
      const standing = aliasesByVersion(place, numbers(place)).get(record.version) ?? [];
      standing.filter((alias) => !wanted.has(alias)).forEach((alias) => writeAlias(this.layout, place, alias, null));
    }
    this.changes.announce({ workspace: record.workspace, artifact: record.artifact });
    return this.catalog.described(record);
  }

  removal(name: VersionName, work: Work): RemovalFacts {
    return planRemoval(this, name, work);
  }

  remove(name: VersionName, work: Work): RemovalFacts {
    return removeVersion(this, name, work);
  }

  startRun(workspace: string, name: string): RunRecord {
    refuse(nameProblem(workspace));
    refuse(tagProblem(name));
    const run = this.runs.start(workspace, name);
    this.changes.announce({ workspace });
    return run;
  }

  endRun(run: RunName, status: 'finished' | 'failed', work: Work): void {
    this.runs.end(run, status, work);
    this.changes.announce({ workspace: run.workspace });
  }

  renameRun(run: RunName, name: string, work: Work): RunRecord {
    refuse(tagProblem(name));
    const renamed = this.runs.rename(run, name, work);
    this.changes.announce({ workspace: run.workspace });
    return renamed;
  }

  consume(name: VersionName, run: RunName): void {
    const { workspace, artifact, version } = this.catalog.resolve(name);
    const consumer = this.runs.get(run);
    this.lineage.append({ at: Date.now(), workspace, artifact, version, relation: 'consumed', run: { workspace: consumer.workspace, run: consumer.run } });
    this.changes.announce({ workspace, artifact });
    if (consumer.workspace !== workspace) {
      this.changes.announce({ workspace: consumer.workspace });
    }
  }

  lineageOf(connection: string, of: VersionName | RunName): Lineage {
    return 'run' in of ? this.graph.aroundRun(connection, of) : this.graph.aroundVersion(connection, of);
  }

  private kept(name: VersionName, logical: string): Kept {
    const { record, tree } = this.tree(name);
    return keptIn(record, tree, logical);
  }
}

const present = ({ tags, metadata }: NewLabels): Partial<Pick<VersionFacts, 'tags' | 'metadata'>> => ({
  ...(tags === undefined ? undefined : { tags }),
  ...(metadata === undefined ? undefined : { metadata }),
});
